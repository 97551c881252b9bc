import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { models } from "../../../src/cli/models/models.ts";
import { recordIo } from "../../support/cli-io.ts";
import { beginStream, chatChunk, startModelServer } from "../../support/llm/sse-model-server.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const env = (baseUrl: string): Record<string, string> => ({
  OPENAI_API_KEY: "sk-secret-key",
  OPENAI_BASE_URL: baseUrl,
  OPENAI_MODEL: "tiny",
});

describe("cardstream models", () => {
  it("asks for one word and says how fast it came", async () => {
    const server = await startModelServer((_body, response) => {
      beginStream(response);
      chatChunk(response, { content: "ok" });
      chatChunk(response, {}, "stop");
      response.end("data: [DONE]\n\n");
    });
    try {
      const io = recordIo({ env: env(server.baseUrl) });
      expect(await models({ language: "en" }, io)).toBe(0);
      expect(io.stdout()).toMatch(/^openai\/tiny: works, first word after \d+ ms, done after \d+ ms\n$/u);
      expect(server.requests).toHaveLength(1);
      expect(server.requests[0]).toMatchObject({ model: "tiny", stream: true });
    } finally {
      await server.close();
    }
  });

  it("explains a refused key, without showing it", async () => {
    const server = await startModelServer((_body, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end('{"error":{"message":"bad key sk-secret-key","type":"invalid_request_error"}}');
    });
    try {
      const io = recordIo({ env: env(server.baseUrl) });
      expect(await models({ language: "zh" }, io)).toBe(1);
      expect(io.stderr()).toContain("密钥被拒绝");
      expect(io.stderr()).toContain("“bad key");
      expect(io.stderr()).not.toContain("sk-secret");
    } finally {
      await server.close();
    }
  });

  it("explains an address that answers with a web page", async () => {
    const server = await startModelServer((_body, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>");
    });
    try {
      const io = recordIo({ env: env(server.baseUrl) });
      expect(await models({ language: "en" }, io)).toBe(1);
      expect(io.stderr()).toContain("Is the base URL right");
    } finally {
      await server.close();
    }
  });

  it("says what is missing: nothing set, half set, unknown name", async () => {
    const nothing = recordIo();
    expect(await models({ language: "en" }, nothing)).toBe(2);
    expect(nothing.stderr()).toContain("OPENAI_API_KEY");
    const half = recordIo({ env: { OPENAI_API_KEY: "k" } });
    expect(await models({ language: "en" }, half)).toBe(2);
    expect(half.stderr()).toContain("OPENAI_MODEL: does not say which model to use");
    const unknown = recordIo({ env: env("http://127.0.0.1:9/v1") });
    expect(await models({ language: "en", model: "openai/other" }, unknown)).toBe(2);
    expect(unknown.stderr()).toContain("Known: openai/tiny");
  });

  it("reads the models of the config file; a known provider's key may stand in the environment", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "cardstream-cli-"));
    try {
      const write = (config: object): void => writeFileSync(join(cwd, "cardstream.json5"), JSON.stringify(config));
      write({
        agents: { defaults: { model: "deepseek/deepseek-chat" } },
        models: { providers: { mine: { baseUrl: "http://127.0.0.1:9/v1", models: ["a", { id: "b/c" }] } } },
      });
      const io = recordIo({ cwd, env: { DEEPSEEK_API_KEY: "k" } });
      expect(await models({ language: "en", model: "?" }, io)).toBe(2);
      expect(io.stderr()).toContain("Known: deepseek/deepseek-chat, mine/a, mine/b/c");

      write({
        agents: { defaults: { model: "deepseek/deepseek-chat" } },
        models: { providers: { mine: { models: ["a"] } } },
      });
      const broken = recordIo({ cwd });
      expect(await models({ language: "en" }, broken)).toBe(2);
      expect(broken.stderr()).toContain("models.providers.deepseek.apiKey: is missing");
      expect(broken.stderr()).toContain("models.providers.mine.baseUrl: is missing");
    } finally {
      removeFolder(cwd);
    }
  });
});
