import { sleep } from "../../../src/time/index.ts";
import type { Clock } from "../../../src/time/index.ts";
import type { FeishuDomain, Fetch } from "../client/index.ts";
import { encodeAddons } from "./addons.ts";
import type { AppAddons } from "./addons.ts";

/** Why no app came of it. `denied`: the person said no; `expired`: nobody confirmed in time; `unreachable`: no way to Feishu. */
export type RegistrationErrorCode = "denied" | "expired" | "unreachable" | "refused";

/** The person did not confirm, or Feishu could not be asked. */
export class RegistrationError extends Error {
  override readonly name = "RegistrationError";
  readonly code: RegistrationErrorCode;

  constructor(code: RegistrationErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What a person opens to confirm. */
export interface RegistrationLink {
  /** For a QR code, or to be opened in a browser. */
  readonly url: string;
  /** Milliseconds until it ends. */
  readonly expiresInMs: number;
}

/** How {@link registerApp} works. */
export interface RegisterAppOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** Its reason is thrown when it aborts. */
  readonly signal: AbortSignal;
  /** Where the flow begins; a Lark tenant is followed to Lark. A base URL stands for a local Feishu. @defaultValue "feishu" */
  readonly domain?: FeishuDomain | undefined;
  readonly addons: AppAddons;
  /** Change this app instead of making one: the page shows what is added. */
  readonly appId?: string | undefined;
  /** Suggested name and description of a new app. `{user}` stands for the person who confirms. */
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** Called once, before anybody can have confirmed. */
  readonly onLink: (link: RegistrationLink) => void;
  /** Feishu could not be reached for a moment, or can be reached again. */
  readonly onReachable?: ((reachable: boolean) => void) | undefined;
}

/** An app that a person confirmed. */
export interface RegisteredApp {
  readonly appId: string;
  readonly appSecret: string;
  /** Where it lives: by the tenant's brand, or the local Feishu's base URL. */
  readonly domain: string;
  /** The person who confirmed, in the app's own counting. */
  readonly openId: string | undefined;
}

const ACCOUNTS: Readonly<Record<"feishu" | "lark", string>> = {
  feishu: "https://accounts.feishu.cn",
  lark: "https://accounts.larksuite.com",
};
const PATH = "/oauth/v1/app/registration";
const DEFAULT_EXPIRES_S = 600;
const DEFAULT_INTERVAL_S = 5;
/** RFC 8628, section 3.5 */
const SLOWER_BY_S = 5;
const CALL_WITHIN_MS = 10_000;
/** Beginning is tried so often; once a person looks at the code, asking goes on until it expires. */
const BEGIN_TRIES = 3;

/** The fields of an answer that are read; all of them are optional because the answer is somebody else's. */
interface Answer {
  readonly device_code?: string;
  readonly verification_uri_complete?: string;
  readonly expires_in?: number;
  readonly interval?: number;
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly user_info?: { readonly open_id?: string; readonly tenant_brand?: string };
  readonly error?: string;
  readonly error_description?: string;
}

/**
 * Has a person make an app, or change one, by scanning a code: the device flow (RFC 8628) of Feishu's account service. Only what the
 * person confirms is granted, and the platform may leave out `addons`: look afterwards at what was.
 * @throws RegistrationError, or the signal's reason
 * @see larksuite/node-sdk, `registerApp`, whose flow this is. That one goes through axios, so through the proxy variables of the
 *   environment, and gives up at the first break of the network while a person is holding a telephone.
 */
export async function registerApp(options: RegisterAppOptions): Promise<RegisteredApp> {
  const { clock, signal, domain = "feishu", onLink, onReachable } = options;
  const cloud = (["feishu", "lark"] as const).find((each) => each === domain);
  const local = cloud === undefined;
  let host = cloud === undefined ? String(domain).replace(/\/+$/u, "") : ACCOUNTS[cloud];
  const begun = await begin(options, host);
  const { device_code: deviceCode, verification_uri_complete: page } = begun;
  if (deviceCode === undefined || page === undefined || !URL.canParse(page))
    throw new RegistrationError(
      "refused",
      `Feishu gave no code: ${begun.error_description ?? begun.error ?? "unknown"}`,
    );
  const expiresInMs = (begun.expires_in ?? DEFAULT_EXPIRES_S) * 1000;
  const endsAt = clock.now() + expiresInMs;
  let intervalMs = (begun.interval ?? DEFAULT_INTERVAL_S) * 1000;
  let isLark = domain === "lark";
  let reachable = true;
  onLink({ url: linkOf(page, options), expiresInMs });
  for (;;) {
    await sleep(clock, Math.max(0, Math.min(intervalMs, endsAt - clock.now())), signal);
    if (clock.now() >= endsAt) throw new RegistrationError("expired", "nobody confirmed in time");
    const answer = await post(options, host, { action: "poll", device_code: deviceCode });
    if ((answer !== undefined) !== reachable) onReachable?.((reachable = answer !== undefined));
    if (answer === undefined) continue;
    if (answer.client_id !== undefined && answer.client_secret !== undefined) {
      const brand = answer.user_info?.tenant_brand === "lark" || isLark ? "lark" : "feishu";
      return {
        appId: answer.client_id,
        appSecret: answer.client_secret,
        domain: local ? host : brand,
        openId: answer.user_info?.open_id,
      };
    }
    if (answer.user_info?.tenant_brand === "lark" && !isLark) {
      // A tenant of Lark: its account service hands out the app.
      isLark = true;
      if (!local) host = ACCOUNTS.lark;
    }
    if (answer.error === "slow_down") intervalMs += SLOWER_BY_S * 1000;
    else if (answer.error === "access_denied") throw new RegistrationError("denied", "the person said no");
    else if (answer.error === "expired_token") throw new RegistrationError("expired", "nobody confirmed in time");
    else if (answer.error !== undefined && answer.error !== "authorization_pending")
      throw new RegistrationError("refused", `${answer.error}: ${answer.error_description ?? "no reason given"}`);
  }
}

async function begin(options: RegisterAppOptions, host: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await post(options, host, {
      action: "begin",
      archetype: "PersonalAgent",
      auth_method: "client_secret",
      request_user_info: "open_id",
    });
    if (answer !== undefined) return answer;
    if (attempt === BEGIN_TRIES) throw new RegistrationError("unreachable", `${host} cannot be reached`);
    await sleep(options.clock, 1_000, options.signal);
  }
}

/** The page with everything it is to show filled in. */
function linkOf(page: string, { addons, appId, name, description }: RegisterAppOptions): string {
  const url = new URL(page);
  const query: Readonly<Record<string, string | undefined>> = {
    from: "sdk",
    source: "node-sdk/cardstream",
    tp: "sdk",
    name: appId === undefined ? name : undefined,
    desc: appId === undefined ? description : undefined,
    addons: encodeAddons(addons),
    clientID: appId,
  };
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
  return url.href;
}

/** Undefined when there was no usable answer; refusals come with HTTP 400 and are answers. */
async function post(
  { fetch, clock, signal }: RegisterAppOptions,
  host: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer | undefined> {
  const stop = new AbortController();
  const cancel = clock.setTimer(CALL_WITHIN_MS, () => stop.abort());
  try {
    const response = await fetch(`${host}${PATH}`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
      signal: AbortSignal.any([signal, stop.signal]),
      redirect: "manual",
    });
    const body: unknown = JSON.parse(new TextDecoder().decode(await response.arrayBuffer()));
    // Every field is checked where it is read: a wrong type only makes a step fail.
    return typeof body === "object" && body !== null ? body : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    cancel();
  }
}
