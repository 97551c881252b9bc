import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import { childEnv } from "../../support/process/child-env.ts";
import { beginStream, chatChunk, startModelServer } from "../../support/llm/sse-model-server.ts";
import { untilShown } from "../../support/until-shown.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");

describe("a bot that npm started", { timeout: 90_000 }, () => {
  it.each(["SIGKILL", "SIGTERM"] as const)(
    "[E11] ends when npm is ended by %s, with its card closed",
    async (signal) => {
      const emulator = await startEmulator();
      const server = await startModelServer((_body, response) => {
        beginStream(response);
        chatChunk(response, { content: "half an answer" });
      });
      const stateDir = mkdtempSync(join(tmpdir(), "cardstream-parents-"));
      const npm = spawn("npm", ["start", "--silent", "--", "--lang", "en"], {
        cwd: ROOT,
        env: childEnv({
          HOME: stateDir,
          FEISHU_APP_ID: emulator.app.appId,
          FEISHU_APP_SECRET: emulator.app.appSecret,
          FEISHU_DOMAIN: emulator.apiUrl,
          OPENAI_API_KEY: "k",
          OPENAI_BASE_URL: server.baseUrl,
          OPENAI_MODEL: "m",
        }),
        stdio: ["ignore", "pipe", "pipe"],
      });
      try {
        // The pipe ends when the last process that holds it has ended: the bot itself.
        let output = "";
        const closed = new Promise<void>((resolve) => npm.once("close", () => resolve()));
        await new Promise<void>((resolve, reject) => {
          npm.stderr.setEncoding("utf8").on("data", (text: string) => void (output += text));
          npm.stdout.setEncoding("utf8").on("data", (text: string) => {
            output += text;
            if (output.includes("Waiting for messages")) resolve();
          });
          void closed.then(() => reject(new Error(`ended early: ${output}`)));
        });
        const { chatId } = emulator.sendAsUser({ text: "tell me" });
        await untilShown(emulator, chatId, ({ text }) => text.includes("half an answer"));
        npm.kill(signal);
        await closed;
        const [card] = emulator.visibleTexts(chatId).filter(({ kind }) => kind === "card");
        expect(card).toMatchObject({ streaming: false, text: expect.stringContaining("half an answer") });
      } finally {
        npm.kill("SIGKILL");
        await server.close();
        await emulator.close();
        removeFolder(stateDir);
        removeFolder(join(ROOT, ".cardstream"));
      }
    },
  );
});
