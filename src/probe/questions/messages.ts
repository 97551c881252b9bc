import { WORLD_QUESTIONS } from "../../emulator/index.ts";
import { cardWith, idOf, isNotYetSendable, streamingCard } from "../lab.ts";
import { subCodeOf } from "../probe-client.ts";
import { nearestDelay, question } from "../question.ts";
import type { ProbeQuestion } from "../question.ts";

/** How long after its creation an entity can be sent: created and sent at once, several times. */
const sendableAfterMs = question("sendableAfterMs", 70, async (lab) => {
  let longest = { afterMs: 0, refusals: 0 };
  for (let turn = 0; turn < 6; turn++) {
    const made = await lab.create(cardWith(lab.mark()));
    const cardId = idOf(made, "card_id");
    const taken = await lab.untilTaken(() => lab.sendEntity(cardId), isNotYetSendable, made.answeredAt);
    if (taken.answer.code !== 0) return undefined;
    if (taken.afterMs > longest.afterMs && taken.refusals > 0) longest = taken;
    // The delay is there: two looks at it are enough.
    if (turn >= 1 && longest.refusals > 0) break;
    await lab.wait(300);
  }
  lab.known.sendableAfterMs = longest.refusals === 0 ? 0 : longest.afterMs + 100;
  return nearestDelay(longest.afterMs, longest.refusals, WORLD_QUESTIONS.sendableAfterMs.values);
});

/** IM PATCH on a message that shows an entity, then a CardKit write, reading back after each. */
const patchEntityMessage = question("patchEntityMessage", 12, async (lab) => {
  const [one, two, three] = [lab.mark(), lab.mark(), lab.mark()];
  const { cardId, messageId } = await lab.entity(cardWith(one));
  const content = JSON.stringify(cardWith(two));
  const patched = await lab.call("message.patch", "PATCH", `/im/v1/messages/${messageId}`, { content });
  if (patched.code !== 0) return "refuse";
  const shown = await lab.shows(messageId, [one, two]);
  if (shown === one) return "noop";
  if (shown !== two) return undefined;
  const updated = await lab.update(cardId, cardWith(three), 1);
  const after = await lab.shows(messageId, [two, three]);
  if (updated.code === 0 && after === three) return "replaceUntilNextCardKitCall";
  return after === two ? "replace" : undefined;
});

/** How long after its sending a card can be converted. */
const convertibleAfterMs = question("convertibleAfterMs", 70, async (lab) => {
  let longest = { afterMs: 0, refusals: 0 };
  for (let turn = 0; turn < 3; turn++) {
    const sent = await lab.send("interactive", cardWith(lab.mark()));
    const messageId = idOf(sent, "message_id");
    const convert = (): ReturnType<typeof lab.call> =>
      lab.call("card.convert", "POST", "/cardkit/v1/cards/id_convert", { message_id: messageId });
    const taken = await lab.untilTaken(convert, (answer) => answer.code === 200740, sent.answeredAt);
    if (taken.answer.code !== 0) return undefined;
    if (taken.afterMs > longest.afterMs && taken.refusals > 0) longest = taken;
  }
  lab.known.convertibleAfterMs = longest.refusals === 0 ? 0 : longest.afterMs + 100;
  return nearestDelay(longest.afterMs, longest.refusals, WORLD_QUESTIONS.convertibleAfterMs.values);
});

/** IM PATCH on a message that was sent as JSON, converted, and written to by CardKit. */
const patchConvertedMessage = question("patchConvertedMessage", 12, async (lab) => {
  const [one, two, three] = [lab.mark(), lab.mark(), lab.mark()];
  const sent = await lab.send("interactive", cardWith(one));
  const messageId = idOf(sent, "message_id");
  await lab.wait(lab.known.convertibleAfterMs);
  const converted = await lab.call("card.convert", "POST", "/cardkit/v1/cards/id_convert", { message_id: messageId });
  const cardId = idOf(converted, "card_id");
  const updated = await lab.update(cardId, cardWith(two), 1);
  if (updated.code !== 0) return undefined;
  const content = JSON.stringify(cardWith(three));
  const patched = await lab.call("message.patch", "PATCH", `/im/v1/messages/${messageId}`, { content });
  if (patched.code !== 0) return undefined;
  const shown = await lab.shows(messageId, [one, two, three]);
  if (shown === three) return "works";
  return shown === two ? "noopAfterCardKitCall" : undefined;
});

/** An entity sent a second time, three seconds after the first. */
const secondSend = question("secondSend", 8, async (lab) => {
  const { cardId } = await lab.entity(cardWith(lab.mark()));
  await lab.wait(3_000);
  const again = await lab.sendEntity(cardId);
  if (again.code === 0) return "accepted";
  if (again.code !== 230099) return "other";
  return subCodeOf(again.msg) === 11310 ? 11310 : "other";
});

/** A text sent twice with one `uuid`. */
const imUuidReplay = question("imUuidReplay", 4, async (lab) => {
  const uuid = lab.mark();
  const first = idOf(await lab.send("text", { text: uuid }, uuid), "message_id");
  await lab.wait(1_000);
  const again = await lab.send("text", { text: uuid }, uuid);
  if (again.code === 230049) return 230049;
  return again.code === 0 && again.data["message_id"] === first ? "same" : undefined;
});

/** The form in which a card is read back. */
const userCardContent = question("userCardContent", 3, async (lab) => {
  const messageId = idOf(await lab.send("interactive", cardWith(lab.mark())), "message_id");
  const path = `/im/v1/messages/${messageId}?card_msg_content_type=user_card_content`;
  const read = await lab.call("message.get", "GET", path);
  const content = JSON.stringify(read.data["items"] ?? []);
  if (content.includes("user_dsl")) return "userDsl";
  return content.includes("elements") ? "card" : undefined;
});

/** Several streaming cards in one chat: three cards, 21 writes a second on all of them, less than ten on each. */
const streamingCardsInChat = question("streamingCardsInChat", 72, async (lab) => {
  const cards = [];
  for (let i = 0; i < 3; i++) cards.push((await lab.entity(streamingCard("."))).cardId);
  let text = ".";
  for (let turn = 1; turn <= 18; turn++) {
    text += "x";
    const answers = await Promise.all(cards.map((cardId) => lab.writeOnce(cardId, text, turn)));
    if (answers.some((answer) => answer.code === 99991400)) return "limited";
    await lab.wait(143);
  }
  return "free";
});

/** Questions about messages and sending, in the order in which they are asked: the first ones make the others possible. */
export const messageQuestions: readonly ProbeQuestion[] = [
  sendableAfterMs,
  convertibleAfterMs,
  patchEntityMessage,
  patchConvertedMessage,
  secondSend,
  imUuidReplay,
  userCardContent,
  streamingCardsInChat,
];
