/**
 * Runs in a process of its own: `frozen-llm-child.ts <requests>`, a provider that says half an answer. Prints its URL, and `asked` once
 * that many requests have got their half. The test freezes it then.
 */
import { startLlmServer } from "./llm-server.ts";

const awaited = Number(process.argv[2]);
const server = await startLlmServer();
process.stdout.write(`${server.url}\n`);
const look = setInterval(() => {
  if (server.requests.length < awaited) return;
  clearInterval(look);
  process.stdout.write("asked\n");
}, 10);
