import { appendFileSync } from "node:fs";

/** How often the event loop is looked after. */
const TURN_MS = 5;
/** A turn of the event loop that took this long and nothing else could run in. */
const HELD_MS = 25;

/**
 * A plugin of its own beside the one that is measured. It notes when the host publishes text of an answer, which it does right
 * before it calls a channel's `onPartialReply`; the last of it comes before `deliver`. Lengths only, no text. It also notes when
 * the gateway's one thread was held for so long that no plugin could make a call or hear the answer of one.
 */
interface Api {
  readonly pluginConfig?: { readonly file?: string };
  readonly runtime: {
    readonly events: { onAgentEvent(listener: (event: AgentEvent) => void): () => void };
  };
}

interface AgentEvent {
  readonly runId: string;
  readonly stream: string;
  /** Not on every event of a run. */
  readonly sessionKey?: string;
  readonly data: { readonly text?: unknown };
}

let subscribed = false;

const entry: object = {
  id: "bench-probe",
  name: "Bench probe",
  description: "Notes when the host hands text to its channels.",
  register(api: Api): void {
    const file = api.pluginConfig?.file;
    // The host registers a plugin more than once.
    if (file === undefined || subscribed) return;
    subscribed = true;
    const note = (line: object): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
    let turnedAt = Date.now();
    const looking = setInterval(() => {
      const now = Date.now();
      if (now - turnedAt >= HELD_MS + TURN_MS) note({ heldFrom: turnedAt, heldUntil: now });
      turnedAt = now;
    }, TURN_MS);
    looking.unref();
    const sessions = new Map<string, string>();
    api.runtime.events.onAgentEvent(({ runId, stream, sessionKey, data }) => {
      if (sessionKey !== undefined) sessions.set(runId, sessionKey);
      if (stream !== "assistant" || typeof data.text !== "string") return;
      note({ at: Date.now(), session: sessions.get(runId), chars: data.text.length });
    });
  },
};
export default entry;
