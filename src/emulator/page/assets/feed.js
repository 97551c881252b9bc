/** How long a page nobody looks at keeps its connection. */
const REST_MS = 60_000;

/**
 * The live feed: server-sent events with an own reconnect, because the browser gives up for good on some answers. Nothing
 * is replayed after a gap, so every connection begins with `onHello`, which reloads what is on the screen.
 *
 * @typedef {{ onHello(): Promise<void>, onEvents(events: any[]): void, onStatus(online: boolean): void }} Listener
 */
export class Feed {
  /** @type {EventSource | undefined} */
  #source;
  /** @type {number | undefined} */
  #retry;
  #attempt = 0;
  #url = "";
  /** @type {number | undefined} */
  #rest;

  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    document.addEventListener("visibilitychange", () => this.#looked());
  }

  /**
   * A page nobody looks at gives its connection back after a minute: a browser keeps six to one server, over all of its
   * windows, and each person of a conversation may have one.
   */
  #looked() {
    clearTimeout(this.#rest);
    if (document.hidden) {
      this.#rest = window.setTimeout(() => {
        clearTimeout(this.#retry);
        this.#source?.close();
        this.#source = undefined;
      }, REST_MS);
    } else if (this.#source === undefined && this.#url !== "") this.#connect();
  }

  /**
   * Follows a chat from now on; its events come with bodies, other chats' as summaries.
   *
   * @param {string | undefined} chatId
   * @param {boolean} calls also every API call: thousands a second under load, so only while someone looks at them
   */
  follow(chatId, calls) {
    const search = new URLSearchParams({ calls: calls ? "1" : "0", ...(chatId === undefined ? {} : { chat: chatId }) });
    const url = `/emulator/events?${search}`;
    if (url === this.#url && this.#source !== undefined) return;
    this.#url = url;
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#source?.close();
    const source = new EventSource(this.#url);
    this.#source = source;
    /** Events that arrive while the first state is being read. @type {any[] | undefined} */
    let waiting = [];
    source.addEventListener("batch", async (event) => {
      if (source !== this.#source) return;
      /** @type {any[]} */
      const events = JSON.parse(event.data);
      if (!events.some((each) => each.type === "hello")) {
        if (waiting === undefined) this.listener.onEvents(events);
        else waiting.push(...events);
        return;
      }
      try {
        await this.listener.onHello();
      } catch {
        return this.#lost(source);
      }
      if (source !== this.#source) return;
      this.#attempt = 0;
      this.listener.onStatus(true);
      const late = waiting ?? [];
      waiting = undefined;
      this.listener.onEvents([...late, ...events.filter((each) => each.type !== "hello")]);
    });
    source.addEventListener("error", () => this.#lost(source));
  }

  /** @param {EventSource} source */
  #lost(source) {
    if (source !== this.#source) return;
    source.close();
    this.listener.onStatus(false);
    const wait = Math.min(5_000, 300 * 2 ** this.#attempt);
    this.#attempt += 1;
    clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => void this.#again(), wait);
  }

  /** Tries again; an emulator that was started anew knows this page no more, and only a new page gets its cookie. */
  async #again() {
    const source = this.#source;
    const answer = await fetch("/emulator/state").catch(() => undefined);
    if (source !== this.#source) return;
    if (answer?.status === 401 || answer?.status === 403) location.reload();
    else this.#connect();
  }
}
