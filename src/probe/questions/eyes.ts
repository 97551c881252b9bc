import { streamingCard } from "../lab.ts";
import type { Lab } from "../lab.ts";
import type { EyesQuestion } from "../question.ts";

const LONG = "飞书卡片上的文字会逐字出现吗？Does this text type itself out, letter by letter? ".repeat(4);

async function slowCard(lab: Lab, everyMs: number): Promise<string> {
  const config = { streaming_config: { print_frequency_ms: { default: everyMs }, print_step: { default: 1 } } };
  return (await lab.entity(streamingCard("…", config))).cardId;
}

/** Does text that is written by `PUT …/content` type itself out? */
const contentTypes: EyesQuestion = {
  name: "contentTypes",
  calls: 5,
  async show(lab) {
    const cardId = await slowCard(lab, 70);
    await lab.write(cardId, `…${LONG}`, 1);
    await lab.wait(8_000);
  },
};

/** Streaming ends one second after 300 characters were written, at two a second: does the rest appear at once? */
const closeShowsTheRest: EyesQuestion = {
  name: "closeShowsTheRest",
  calls: 6,
  async show(lab) {
    const cardId = await slowCard(lab, 500);
    await lab.write(cardId, `…${LONG}`, 1);
    await lab.wait(1_000);
    await lab.call("card.settings", "PATCH", `/cardkit/v1/cards/${cardId}/settings`, {
      settings: JSON.stringify({ config: { streaming_mode: false } }),
      sequence: 2,
    });
    await lab.wait(4_000);
  },
};

/** Does text that is changed by `PATCH …/elements/:id` while the card streams type itself out? */
const patchTypes: EyesQuestion = {
  name: "patchTypes",
  calls: 5,
  async show(lab) {
    const cardId = await slowCard(lab, 70);
    await lab.call("element.patch", "PATCH", `/cardkit/v1/cards/${cardId}/elements/answer`, {
      partial_element: JSON.stringify({ content: `…${LONG}` }),
      sequence: 1,
    });
    await lab.wait(8_000);
  },
};

/** What only somebody who looks at the chat can say. */
export const eyesQuestions: readonly EyesQuestion[] = [contentTypes, closeShowsTheRest, patchTypes];
