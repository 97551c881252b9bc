import { WORLD_QUESTIONS } from "../../emulator/index.ts";
import { cardWith, idOf, streamingCard } from "../lab.ts";
import type { Lab } from "../lab.ts";
import { nearestDelay, question } from "../question.ts";
import type { ProbeQuestion } from "../question.ts";

/** How long after it was added an element can be written to. */
const elementVisibleAfterMs = question("elementVisibleAfterMs", 60, async (lab) => {
  const { cardId } = await lab.entity(streamingCard(lab.mark()));
  let sequence = 0;
  let longest = { afterMs: 0, refusals: 0 };
  for (let turn = 0; turn < 3; turn++) {
    const id = `added${turn}`;
    const added = await lab.call("element.add", "POST", `/cardkit/v1/cards/${cardId}/elements`, {
      type: "append",
      elements: JSON.stringify([{ tag: "markdown", element_id: id, content: "." }]),
      sequence: (sequence += 1),
    });
    if (added.code !== 0) return undefined;
    const write = (): ReturnType<typeof lab.call> =>
      lab.call("element.content", "PUT", `/cardkit/v1/cards/${cardId}/elements/${id}/content`, {
        content: "..",
        sequence: (sequence += 1),
      });
    const taken = await lab.untilTaken(write, (answer) => answer.code === 300313, added.answeredAt);
    if (taken.answer.code !== 0) return undefined;
    if (taken.afterMs > longest.afterMs && taken.refusals > 0) longest = taken;
  }
  return nearestDelay(longest.afterMs, longest.refusals, WORLD_QUESTIONS.elementVisibleAfterMs.values);
});

/**
 * Twelve writes at once to one card that streams, more than the documented ten, at three moments, since some may fall into two seconds
 * of a clock; then thirty, where that is not so many that a limit of the whole chat would answer.
 */
const cardLimitWhileStreaming = question("cardLimitWhileStreaming", 76, async (lab) => {
  const counts = lab.known.answers.streamingCardsInChat === "free" ? [12, 12, 12, 30] : [12, 12, 12];
  const { cardId } = await lab.entity(streamingCard("."));
  let sequence = 0;
  for (const count of counts) {
    await lab.wait(1_370);
    const answers = await Promise.all(
      Array.from({ length: count }, () => {
        sequence += 1;
        return lab.writeOnce(cardId, `.${"x".repeat(sequence)}`, sequence);
      }),
    );
    const codes = new Set(answers.map((answer) => answer.code));
    if (codes.has(230020)) return 230020;
    if (codes.has(99991400)) return 99991400;
    // Writes that overtake each other are refused by their sequence; that is no limit.
    if ([...codes].some((code) => code !== 0 && code !== 300317)) return undefined;
  }
  return "free";
});

/** A write with a `uuid` that was used a second ago, under a new sequence. */
const cardUuidReplay = question("cardUuidReplay", 10, async (lab) => {
  const replayed = await replayUuid(lab, 1_000);
  return replayed === "forgotten" ? "appliedAgain" : replayed;
});

/** The same, later: is the `uuid` still known? */
const cardUuidMs: ProbeQuestion<"cardUuidMs"> = {
  ...question("cardUuidMs", 20, async (lab) => {
    if ((await replayUuid(lab, 65_000)) === "forgotten") return 60_000;
    return (await replayUuid(lab, 3_540_000)) === "forgotten" ? undefined : 3_600_000;
  }),
  onlyWhenNamed: true,
};

async function replayUuid(lab: Lab, afterMs: number): Promise<200770 | "ok" | "forgotten" | undefined> {
  const uuid = lab.mark();
  const [one, two] = [lab.mark(), lab.mark()];
  const { cardId, messageId } = await lab.entity(cardWith("."));
  const element = (content: string, sequence: number): ReturnType<typeof lab.call> =>
    lab.call("element.replace", "PUT", `/cardkit/v1/cards/${cardId}/elements/answer`, {
      element: JSON.stringify({ tag: "markdown", element_id: "answer", content }),
      sequence,
      uuid,
    });
  if ((await element(one, 1)).code !== 0) return undefined;
  await lab.wait(afterMs);
  const again = await element(two, 2);
  if (again.code === 200770) return 200770;
  if (again.code !== 0) return undefined;
  const shown = await lab.shows(messageId, [one, two]);
  if (shown === undefined) return undefined;
  return shown === two ? "forgotten" : "ok";
}

/** A write with a known `uuid` and an old sequence: which of the two is complained about? Cannot be seen where a `uuid` never is. */
const checkFirst = question("checkFirst", 6, async (lab) => {
  const uuid = lab.mark();
  const { cardId } = await lab.entity(streamingCard("."));
  const first = await lab.write(cardId, ".x", 5, uuid);
  if (first.code !== 0) return undefined;
  const again = await lab.write(cardId, ".x", 5, uuid);
  if (again.code === 200770 || again.code === 0) return "uuid";
  const complains = [200770, "ok"].includes(lab.known.answers.cardUuidReplay ?? "");
  return again.code === 300317 && complains ? "sequence" : undefined;
});

/** A write that fails, then one that is right, with the same sequence. */
const failedCallConsumesSequence = question("failedCallConsumesSequence", 6, async (lab) => {
  const { cardId } = await lab.entity(streamingCard("."));
  const failed = await lab.call("element.content", "PUT", `/cardkit/v1/cards/${cardId}/elements/nowhere/content`, {
    content: "x",
    sequence: 5,
  });
  if (failed.code === 0 || failed.code === 300317) return undefined;
  const right = await lab.write(cardId, ".x", 5);
  if (right.code === 300317) return true;
  return right.code === 0 ? false : undefined;
});

const KB = 1024;

/** Cards around the sizes that were reported as the limit. */
const cardBytes = question("cardBytes", 8, async (lab) => {
  const taken = async (bytes: number): Promise<boolean> => {
    const frame = Buffer.byteLength(JSON.stringify(cardWith("")));
    return (await lab.create(cardWith("x".repeat(bytes - frame)))).code === 0;
  };
  for (const limit of [30, 100, 150]) {
    if (!(await taken((limit - 1) * KB))) return undefined;
    if (!(await taken((limit + 2) * KB))) return limit * KB;
  }
  return undefined;
});

/** Cards of three to eight Markdown tables: how many are taken, created and sent? */
const cardTables = question("cardTables", 26, async (lab) => {
  for (let tables = 3; tables <= 9; tables++) {
    const elements = Array.from({ length: tables }, (_, index) => ({
      tag: "markdown",
      element_id: `t${index}`,
      content: `| a |\n| --- |\n| ${index} |`,
    }));
    const made = await lab.create({ schema: "2.0", config: { update_multi: true }, body: { elements } });
    if (made.code === 0) await lab.wait(lab.known.sendableAfterMs);
    const taken = made.code === 0 && (await lab.sendEntity(idOf(made, "card_id"))).code === 0;
    if (!taken) return tables - 1;
  }
  return undefined;
});

/** A card with a property that Feishu does not know. */
const unknownProperty = question("unknownProperty", 1, async (lab) => {
  const { code } = await lab.create({ ...cardWith("."), probe_property: 1 });
  return code === 200220 || code === 200621 ? code : undefined;
});

/** A card without `update_multi`. */
const updateMultiRequired = question("updateMultiRequired", 1, async (lab) => {
  const { code } = await lab.create({ schema: "2.0", body: cardWith(".")["body"] });
  return code !== 0;
});

/** A full update that says nothing about streaming, then a write that needs it. */
const fullUpdateEndsStreaming = question("fullUpdateEndsStreaming", 6, async (lab) => {
  const { cardId } = await lab.entity(streamingCard("."));
  const updated = await lab.update(cardId, cardWith("."), 1);
  if (updated.code !== 0) return undefined;
  const { code } = await lab.write(cardId, ".x", 2);
  if (code === 300309 || code === 200850) return true;
  return code === 0 ? false : undefined;
});

/** An element that is added after streaming ran out, ten minutes later. */
const addElementAfterTimeout: ProbeQuestion<"addElementAfterTimeout"> = {
  ...question("addElementAfterTimeout", 6, async (lab) => {
    const { cardId } = await lab.entity(streamingCard("."));
    await lab.wait(615_000);
    const { code } = await lab.call("element.add", "POST", `/cardkit/v1/cards/${cardId}/elements`, {
      type: "append",
      elements: JSON.stringify([{ tag: "hr" }]),
      sequence: 1,
    });
    if (code === 200510) return 200510;
    return code === 0 ? "ok" : undefined;
  }),
  onlyWhenNamed: true,
};

/** Questions about cards and CardKit. */
export const cardQuestions: readonly ProbeQuestion[] = [
  elementVisibleAfterMs,
  unknownProperty,
  updateMultiRequired,
  failedCallConsumesSequence,
  cardUuidReplay,
  checkFirst,
  fullUpdateEndsStreaming,
  cardTables,
  cardBytes,
  cardLimitWhileStreaming,
  cardUuidMs,
  addElementAfterTimeout,
];
