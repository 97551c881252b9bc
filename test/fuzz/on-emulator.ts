import { createEmulator } from "../../src/emulator/index.ts";
import type { Emulator, FaultRule, VisibleMessage, World as EmulatorWorld } from "../../src/emulator/index.ts";
import type { Clock } from "../../src/time/index.ts";
import type { Effect, Fault } from "../second-feishu/faults.ts";
import type { World } from "../second-feishu/world.ts";
import type { TrialFeishu } from "./feishu.ts";
import type { Trial } from "./trial.ts";

/** The emulator's names of the calls that faults are told for. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  "*": ["*"],
  "card.*": ["card.*", "element.*"],
  "im.*": ["message.*"],
  "card.create": ["card.create"],
  "card.convert": ["card.id_convert"],
  "card.put": ["card.update"],
  "card.settings": ["card.settings"],
  "card.batch": ["card.batch_update"],
  "card.content": ["element.content"],
  "card.element.patch": ["element.patch"],
  "im.send": ["message.create"],
  "im.reply": ["message.reply"],
  "im.patch": ["message.patch"],
  "im.get": ["message.get"],
};

/** The same trial on the emulator. What the two read differently stays as the emulator has it. */
export function onEmulator(trial: Trial, clock: Clock): TrialFeishu {
  const { seed, latency, faults } = trial;
  const emulator = createEmulator({ clock, seed, latencyMs: latency, world: toEmulatorWorld(trial.world) });
  for (const fault of faults) emulator.faults.add(toRule(fault));
  const everybody = emulator.store.users.all();
  const people = [0, 1, 2].map((chat) => everybody[chat % everybody.length]?.name);
  const chats = people.map((name) => emulator.directChatId(name));
  const id = (chat: number): string => chats[chat] ?? "";
  // What was only sent may be unknown to its sender: a card of its own that nobody has patched or converted since.
  const isTouched = ({ cardId, messageId }: VisibleMessage): boolean =>
    emulator.timeline
      .entries()
      .some((entry) =>
        entry.operation.startsWith("message.")
          ? entry.operation === "message.patch" && entry.messageId === messageId
          : (cardId !== undefined && entry.cardId === cardId) || entry.messageId === messageId,
      );
  const own = (chat: number) => emulator.visibleTexts(id(chat)).filter(({ sender }) => sender === "app");
  return {
    appId: emulator.app.appId,
    appSecret: emulator.app.appSecret,
    baseUrl: emulator.apiUrl,
    fetch: emulator.fetch,
    chats,
    seen: (chat) =>
      own(chat).map((message) => ({
        messageId: message.messageId,
        text: message.kind === "card" ? message.parts.map(({ text }) => text).join("") : message.text,
        unfinished: message.streaming || message.parts.some(({ elementId }) => elementId === "status"),
        spinning: message.streaming,
        touched: isTouched(message),
        recalled: false,
      })),
    ask: (chat) => emulator.sendAsUser({ from: people[chat], chatId: id(chat), text: "question" }).messageId,
    closeStreaming: () => emulator.closeStreaming(),
    // What only an administrator of the chat can do is left to the other Feishu.
    recallNewest: () => {},
    removeBot: () => {},
    timeline: () => timelineOf(emulator),
  };
}

function toEmulatorWorld(world: World): Partial<EmulatorWorld> {
  return {
    patchEntityMessage: world.patchOnEntity,
    patchConvertedMessage: world.patchAfterConvert === "works" ? "works" : "noopAfterCardKitCall",
    sendableAfterMs: world.sendableAfterMs,
    convertibleAfterMs: world.convertibleAfterMs,
    elementVisibleAfterMs: world.elementAfterMs,
    cardLimitWhileStreaming: world.cardRate === "free" ? "free" : world.cardRate === "230020" ? 230_020 : 99_991_400,
    streamingCardsInChat: world.chatRate === "free" ? "free" : "limited",
    secondSend: world.secondSend === "11310" ? 11_310 : world.secondSend,
    cardUuidReplay: world.uuidReplay === "200770" ? 200_770 : world.uuidReplay === "again" ? "appliedAgain" : "ok",
    failedCallConsumesSequence: world.failedCallTakesSequence,
    cardBytes: world.cardBytes,
    cardTables: world.tables,
    unknownProperty: world.unknownProperty,
    fullUpdateEndsStreaming: world.putDecidesStreaming,
    limitWindow: world.limitWindow,
  };
}

function toRule({ calls, effect, containing, ...when }: Fault): FaultRule {
  return {
    operation: calls.flatMap((call) => OPERATIONS[call] ?? [call]),
    effect: toEffect(effect),
    ...when,
    ...(containing !== undefined && { when: ({ body }) => body?.includes(containing) === true }),
  };
}

function toEffect(effect: Effect): FaultRule["effect"] {
  switch (effect.kind) {
    case "code":
      return { type: "code", code: effect.code, msg: effect.msg };
    case "http":
      return effect.applied ? { type: "lost" } : { type: "http", status: effect.status };
    case "reset":
      return { type: effect.applied ? "lost" : "reset" };
    case "hang":
      return effect.applied ? { type: "latency", afterMs: 60_000 } : { type: "hang" };
    case "late":
      return { type: "late", ms: effect.ms };
    case "slow":
      return { type: "latency", beforeMs: effect.beforeMs, afterMs: effect.afterMs };
    case "rate":
      return { type: "code", code: 99_991_400, resetSeconds: effect.resetSeconds };
    case "truncated":
      return { type: "truncated" };
    case "token":
      return { type: "token-expired" };
    default:
      return { type: "streaming-closed" };
  }
}

function timelineOf(emulator: Emulator): string {
  return emulator.timeline
    .entries()
    .map(({ at, operation, sequence, fault, code, outcome }) =>
      [at, operation, sequence === undefined ? "" : `#${sequence}`, fault ?? "", code, outcome]
        .filter((part) => part !== "")
        .join(" "),
    )
    .join("\n");
}
