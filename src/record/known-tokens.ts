/** Tokens that an app has at one time: it renews them every two hours, and both stay valid for a while. */
const MAX_TOKENS = 1_000;

/** Whose token is whose: learned from the answers of the token calls, kept in memory alone. */
export class KnownTokens {
  readonly #apps = new Map<string, string>();

  /** Learns from a call's bodies, if it was one that gave out a token. */
  learn(request: unknown, response: unknown): void {
    const app = text(request, "app_id") ?? text(request, "AppID");
    if (app === undefined) return;
    for (const field of ["tenant_access_token", "app_access_token"]) {
      const token = text(response, field);
      if (token === undefined) continue;
      this.#apps.delete(token);
      this.#apps.set(token, app);
      if (this.#apps.size > MAX_TOKENS) this.#apps.delete(this.#apps.keys().next().value ?? "");
    }
  }

  /** The app that calls with this `Authorization` header. */
  appOf(authorization: string | null): string | undefined {
    return this.#apps.get((authorization ?? "").replace(/^Bearer\s+/iu, ""));
  }
}

function text(value: unknown, field: string): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found: unknown = Object.getOwnPropertyDescriptor(value, field)?.value;
  return typeof found === "string" && found !== "" ? found : undefined;
}
