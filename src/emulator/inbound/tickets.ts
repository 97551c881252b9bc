import type { Ids } from "../state/ids.ts";
import { trimMap } from "../store/bounded-map.ts";

/** Entry tickets of long connections: one use each. */
export class Tickets {
  readonly #ids: Ids;
  readonly #byValue = new Map<string, string>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  issue(appId: string): string {
    const ticket = this.#ids.secret(32);
    this.#byValue.set(ticket, appId);
    trimMap(this.#byValue, 1000);
    return ticket;
  }

  /** The app a ticket lets in; `undefined` when it was never issued or used before. */
  redeem(ticket: string): string | undefined {
    const appId = this.#byValue.get(ticket);
    this.#byValue.delete(ticket);
    return appId;
  }
}
