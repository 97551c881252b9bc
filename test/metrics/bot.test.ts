import { expect, it } from "vitest";
import type { LogFields } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { sayingModel, startE2e } from "../support/e2e.ts";

it("[D14] the bot logs one line of figures per reply, without a word of it", async () => {
  const lines: { message: string; fields: LogFields | undefined }[] = [];
  const logger = {
    ...silentLogger,
    info: (message: string, fields?: LogFields) => void lines.push({ message, fields }),
  };
  const e2e = await startE2e({ model: sayingModel("the ", "answer"), logger });
  try {
    const { result } = await e2e.ask("the question");
    const ended = lines.filter(({ message }) => message === "reply ended");
    expect(ended).toHaveLength(1);
    const { calls, bytes, firstGlyphMs } = result.delivery;
    expect(ended[0]?.fields).toMatchObject({
      outcome: "finalized",
      total: 10,
      delivered: 10,
      calls,
      bytes,
      firstGlyphMs,
    });
    expect(JSON.stringify(lines)).not.toMatch(/the (?:answer|question)/u);
  } finally {
    await e2e.close();
  }
});
