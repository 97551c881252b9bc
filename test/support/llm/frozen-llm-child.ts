/** Runs in a process of its own: a provider that says half an answer. The test freezes it then. Prints its URL. */
import { startLlmServer } from "./llm-server.ts";

const server = await startLlmServer();
process.stdout.write(`${server.url}\n`);
