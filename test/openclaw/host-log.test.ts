import { describe, expect, it } from "vitest";
import { quieter, toLogger } from "../../extensions/feishu/openclaw/host/log.ts";

describe("[B19] the host's log", () => {
  const lines: string[] = [];
  const note =
    (level: string) =>
    (line: string): void =>
      void lines.push(`${level} ${line}`);
  const log = toLogger({ debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") }, "[f]");

  it("gets fields behind the message, and what a reply cost at debug level; warnings and errors stay", () => {
    log.info("up", { port: 1, path: "a b", gone: undefined });
    quieter(log).info("reply ended", { calls: 3 });
    quieter(log).warn("late");
    quieter(log).error("lost");
    expect(lines).toEqual([
      'info [f] up port=1 path="a b"',
      "debug [f] reply ended calls=3",
      "warn [f] late",
      "error [f] lost",
    ]);
  });
});
