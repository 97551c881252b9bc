import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createScriptedModel, LlmStreamError, providerPresets } from "../../src/llm/index.ts";
import type { LlmErrorCode, StreamPart } from "../../src/llm/index.ts";
import { resolveTimeouts } from "../../src/llm/guard/options.ts";
import { createSystemClock } from "../../src/time/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { startLlmServer } from "../support/llm/llm-server.ts";
import { ANSWER } from "../support/llm/llm-streams.ts";
import { ask } from "./examples/catch-errors.ts";
import { openOpenAI } from "./examples/guard-an-sdk.ts";
import { diceTool } from "./examples/make-a-tool.ts";
import { answer } from "./examples/run-a-turn.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const REFERENCE = "docs/en/reference/llm.md";

const PRESETS = {
  en: { header: "| name | key | model | protocol | base URL |", notNeeded: " (not needed)" },
  zh: { header: "| 名称 | 密钥 | 模型 | 协议 | 地址 |", notNeeded: "（不需要）" },
} as const;

/** A region of a source file as a reader of the docs sees it: with the package's names for our folders. */
function region(file: string, name: string): string {
  const found = new RegExp(`// #region ${name}\\n(.*?)// #endregion ${name}\\n`, "su").exec(read(file))?.[1];
  if (found === undefined) throw new Error(`${file} has no region ${name}`);
  return found.replaceAll(/"(?:\.\.\/)+src\/([\w-]+)\/index\.ts"/gu, '"cardstream/$1"').trim();
}

describe("docs/en/reference/llm.md", () => {
  const text = read(REFERENCE);

  it("shows the examples as they are", () => {
    const snippets = [...text.matchAll(/```ts source=([^#\s]+)#(\w+)\n(.*?)```/gsu)];
    expect(snippets.length).toBe(4);
    for (const [, file = "", name = "", code = ""] of snippets) expect(code.trim()).toBe(region(file, name));
  });

  it("lists every error, every part and every clock with its default", () => {
    const codes: Record<LlmErrorCode, true> = {
      "header-timeout": true,
      "first-event-timeout": true,
      "idle-timeout": true,
      "progress-timeout": true,
      "total-timeout": true,
      truncated: true,
      "connection-lost": true,
      "not-sse": true,
      "provider-error": true,
      "too-large": true,
      closed: true,
    };
    const parts: Record<StreamPart["type"], true> = {
      "start-step": true,
      "text-delta": true,
      "reasoning-delta": true,
      "tool-input-start": true,
      "tool-input-delta": true,
      "tool-call": true,
      "tool-result": true,
      "tool-error": true,
      "finish-step": true,
      retry: true,
      finish: true,
    };
    const rows = text.split("\n").filter((line) => line.startsWith("|"));
    for (const name of [...Object.keys(codes), ...Object.keys(parts)]) {
      expect(rows.filter((row) => row.split("|")[1]?.includes(`\`${name}\``))).toHaveLength(1);
    }
    for (const [name, ms] of Object.entries(resolveTimeouts())) {
      const row = rows.find((line) => line.split("|")[1]?.trim() === `\`${name}\``);
      expect(row?.split("|")[3]?.trim()).toBe(ms.toLocaleString("en-US"));
    }
  });

  it("has examples that work", async () => {
    const server = await startLlmServer();
    const whole = openOpenAI("k", `${server.url}/complete-socket-open/v1`);
    const broken = openOpenAI("k", `${server.url}/end-of-file-in-mid-answer/v1`);
    try {
      expect(await ask(whole.openai, "hi")).toBe(ANSWER);
      expect(await ask(broken.openai, "hi")).toMatch(/^你好，.*\[truncated\]$/su);
      expect(await answer("hi", { apiKey: "k", model: "fake", baseUrl: `${server.url}/complete/v1` })).toBe(ANSWER);
      const signal = new AbortController().signal;
      expect(await diceTool.execute({ sides: 2 }, { signal })).toMatchObject({ rolled: expect.any(Number) });
      const model = createScriptedModel({
        clock: createSystemClock(),
        *script() {
          yield { say: "Hello" };
          yield { die: true };
        },
      });
      const turn = async (): Promise<void> => {
        for await (const part of model.streamTurn({ messages: [] })) expect(part.type).toBeDefined();
      };
      await expect(turn()).rejects.toBeInstanceOf(LlmStreamError);
    } finally {
      await Promise.all([whole.close(), broken.close()]);
      await server.close();
    }
  });
});

describe.each(["en", "zh"] as const)("docs/%s/how-to/choose-a-model.md", (language) => {
  const page = `docs/${language}/how-to/choose-a-model.md`;

  it("lists every known provider; UPDATE_DOCS=1 writes the table", () => {
    const cells = (line: string): string[] =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
    const rows = providerPresets.map(({ name, keyEnv, modelEnv, api, baseUrl, keyUrl, needsKey }) => [
      `\`${name}\``,
      `[\`${keyEnv}\`](${keyUrl})${needsKey ? "" : PRESETS[language].notNeeded}`,
      `\`${modelEnv}\``,
      `\`${api}\``,
      `\`${baseUrl}\``,
    ]);
    if (process.env["UPDATE_DOCS"] === "1") {
      const header = `${PRESETS[language].header}\n| --- | --- | --- | --- | --- |\n`;
      const table = header + rows.map((row) => `| ${row.join(" | ")} |`).join("\n");
      const updated = read(page).replace(
        /<!-- presets -->.*<!-- \/presets -->/su,
        `<!-- presets -->\n\n${table}\n\n<!-- /presets -->`,
      );
      writeFileSync(join(root, page), updated);
    }
    const table = /<!-- presets -->(.*)<!-- \/presets -->/su.exec(read(page))?.[1] ?? "";
    const shown = table.split("\n").filter((line) => line.startsWith("| `"));
    expect(shown.map(cells)).toEqual(rows);
  });

  it("tells the truth about the demo: it needs no provider", async () => {
    const clock = new FakeClock();
    const types: string[] = [];
    const turn = async (): Promise<void> => {
      const request = { messages: [{ role: "user" as const, content: "hello" }] };
      for await (const part of createScriptedModel({ clock }).streamTurn(request)) types.push(part.type);
    };
    await clock.runUntil(turn());
    expect(types.at(-1)).toBe("finish");
  });
});
