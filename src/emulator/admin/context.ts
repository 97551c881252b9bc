import type { Core } from "../core.ts";
import type { Emulator } from "../handle.ts";
import type { Fetch } from "../fetch.ts";

/** What the admin routes work with. */
export interface AdminContext {
  readonly core: Core;
  readonly emulator: Emulator;
  /** Reaches webhooks; absent without sockets. */
  readonly fetch: Fetch | undefined;
}
