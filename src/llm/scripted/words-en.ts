import { longEn } from "./long-en.ts";
import type { Words } from "./words.ts";

/** What the scripted model says in English. */
export const wordsEn: Words = {
  greeting: (turn) =>
    turn > 1
      ? "Nice to see you again! Still me, the demo model of **cardstream**. What would you like to see?\n\n"
      : "Hello! I am the demo model of **cardstream**: no network, no key, and my lines are prepared. But the typing, the cards, the tools and the Stop button you see are real.\n\n",
  menu: `Try one of these:

- \`what time is it\`: I really call a clock tool
- \`what is (3 + 4) * 2^10\`: I really call a calculator
- \`think: why is the sky blue\`: thoughts first, then the answer
- \`something long\`: over 3,000 characters, to see the next card take over
- \`die\`: the connection breaks in mid-sentence
- \`stall\`: I fall silent in mid-sentence, so that you can press Stop
`,
  tour: (quote) => `> ${quote}

That deserves a real model, and I am only the demo. So let me use the moment to introduce **cardstream**.

## It does one thing

It types an AI's answer into a Feishu or Lark card **while it is being written**:

1. the model says a little, the card shows a little more;
2. lost connections, rate limits and timeouts are recovered from;
3. and in the end *every word is visible exactly once*.

## What a card can hold

| what | for example |
| --- | --- |
| emphasis | **bold**, *italic*, ~~struck out~~ |
| code | inline like \`sequence\`, or a whole block |
| links | [the Lark developer site](https://open.larksuite.com) |

\`\`\`ts
const card = await FeishuStreamingCard.start({ instance, chatId });
for await (const delta of model) await card.appendMarkdown(delta);
await card.finalize();
\`\`\`

## To talk to a real model

Set \`OPENAI_API_KEY\` and \`OPENAI_MODEL\` (and \`OPENAI_BASE_URL\` for another provider), start again, and I leave the stage.
`,
  clockAsked: "Let me look at the clock.\n\n",
  clockSaid: (reading) =>
    `It is **${reading.iso.slice(11, 16)}** on ${reading.weekday}, ${reading.iso.slice(0, 10)} (${reading.timeZone}).\n\nI did not make that up: the line you saw in the card was the tool call.\n`,
  calculatorAsked: "That is one for the calculator.\n\n",
  calculatorSaid: (expression, value) => `\`${expression}\` = **${value}**\n`,
  toolMissing: (name) => `I was not given a \`${name}\` tool here, so I will not guess.\n`,
  toolFailed: (message) => `The tool says no: ${message}\n`,
  thoughts:
    "First, what is being asked? The sky has no colour of its own; light does. So: why is there more blue in the light that reaches the eye?\nSunlight is a mix of colours. Air molecules are far smaller than its wavelengths, and then short wavelengths scatter most, roughly with the inverse fourth power.\nBlue is short and goes in all directions; red is long and mostly passes straight through.\nWhy not violet, which is shorter still? The sun sends less of it, the upper air absorbs some, and our eyes are weak there.\nAnd in the evening? The path through the air is longer, the blue is scattered away, orange and red are left. That will do.",
  thoughtful: `Let me use an old question to show it: **why is the sky blue?**

Because air **scatters** the blue part of sunlight in all directions:

- sunlight is a mix of colours;
- the shorter the wavelength, the more it is scattered by air molecules (roughly the inverse fourth power);
- so wherever you look, scattered blue light comes towards you.

Violet is shorter still, but the sun sends less of it and our eyes hardly see it. In the evening the light passes through more air, the blue is lost on the way, and the red of the sunset is left.

The panel above that folds away is what I was thinking.
`,
  dying:
    "Now I am going to tell you an important secret, so listen closely.\n\nThe secret is that a reliable system is not one that never fails, but one that, when it fails,",
  dyingRest:
    " says so, keeps what it has, and goes on exactly where it stopped. You have just seen it: nothing was lost and nothing came twice.\n",
  stallingRest: " it goes on from there.\n\nThat was all I had to say.\n",
  nothingBrokeOff: "My last answer was complete, so there is nothing to go on with.",
  stalling:
    "At this point I fall silent. The connection stays open, and nothing more will come.\n\nNow press **Stop**: what has been said will stay, and when you ask for more,",
  long: longEn,
};
