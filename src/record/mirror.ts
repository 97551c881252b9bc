import type { Emulator } from "../emulator/index.ts";
import type { ConnectionChange, Exchange, Observer, Passed } from "./exchange.ts";
import { fieldOf, textAt } from "./json.ts";
import { LineReader } from "./line-reader.ts";
import { Player } from "./player.ts";
import type { RecordedCall, RecordedLine } from "./recording.ts";

/**
 * Shows what passes by on an emulator's page: chats, messages and cards as the other Feishu has acknowledged them, and every
 * call with that Feishu's own answer.
 */
export class Mirror implements Observer {
  readonly #emulator: Emulator;
  readonly #player: Player;
  readonly #reader: LineReader;

  constructor(emulator: Emulator, onError: (message: string) => void) {
    this.#emulator = emulator;
    this.#player = new Player(emulator);
    this.#reader = new LineReader({ keepTexts: true, onError, onLine: (line) => this.#show(line) });
    // What the other Feishu took is not refused here.
    Object.assign(emulator.settings, {
      checkMentions: "off",
      checkImages: "off",
      apiPerSecond: 100_000,
      apiPerMinute: 1_000_000,
    });
  }

  exchange(exchange: Exchange): void {
    this.#reader.exchange(exchange);
  }

  passed(message: Passed): void {
    this.#reader.passed(message);
  }

  connection(change: ConnectionChange): void {
    this.#reader.connection(change);
  }

  /** Resolves once everything is shown. */
  close(): Promise<void> {
    return this.#reader.close();
  }

  async #show(line: RecordedLine): Promise<void> {
    if (line.kind === "frame" && line.type === "event") this.#player.event(line.json);
    if (line.kind === "webhook") this.#player.event(line.request.json);
    if (line.kind === "call") await this.#call(line);
  }

  async #call(call: RecordedCall): Promise<void> {
    const { faults, timeline } = this.#emulator;
    const code = fieldOf(call.response.json, "code");
    const taken = call.outcome === "answered" && code === 0;
    // What was refused there changes nothing here; what was not answered is not known to be visible.
    const rule = taken
      ? undefined
      : faults.add({
          operation: "*",
          effect:
            typeof code === "number"
              ? { type: "code", code, msg: textAt(call.response.json, "msg"), httpStatus: call.status }
              : { type: "reset" },
        });
    try {
      const before = timeline.entries().length;
      const played = await this.#player.call(call).catch(() => undefined);
      const entry = timeline.entries().at(-1);
      if (entry === undefined || timeline.entries().length === before) return;
      const here = played?.played === true ? played.code : undefined;
      entry.ms = call.ms;
      if (taken && here !== undefined && here !== 0)
        entry.warning = `Feishu took it; the local emulator would have answered ${here}: ${entry.msg}`;
      if (call.outcome !== "answered") entry.warning = "no answer came: whether it took effect is not known";
      if (!taken) return;
      entry.code = 0;
      entry.httpStatus = call.status;
    } finally {
      if (rule !== undefined) faults.remove(rule);
    }
  }
}
