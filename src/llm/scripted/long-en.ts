/** The long answer in English: how one word gets from a model to a card. Over 3,000 characters, so that it needs two cards. */
export const longEn: string = `# The journey of a word

You asked for something long, so let me tell you what I do all day: **how one word gets from a model to the card in front of you**. This answer is longer than 3,000 characters, more than one card holds. Further down you will see it carry on in the next card, with nothing missing and nothing said twice.

## 1. At the model's end: words arrive in crumbs

A language model does not think up the whole page and then show it. It writes a crumb at a time: a word, half a word, a comma. Such a crumb is a **delta**, and providers push them as server-sent events:

\`\`\`text
data: {"choices":[{"delta":{"content":"Hel"}}]}

data: {"choices":[{"delta":{"content":"lo"}}]}

data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

data: [DONE]
\`\`\`

It looks simple. All the trouble hides in the word *end*:

1. some say they are done and leave the connection open;
2. some close the connection without saying they are done;
3. some send a ping every few seconds, look alive, and never say another word;
4. some write "stop" on every single crumb, and whoever believes the first one loses the rest.

Many programs meet the first kind by spinning for five minutes, although the whole answer arrived long before. So cardstream trusts the **end mark in the content**, never the connection, and then waits a very short moment for late figures such as token usage.

## 2. In between: not one call per crumb

Feishu limits how often a card may be written. A model can produce dozens of deltas a second. Send each one, and you are throttled; queue them, and the card falls further and further behind: written in four seconds, readable after forty.

The cure is plain:

- **one write in flight per card**, never two;
- while it is in flight, new words are collected;
- when it is acknowledged, the **whole text so far** goes out in one write;
- the versions in between, once the newest and now old, are skipped. Nobody needs them.

Feishu's streaming call takes the whole text each time. As long as the old text is the beginning of the new one, Feishu types out the difference like a typewriter. The reader sees a steady hand; the platform sees a steady rhythm.

> Whole texts are **snapshots**, additions are **deltas**. In cardstream they are two different types that cannot be mixed up. When a model really says "ha" three times, you read "ha" three times.

## 3. At the card's end: opening and closing

| step | what happens | why |
| --- | --- | --- |
| create | a card entity is made, streaming mode on | only then can text be streamed |
| send | the card goes to the chat | you see that I am here |
| stream | the whole text is written again and again | the typewriter |
| close | streaming mode goes off | the card can be forwarded |
| settle | one last update | panels fold, buttons and footer appear |

Every write carries a **sequence number** that only grows. Get the order wrong, and the write is refused. So the number is taken at the moment of sending, not when the write joins a queue: what stands behind in a queue sometimes overtakes.

Streaming mode also closes by itself **ten minutes** after it was switched on. An answer that looks things up, calls tools and reasons slowly passes ten minutes easily. cardstream renews it in time; if it has closed anyway, it is opened again, or the answer goes on in a new card.

## 4. When something breaks

Networks fail. The hard part is not failure but **not knowing**: the request went out and no answer came back. Was the text written or not?

- Assume it was, and a piece may be missing.
- Assume it was not, and a piece may appear twice.
- Do nothing, and the reader is left with half a sentence.

cardstream keeps a **delivery ledger** for every reply: up to which character the text is known to be visible. A write has an identity of its own, so the same write can be sent again without taking effect twice. Whatever breaks, there is an exact place to go on from.

If streaming cards do not work at all, there are two ways down: an ordinary card that is updated about once a second, then plain text. A change of route sends **only what has not been seen yet**. In the end the books are balanced: is the visible text exactly what the model said? Only then is it called delivered.

## 5. Where a long text may be cut

- Never inside an emoji. 👨‍👩‍👧‍👦 looks like one character and is made of seven code points.
- Never inside a link or inline code.
- Inside a fence, the first card closes it, and the next one opens it again **with the same language**.
- Inside a table, the header row is repeated.
- Inside a numbered list, counting goes on instead of starting from 1.

The best place is between paragraphs, then a line break, then the end of a sentence, then a space, and only when nothing else is left, between two characters.

## 6. When you press Stop

The button looks simple and is the hardest test. The model is still talking, a write is in flight, a tool may be running. Within a moment:

1. the model is told to stop and its connection is closed;
2. the write in flight is awaited, and no new one starts;
3. what was written stays, marked as stopped, and by whom;
4. *Regenerate* and *Continue* take the button's place.

One rule holds throughout: **cancelling anything never cancels the last update**. Otherwise the card would look busy for ever.

## 7. If the process disappears

Machines lose power and processes are killed. cardstream keeps a tiny **journal** on disk: which card was open, and how far it got. The next start reads it and closes what was left open, marked as interrupted.

---

That was the journey of a word. Every word you see here, this one included, came that way. Scroll up: headings, lists, the table and the code are whole, although the answer moved to another card. **Every word, exactly once**: that is all the ambition there is.`;
