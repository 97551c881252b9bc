import type { Core } from "../state/core.ts";
import type { Emulator } from "../handle.ts";
import type { Fetch } from "../api/fetch.ts";
import type { Registrations } from "../registration/index.ts";

/** What the admin routes work with. */
export interface AdminContext {
  readonly core: Core;
  readonly emulator: Emulator;
  readonly registrations: Registrations;
  /** Reaches webhooks; absent without sockets. */
  readonly fetch: Fetch | undefined;
  /** Nothing may be changed by hand. */
  readonly watchOnly: boolean;
}
