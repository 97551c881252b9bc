/**
 * Runs in a process of its own: `llm-child.ts <job> <server URL> [proxy URL]`. Prints the answer of one turn.
 * - `env`: first shows that this process is a trap (Node's fetch and undici's both go through the proxy), then asks
 * - `explicit`: asks with the proxy in the model's settings
 */
import { fetch as undiciFetch, ProxyAgent, setGlobalDispatcher } from "undici";
import { createModel } from "../../../src/llm/index.ts";
import { createSystemClock } from "../../../src/time/index.ts";

const [job, server = "", proxy = ""] = process.argv.slice(2);

if (job === "env") {
  await (await fetch(`${server}/complete/v1/chat/completions`, { method: "POST", body: "{}" })).text();
  setGlobalDispatcher(new ProxyAgent(proxy));
  await (await undiciFetch(`${server}/complete/v1/chat/completions`, { method: "POST", body: "{}" })).text();
}

const model = createModel(
  {
    provider: "fake",
    baseUrl: `${server}/complete-socket-open/v1`,
    model: "fake",
    apiKey: "test-key",
    proxy: job === "explicit" ? proxy : undefined,
  },
  { clock: createSystemClock(), random: () => 0 },
);
let text = "";
for await (const part of model.streamTurn({ messages: [{ role: "user", content: "hi" }] })) {
  if (part.type === "text-delta") text += part.text;
}
await model.close();
process.stdout.write(text);
process.exit(0);
