import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One thing the model does. */
export type ModelStep =
  | { readonly text: string }
  | { readonly reasoning: string }
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  /** Wait this long, or for ever (until the client goes away). */
  | { readonly waitMs: number };

/** What the model answers to one kind of message. */
export interface ModelScript {
  readonly steps: readonly ModelStep[];
  /** What it answers when it sees the result of its tool call. */
  readonly afterTool?: readonly ModelStep[] | undefined;
  /** Answer with this HTTP status instead. */
  readonly status?: number | undefined;
  /** Characters per delta. @defaultValue 5 */
  readonly deltaChars?: number | undefined;
  /** Pause after each delta, in ms. @defaultValue 20 */
  readonly deltaMs?: number | undefined;
}

/** One call of the model, as the server saw it. */
export interface ModelCall {
  readonly path: string;
  /** The message it answered, without what the host adds. */
  readonly prompt: string;
  /** The whole request. */
  readonly body: string;
  /** Wall-clock ms and the number of answer characters written by then, one entry per delta. */
  readonly written: { at: number; chars: number }[];
  /** Wall-clock ms at which the answer was complete; undefined while it is not, or when the client went away. */
  endedAt: number | undefined;
}

/** A model server on loopback that speaks the two streaming protocols the host uses most. */
export interface FakeModel {
  readonly url: string;
  /** Every call so far, oldest first. */
  readonly calls: readonly ModelCall[];
  /** Answers prompts that contain `keyword`; the longest keyword that fits wins. */
  script(keyword: string, script: ModelScript): void;
  close(): Promise<void>;
}

interface ChatMessage {
  readonly role: string;
  readonly content:
    | string
    | readonly { readonly type: string; readonly text?: string; readonly content?: unknown }[]
    | null;
}

const textOf = (message: ChatMessage): string =>
  typeof message.content === "string"
    ? message.content
    : (message.content ?? []).map((part) => part.text ?? "").join("\n");

const isToolResult = (message: ChatMessage): boolean =>
  message.role === "tool" ||
  (Array.isArray(message.content) && message.content.some((part: { type: string }) => part.type === "tool_result"));

/** The last message that a person wrote: the host adds user messages of its own, also after a tool's result. */
function findPrompt(messages: readonly ChatMessage[]): { prompt: string; afterTool: boolean } {
  const index = messages.findLastIndex(
    (message) =>
      message.role === "user" && !isToolResult(message) && !textOf(message).includes("OPENCLAW_INTERNAL_CONTEXT"),
  );
  const message = messages[index];
  return {
    prompt: message === undefined ? "" : textOf(message),
    afterTool: messages.slice(index + 1).some(isToolResult),
  };
}

function pieces(text: string, size: number): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at += size) found.push(text.slice(at, at + size));
  return found;
}

/** How one protocol says things. */
interface Dialect {
  begin(send: Send): void;
  text(send: Send, delta: string): void;
  reasoning(send: Send, delta: string): void;
  tool(send: Send, name: string, input: unknown, id: string): void;
  end(send: Send, reason: "stop" | "tool"): void;
}
type Send = (data: unknown, event?: string) => void;

function chatCompletions(model: string): Dialect {
  let tools = 0;
  const chunk = (delta: unknown, finish: string | null = null): unknown => ({
    id: "c",
    object: "chat.completion.chunk",
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  return {
    begin: (send) => send(chunk({ role: "assistant", content: "" })),
    text: (send, delta) => send(chunk({ content: delta })),
    reasoning: (send, delta) => send(chunk({ reasoning_content: delta })),
    tool: (send, name, input, id) => {
      const call = { index: tools++, id, type: "function", function: { name, arguments: JSON.stringify(input) } };
      send(chunk({ tool_calls: [call] }));
    },
    end: (send, reason) => {
      send(chunk({}, reason === "tool" ? "tool_calls" : "stop"));
      send({
        id: "c",
        object: "chat.completion.chunk",
        created: 1,
        model,
        choices: [],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      });
      send("[DONE]");
    },
  };
}

function anthropicMessages(model: string): Dialect {
  let index = -1;
  let open: string | undefined;
  const close = (send: Send): void => {
    if (open !== undefined) send({ type: "content_block_stop", index }, "content_block_stop");
    open = undefined;
  };
  const block = (send: Send, type: string, content: object): void => {
    if (open === type) return;
    close(send);
    index++;
    open = type;
    send({ type: "content_block_start", index, content_block: { type, ...content } }, "content_block_start");
  };
  const delta = (send: Send, content: object): void =>
    send({ type: "content_block_delta", index, delta: content }, "content_block_delta");
  return {
    begin: (send) => {
      const message = {
        id: "m",
        type: "message",
        role: "assistant",
        model,
        content: [],
        usage: { input_tokens: 1, output_tokens: 1 },
      };
      send({ type: "message_start", message }, "message_start");
    },
    text: (send, text) => {
      block(send, "text", { text: "" });
      delta(send, { type: "text_delta", text });
    },
    reasoning: (send, thinking) => {
      block(send, "thinking", { thinking: "", signature: "" });
      delta(send, { type: "thinking_delta", thinking });
    },
    tool: (send, name, input, id) => {
      block(send, "tool_use", { id, name, input: {} });
      delta(send, { type: "input_json_delta", partial_json: JSON.stringify(input) });
    },
    end: (send, reason) => {
      close(send);
      const stop = { stop_reason: reason === "tool" ? "tool_use" : "end_turn" };
      send({ type: "message_delta", delta: stop, usage: { output_tokens: 1 } }, "message_delta");
      send({ type: "message_stop" }, "message_stop");
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function play(
  script: ModelScript,
  call: ModelCall,
  dialect: Dialect,
  afterTool: boolean,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const send: Send = (data, event) => {
    const name = event === undefined ? "" : `event: ${event}\n`;
    response.write(`${name}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
  };
  const pause = (ms: number): Promise<void> =>
    ms <= 0 ? Promise.resolve() : sleep(ms, undefined, { signal: gone.signal });
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  dialect.begin(send);
  let chars = 0;
  let calledTool = false;
  for (const step of afterTool ? (script.afterTool ?? [{ text: "Done." }]) : script.steps) {
    if ("waitMs" in step) await pause(step.waitMs);
    else if ("tool" in step) {
      dialect.tool(send, step.tool, step.input, `call_${randomUUID()}`);
      calledTool = true;
    } else {
      const [say, text] = "text" in step ? [dialect.text, step.text] : [dialect.reasoning, step.reasoning];
      for (const delta of pieces(text, script.deltaChars ?? 5)) {
        say(send, delta);
        if ("text" in step) call.written.push({ at: Date.now(), chars: (chars += delta.length) });
        await pause(script.deltaMs ?? 20);
      }
    }
  }
  dialect.end(send, calledTool ? "tool" : "stop");
  call.endedAt = Date.now();
  response.end();
}

/** Starts a model server on a free port of 127.0.0.1. Prompts that no script fits are answered with "OK". */
export async function startFakeModel(): Promise<FakeModel> {
  const scripts = new Map<string, ModelScript>();
  const calls: ModelCall[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      const { messages, model } = JSON.parse(body) as { messages: ChatMessage[]; model: string };
      const { prompt, afterTool } = findPrompt(messages);
      const keyword = [...scripts.keys()]
        .filter((key) => prompt.includes(key))
        .toSorted((a, b) => b.length - a.length)[0];
      const script = (keyword === undefined ? undefined : scripts.get(keyword)) ?? { steps: [{ text: "OK" }] };
      const path = request.url ?? "";
      const call: ModelCall = { path, prompt, body, written: [], endedAt: undefined };
      calls.push(call);
      if (script.status !== undefined) {
        response.writeHead(script.status, { "content-type": "application/json" });
        response.end(JSON.stringify({ error: { message: "the test says no", type: "invalid_request_error" } }));
        return;
      }
      await play(
        script,
        call,
        path.includes("/messages") ? anthropicMessages(model) : chatCompletions(model),
        afterTool,
        response,
      );
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    script: (keyword, script) => void scripts.set(keyword, script),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
