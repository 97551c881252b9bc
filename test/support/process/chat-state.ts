import { createMemoryState } from "@chat-adapter/state-memory";
import type { StateAdapter } from "chat";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A state of the Chat SDK's that several processes share: this one has it in memory, the others ask for each call. */
export interface ServedChatState {
  readonly url: string;
  close(): void;
}

interface Call {
  readonly method: keyof StateAdapter;
  readonly args: unknown[];
}

export async function serveChatState(): Promise<ServedChatState> {
  const state = createMemoryState();
  await state.connect();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += String(piece);
    // Written by `remoteChatState`.
    const { method, args } = JSON.parse(body) as Call;
    const run = state[method] as (...given: unknown[]) => Promise<unknown>;
    response.end(JSON.stringify((await run.apply(state, args)) ?? null));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

/** What a process gives its Chat. */
export function remoteChatState(url: string): StateAdapter {
  const ask = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(url, { method: "POST", body: JSON.stringify({ method, args }) });
    return response.json();
  };
  return new Proxy({} as StateAdapter, {
    get: (_, method) => {
      // Nobody waits for a state: it is no promise.
      if (typeof method !== "string" || method === "then") return undefined;
      const isLife = method === "connect" || method === "disconnect";
      return async (...args: unknown[]) => (isLife ? undefined : ask(method, args));
    },
  });
}
