import { EventEmitter } from "eventemitter3";
import type { Print } from "../card/print.ts";
import type { Toast } from "../inbound/card-action.ts";
import type { FaultView } from "../faults/index.ts";
import type { Settings } from "./settings.ts";
import type { TimelineEntry } from "./timeline.ts";
import type {
  AppView,
  CardView,
  ChatView,
  ConnectionView,
  MessageView,
  MeterView,
  ReactionView,
} from "../views/shapes.ts";
import type { World } from "../world/index.ts";

/** Text of an element changed. */
export interface TextEvent {
  readonly type: "text";
  readonly chatId: string;
  readonly messageId: string;
  readonly cardId: string;
  readonly elementId: string;
  /** `type`: the old text is a prefix of the new, only the rest types out. `replace`: all of it appears at once. */
  readonly mode: "type" | "replace";
  /** UTF-16 units of the old text that stay; 0 for `replace`. */
  readonly from: number;
  /** The text from there on. */
  readonly text: string;
  /** Length of the whole new text. */
  readonly length: number;
  readonly print: Print;
}

/** Everything that a watching page wants to know, as it happens. */
export type FeedEvent =
  | { readonly type: "hello"; readonly seq: number; readonly now: number }
  | { readonly type: "message"; readonly op: "created" | "updated" | "recalled"; readonly message: MessageView }
  | TextEvent
  | { readonly type: "card"; readonly chatId: string; readonly messageId: string; readonly card: CardView }
  | {
      readonly type: "reaction";
      readonly chatId: string;
      readonly messageId: string;
      readonly reactions: readonly ReactionView[];
    }
  | {
      readonly type: "read";
      readonly chatId: string;
      /** open_id for the default app. */
      readonly by: string;
      readonly messageIds: readonly string[];
    }
  | { readonly type: "chat"; readonly chat: ChatView }
  | {
      readonly type: "toast";
      readonly from: string;
      readonly messageId: string;
      readonly toast: Toast;
    }
  | { readonly type: "call"; readonly entry: TimelineEntry }
  | { readonly type: "faults"; readonly faults: readonly FaultView[] }
  | { readonly type: "connections"; readonly connections: readonly ConnectionView[] }
  | { readonly type: "app"; readonly app: AppView }
  | { readonly type: "settings"; readonly settings: Settings }
  | { readonly type: "world"; readonly world: World }
  | { readonly type: "meters"; readonly meters: MeterView }
  | { readonly type: "reset" };

/** Hands events to listeners; building one costs nothing while nobody listens. */
export class Feed {
  readonly #emitter = new EventEmitter<{ event: [FeedEvent]; change: [] }>();

  /** Calls `listener` for every event until the returned function is called. */
  subscribe(listener: (event: FeedEvent) => void): () => void {
    this.#emitter.on("event", listener);
    return () => void this.#emitter.off("event", listener);
  }

  /** Calls `listener` when anything that is kept may have changed, also what no watcher is told. */
  onChange(listener: () => void): () => void {
    this.#emitter.on("change", listener);
    return () => void this.#emitter.off("change", listener);
  }

  /** Something may have changed. */
  changed(): void {
    this.#emitter.emit("change");
  }

  /** `make` is only called when someone listens; `undefined` means nothing to tell. */
  emit(make: () => FeedEvent | undefined): void {
    if (this.#emitter.listenerCount("event") === 0) return;
    const event = make();
    if (event !== undefined) this.#emitter.emit("event", event);
  }
}
