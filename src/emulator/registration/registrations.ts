import type { Core } from "../state/core.ts";
import { findPerson } from "../as-user.ts";
import { addApp } from "../state/seed.ts";
import type { App } from "../store/apps.ts";
import { NOTHING } from "./addons.ts";
import type { Asked } from "./addons.ts";
import { known, PRESET } from "./known.ts";

/** How long a code can be confirmed, seconds. */
const EXPIRES_S = 600;
/** RFC 8628, section 3.5 */
const SLOWER_BY_S = 5;
/** Asking a little early is forgiven: clocks differ. */
const EARLY_MS = 500;

/** One code that waits for a person, or had its answer. */
export interface Registration {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly expiresAt: number;
  state: "pending" | "confirmed" | "denied" | "expired";
  intervalMs: number;
  polledAt: number;
  brand: "feishu" | "lark";
  /** A Lark tenant: the account service of Feishu says so once, then Lark's hands out the app. */
  toldBrand: boolean;
  app: App | undefined;
}

/** What a person chooses on the page. */
export interface Confirmation {
  readonly asked?: Asked | undefined;
  readonly name?: string | undefined;
  /** The app that is changed instead. */
  readonly appId?: string | undefined;
  readonly brand?: "feishu" | "lark" | undefined;
}

/** An answer of the account service. */
export interface RegistrationAnswer {
  readonly status: 200 | 400;
  readonly body: Readonly<Record<string, unknown>>;
}

const refusal = (error: string, description: string): RegistrationAnswer => ({
  status: 400,
  body: { error, error_description: description },
});

/** Codes by which people make apps: the device flow (RFC 8628) as `registerApp` of the Node SDK speaks it. */
export class Registrations {
  readonly #core: Core;
  readonly #byDevice = new Map<string, Registration>();

  constructor(core: Core) {
    this.#core = core;
  }

  begin(pageUrl: string): RegistrationAnswer {
    const { ids, clock, settings } = this.#core;
    const { registrationIntervalSeconds: interval } = settings;
    const registration: Registration = {
      deviceCode: ids.secret(32),
      userCode: toUserCode(ids.secret(8)),
      expiresAt: clock.now() + EXPIRES_S * 1000,
      state: "pending",
      intervalMs: interval * 1000,
      polledAt: -Infinity,
      brand: "feishu",
      toldBrand: false,
      app: undefined,
    };
    this.#byDevice.set(registration.deviceCode, registration);
    const { deviceCode, userCode } = registration;
    return {
      status: 200,
      body: {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: pageUrl,
        verification_uri_complete: `${pageUrl}?user_code=${userCode}`,
        expires_in: EXPIRES_S,
        interval,
      },
    };
  }

  poll(deviceCode: string): RegistrationAnswer {
    const registration = this.#byDevice.get(deviceCode);
    if (registration === undefined) return refusal("invalid_grant", "there is no such device_code");
    const now = this.#core.clock.now();
    const early = now - registration.polledAt < registration.intervalMs - EARLY_MS;
    registration.polledAt = now;
    switch (this.stateOf(registration)) {
      case "denied":
        return refusal("access_denied", "the person refused");
      case "expired":
        return refusal("expired_token", "the code has expired");
      case "pending":
        if (!early) return refusal("authorization_pending", "nobody has confirmed yet");
        registration.intervalMs += SLOWER_BY_S * 1000;
        return refusal("slow_down", "asked too often");
      default:
        return this.#granted(registration);
    }
  }

  #granted(registration: Registration): RegistrationAnswer {
    const { app, brand } = registration;
    if (app === undefined) return refusal("server_error", "the app is gone");
    const { users } = this.#core.store;
    const user_info = { open_id: users.openId(findPerson(this.#core, undefined), app.appId), tenant_brand: brand };
    if (brand === "lark" && !registration.toldBrand) {
      registration.toldBrand = true;
      return { status: 200, body: { user_info: { tenant_brand: brand } } };
    }
    return { status: 200, body: { client_id: app.appId, client_secret: app.appSecret, user_info } };
  }

  find(userCode: string): Registration | undefined {
    return [...this.#byDevice.values()].find((one) => one.userCode === userCode.toUpperCase());
  }

  all(): readonly Registration[] {
    return [...this.#byDevice.values()];
  }

  stateOf(registration: Registration): Registration["state"] {
    if (registration.state === "pending" && this.#core.clock.now() >= registration.expiresAt)
      registration.state = "expired";
    return registration.state;
  }

  /** Ends a code without an app. Does nothing when it had its answer. */
  end(registration: Registration, how: "denied" | "expired"): void {
    if (this.stateOf(registration) === "pending") registration.state = how;
  }

  /** What a confirmation grants: all that is asked for and exists, or nothing of it while the gray-scale switch is off. */
  granted(asked: Asked): Asked {
    return this.#core.settings.registrationAddons ? known(asked) : NOTHING;
  }

  /** @throws TypeError when the app to change does not exist */
  confirm(registration: Registration, { asked = NOTHING, name, appId, brand }: Confirmation): App | undefined {
    if (this.stateOf(registration) !== "pending") return undefined;
    const { scopes, events, callbacks } = this.granted(asked);
    const old = appId === undefined ? undefined : this.#core.store.apps.get(appId);
    if (appId !== undefined && old === undefined) throw new TypeError(`there is no app ${appId}`);
    const app = old ?? addApp(this.#core, { name: name || "cardstream", scopes: PRESET.scopes });
    for (const scope of scopes) app.scopes.add(scope);
    const had = old === undefined ? PRESET : old.subscriptions;
    // An app without a list hears everything already.
    if (had !== undefined)
      app.subscriptions = {
        events: [...new Set([...had.events, ...events])],
        callbacks: [...new Set([...had.callbacks, ...callbacks])],
      };
    registration.app = app;
    registration.brand = brand ?? "feishu";
    registration.state = "confirmed";
    return app;
  }

  clear(): void {
    this.#byDevice.clear();
  }
}

/** Letters and digits alone, as people type it. */
const toUserCode = (secret: string): string =>
  secret
    .replaceAll(/[^\dA-Za-z]/gu, "X")
    .toUpperCase()
    .replace(/^(.{4})/u, "$1-");
