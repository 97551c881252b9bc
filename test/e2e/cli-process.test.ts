import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { startCli } from "../support/process/cli-process.ts";
import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";
import { untilShown } from "../support/until-shown.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** Loading the SDKs takes seconds on a busy machine. */
const SLOW = 60_000;

const appEnv = (emulator: Emulator): Record<string, string> => ({
  FEISHU_APP_ID: emulator.app.appId,
  FEISHU_APP_SECRET: emulator.app.appSecret,
  FEISHU_DOMAIN: emulator.apiUrl,
});

const modelEnv = (baseUrl: string): Record<string, string> => ({
  OPENAI_API_KEY: "k",
  OPENAI_BASE_URL: baseUrl,
  OPENAI_MODEL: "m",
});

/** Cards that the journals of a folder hold as open. */
function openInJournal(folder: string): number {
  const open = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.startsWith("open-cards-"))) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean)) {
      const { open: opened, closed } = JSON.parse(line) as { open?: string; closed?: string };
      if (opened !== undefined) open.add(opened);
      if (closed !== undefined) open.delete(closed);
    }
  }
  return open.size;
}

describe("cardstream start --once, in a process of its own", () => {
  it("prints the final card and the figures, and exits 0", { timeout: SLOW }, async () => {
    const cli = startCli(["start", "--once", "what time is it?", "--lang", "en"]);
    expect(await cli.ended).toBe(0);
    expect(cli.stdout()).toMatch(/^delivered ([\d,]+)\/\1, cards 1, tier cardkit, calls \d+, first glyph [\d,]+ ms$/mu);
    expect(cli.stdout()).toMatch(/^💬 Let me look at the clock\.\n✅ .*\d\.\d s$/mu);
    expect(cli.stderr()).toMatch(/\d+\/\d+ characters visible, card 1/u);
  });

  it(
    "[B16] against a model that dies in the middle shows what came, marked, and says so by its exit code",
    { timeout: SLOW },
    async () => {
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        chatChunk(response, { content: "前半句话，" });
        chatChunk(response, { content: "然后" });
        setTimeout(() => response.destroy(), 300);
      });
      try {
        const cli = startCli(["start", "--once", "说", "--lang", "zh"], { env: modelEnv(server.baseUrl) });
        expect(await cli.ended).toBe(1);
        expect(cli.stdout()).toContain("前半句话，然后");
        expect(cli.stdout()).toContain("与模型的连接");
        expect(cli.stdout()).toMatch(/^送达 7\/7/mu);
        expect(cli.stderr()).toMatch(/回答不完整：(?:connection-lost|truncated)/u);
      } finally {
        await server.close();
      }
    },
  );

  it(
    "[B17] uses no proxy of the environment: not for Feishu, the long connection, or the model",
    { timeout: SLOW },
    async () => {
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        chatChunk(response, { content: "直接到达" }, "stop");
        response.end("data: [DONE]\n\n");
      });
      // Nothing listens on port 9: whoever used this proxy would fail.
      const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
      const proxied = Object.fromEntries(names.map((name) => [name, "http://127.0.0.1:9"]));
      try {
        const env = { ...modelEnv(server.baseUrl), ...proxied, NODE_USE_ENV_PROXY: "1" };
        const cli = startCli(["start", "--once", "说", "--lang", "zh"], { env });
        expect(await cli.ended).toBe(0);
        expect(cli.stdout()).toContain("直接到达");
      } finally {
        await server.close();
      }
    },
  );

  it(
    "[B16] stopped by Ctrl-C prints what came, marked, and exits like any interrupted program",
    { timeout: SLOW },
    async () => {
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        chatChunk(response, { content: "刚开了个头" });
      });
      try {
        const cli = startCli(["start", "--once", "说", "--lang", "zh"], { env: modelEnv(server.baseUrl) });
        await cli.until(/已显示 [45]\/5 字/u);
        cli.child.kill("SIGINT");
        expect(await cli.ended).toBe(130);
        expect(cli.stdout()).toContain("刚开了个头");
        expect(cli.stdout()).toContain("停止运行");
        expect(cli.stdout()).not.toContain("<font");
      } finally {
        await server.close();
      }
    },
  );

  it("lists everything that is wrong with the settings, and exits 2", { timeout: SLOW }, async () => {
    const cli = startCli(["start", "--once", "hi", "--lang", "en"], {
      env: { FEISHU_APP_ID: "cli_a", OPENAI_API_KEY: "k" },
    });
    expect(await cli.ended).toBe(2);
    expect(cli.stderr()).toContain("FEISHU_APP_SECRET: missing");
    expect(cli.stderr()).toContain("https://open.feishu.cn/app");
  });
});

describe("cardstream start and signals", () => {
  it(
    "[B16][B20] TERM in the middle of a tool call: the card gets its final state and the process ends within 5 s",
    { timeout: SLOW },
    async () => {
      const emulator = await startEmulator();
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        chatChunk(response, { content: "我查一下。" });
        const call = { index: 0, id: "t1", type: "function", function: { name: "slow_hang", arguments: "{}" } };
        chatChunk(response, { tool_calls: [call] });
        chatChunk(response, {}, "tool_calls");
        response.end("data: [DONE]\n\n");
      });
      const stateDir = mkdtempSync(join(tmpdir(), "cardstream-e2e-"));
      // The tool never answers, and its server ignores every polite way of being told to stop.
      const child = join(import.meta.dirname, "../support/process/mcp-child.ts");
      const slow = { command: process.execPath, args: [child, "stubborn"] };
      writeFileSync(join(stateDir, "cardstream.json5"), JSON.stringify({ mcp: { servers: { slow } } }));
      try {
        const cli = startCli(["start", "--lang", "zh", "--config", "cardstream.json5"], {
          cwd: stateDir,
          env: { ...appEnv(emulator), ...modelEnv(server.baseUrl) },
        });
        await cli.until(/正在等待消息/u);
        const { chatId } = emulator.sendAsUser({ text: "算一下" });
        const card = await untilShown(emulator, chatId, ({ parts }) =>
          parts.some(({ elementId }) => elementId === "tools"),
        );
        const before = performance.now();
        cli.child.kill("SIGTERM");
        expect([0, 143]).toContain(await cli.ended);
        expect(performance.now() - before).toBeLessThan(5000);
        const final = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === card.messageId);
        expect(final?.streaming).toBe(false);
        expect(final?.text).toContain("我查一下。");
        expect(final?.text).toContain("机器人在回答途中停止运行");
        expect(final?.parts.find(({ elementId }) => elementId === "tools")?.text).toContain("❌");
        expect(existsSync(join(stateDir, ".cardstream"))).toBe(false);
      } finally {
        await server.close();
        await emulator.close();
        removeFolder(stateDir);
      }
    },
  );

  it(
    "[D7] kill -9: the next start ends the open card as interrupted, with its text, and no other",
    { timeout: SLOW },
    async () => {
      const emulator = await startEmulator();
      const goOn = Promise.withResolvers<() => void>();
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        // More than one card holds: the first is complete when the process dies in the second.
        chatChunk(response, { content: "先写满一张卡片。\n\n".repeat(320) });
        chatChunk(response, { content: "写到一半" });
        goOn.resolve(() => chatChunk(response, { content: "的回答" }));
      });
      const stateDir = mkdtempSync(join(tmpdir(), "cardstream-e2e-"));
      const options = { cwd: stateDir, env: { ...appEnv(emulator), ...modelEnv(server.baseUrl) } };
      try {
        const first = startCli(["start", "--lang", "zh"], options);
        await first.until(/正在等待消息/u);
        const { chatId } = emulator.sendAsUser({ text: "说" });
        await untilShown(emulator, chatId, ({ text }) => text.includes("写到一半"));
        (await goOn.promise)();
        const card = await untilShown(emulator, chatId, ({ text }) => text.includes("写到一半的回答"));
        // The process knows that the first card is done.
        await vi.waitFor(() => expect(openInJournal(join(stateDir, ".cardstream"))).toBe(1), { timeout: 20_000 });
        first.child.kill("SIGKILL");
        expect(await first.ended).toBe("SIGKILL");
        expect(emulator.visibleTexts(chatId).find(({ messageId }) => messageId === card.messageId)?.streaming).toBe(
          true,
        );

        const second = startCli(["start", "--lang", "zh"], options);
        await second.until(/已把上次运行遗留的 1 张卡片标记为中断/u);
        const final = emulator.visibleTexts(chatId).find(({ messageId }) => messageId === card.messageId);
        expect(final?.streaming).toBe(false);
        expect(final?.text).toContain("写到一半的回答");
        expect(final?.text).toContain("中断");
        expect(final?.labels).not.toContain("停止");
        const [full] = emulator.visibleTexts(chatId).filter(({ kind }) => kind === "card");
        expect(full?.messageId).not.toBe(card.messageId);
        expect(full?.text).not.toContain("中断");
        expect(full?.streaming).toBe(false);
        second.child.kill("SIGTERM");
        expect(await second.ended).toBe(0);
        expect(existsSync(join(stateDir, ".cardstream"))).toBe(false);
      } finally {
        await server.close();
        await emulator.close();
        removeFolder(stateDir);
      }
    },
  );

  it("says clearly that a port is in use", { timeout: SLOW }, async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    // A listening TCP server's address is an object.
    const { port } = other.address() as AddressInfo;
    try {
      for (const command of ["start", "emulator"]) {
        const cli = startCli([command, "--port", String(port), "--lang", "en"]);
        expect(await cli.ended).toBe(2);
        expect(cli.stderr()).toContain(`Port ${port} is in use`);
      }
    } finally {
      other.close();
    }
  });
});

describe("cardstream emulator", () => {
  it("prints its addresses as JSON, serves the API, and ends by a signal", { timeout: SLOW }, async () => {
    const cli = startCli(["emulator", "--json", "--port", "0"]);
    await cli.until(/\}\n/u);
    const { apiUrl, appId, appSecret } = JSON.parse(cli.stdout()) as Record<string, string>;
    const answer = await fetch(`${apiUrl}/open-apis/auth/v3/tenant_access_token/internal`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ app_id: appId, app_secret: appSecret }),
    });
    expect(await answer.json()).toMatchObject({ code: 0 });
    cli.child.kill("SIGINT");
    expect(await cli.ended).toBe(0);
  });
});
