import type { ReplyStream } from "../../stream/index.ts";
import type { CliIo } from "./io.ts";
import type { CliStrings } from "../strings/index.ts";
import { REWRITE_LINE } from "./terminal-io.ts";

/** One line about the running reply: rewritten in place on a terminal, else a new line at most once a second. */
export function createProgress({ once }: CliStrings, io: CliIo): { follow(reply: ReplyStream): void; end(): void } {
  let lastAt = Number.NEGATIVE_INFINITY;
  let open = false;
  const show = (line: string, force: boolean): void => {
    const now = Date.now();
    if (!io.errIsTerminal && !force && now - lastAt < 1000) return;
    lastAt = now;
    open = io.errIsTerminal;
    io.err(io.errIsTerminal ? `${REWRITE_LINE}${line}` : `${line}\n`);
  };
  return {
    follow(reply) {
      reply.events.on("flush", ({ acknowledged, total, cardIndex }) => {
        // An empty card has been shown; nobody needs a line about that.
        if (acknowledged > 0) show(once.progress(acknowledged, total, cardIndex + 1), false);
      });
      reply.events.on("fallback", ({ from, to }) => show(once.moved(from, to), true));
    },
    end() {
      if (open) io.err(REWRITE_LINE);
    },
  };
}
