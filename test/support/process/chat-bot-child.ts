/** One of several processes of a bot of the Chat SDK's. A question that begins with `hang` is answered half, with a word every 200 ms. */
import { Actions, Button, Card, Chat } from "chat";
import { createLarkAdapter } from "../../../extensions/chat-sdk/index.ts";
import { remoteChatState } from "./chat-state.ts";

const { NAME, PREFIX, STATE_URL = "" } = process.env;
const bot = new Chat({
  userName: "helper",
  // App and Redis are those of the environment.
  adapters: { lark: createLarkAdapter({ shared: { prefix: PREFIX, leaseSeconds: 2, drainSeconds: 2 } }) },
  state: remoteChatState(STATE_URL),
  logger: "warn",
});
bot.onDirectMessage(async (thread, { text }) => {
  console.log(`handles ${text}`);
  async function* answer(): AsyncGenerator<string> {
    yield `${NAME} answers ${text}: `;
    for (let word = 1; text.startsWith("hang"); word++) {
      yield `word ${word}. `;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  await thread.post(answer());
  await thread.post(Card({ children: [Actions([Button({ id: "go", label: "Go", value: text })])] }));
});
bot.onAction("go", async ({ thread, value }) => void (await thread?.post(`${NAME} ran ${value}`)));
process.once("SIGTERM", () => void bot.shutdown());
await bot.initialize();
console.log("connected");
