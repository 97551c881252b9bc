import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBLEM_CODES } from "../../src/gateway/index.ts";
import { METRICS } from "../../src/metrics/index.ts";
import { childEnv } from "../support/process/child-env.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";
import { createGatewayWorld } from "../support/process/gateway-process.ts";
import type { GatewayWorld } from "../support/process/gateway-process.ts";
import { answersIn } from "../support/reply-bench.ts";
import { beginStream, chatChunk, startModelServer } from "../support/llm/sse-model-server.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const run = promisify(execFile);

/** Whether a program can be started here. */
const exists = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

let world: GatewayWorld;
let url: string;
beforeAll(async () => {
  world = await createGatewayWorld();
  ({ url } = await world.start());
});
afterAll(() => world.close());

const answers = (): string[] => answersIn(world.emulator, world.chatId);
const clientEnv = (): NodeJS.ProcessEnv => childEnv({ CARDSTREAM_GATEWAY: url, CARDSTREAM_GATEWAY_TOKEN: world.token });
const WORDS = "每个字都恰好出现一次 · every word exactly once 🌍 ";

describe("docs/en/how-to/http-gateway.md", () => {
  const text = read("docs/en/how-to/http-gateway.md");

  it.skipIf(!exists("curl"))("[C12] has curl commands that work as they are", async () => {
    const blocks = [...text.matchAll(/```sh run\n(.*?)```/gsu)].map(([, code = ""]) => code);
    expect(blocks.length).toBeGreaterThan(5);
    const before = answers().length;
    const { stdout, stderr } = await run("bash", ["--norc", "-euc", blocks.join("\necho\n")], {
      env: childEnv({ GATEWAY: url, CHAT: world.chatId, TOKEN: world.token }),
    });
    expect(stderr).toBe("");
    expect(stdout).not.toContain('"error":{');
    expect(stdout).toContain('"delivered":33,"total":33');
    expect(answers().slice(before)).toEqual([
      "building…\ndone ✅\n",
      "**Revenue** is up. Churn is down.",
      expect.stringContaining("is live"),
    ]);
  });

  it("shows the examples as they are", () => {
    const snippets = [...text.matchAll(/```\w+ source=(\S+)\n(.*?)```/gsu)];
    expect(snippets.map(([, file]) => file)).toEqual(["examples/gateway/stream.php", "examples/gateway/stream.py"]);
    for (const [, file = "", code = ""] of snippets) expect(code.trim()).toBe(read(file).trim());
  });

  it.skipIf(!exists("python3"))("[C12] has a Python example that works (skipped without python3)", async () => {
    const { stdout } = await run("python3", [join(ROOT, "examples/gateway/stream.py"), world.chatId], {
      env: clientEnv(),
    });
    expect(stdout.trim()).toBe(`${WORDS.length}/${WORDS.length}`);
    expect(answers().at(-1)).toBe(WORDS);
  });

  const CLIENTS = [
    ["python3", "stream.py"],
    ["php", "stream.php"],
  ] as const;

  it.each(CLIENTS.filter(([program]) => exists(program)))(
    "[E11] has a client in %s that says which variable is missing",
    async (program, file) => {
      const started = run(program, [join(ROOT, "examples/gateway", file), world.chatId], {
        env: { ...clientEnv(), CARDSTREAM_GATEWAY_TOKEN: "" },
      });
      await expect(started).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^unauthorized: set CARDSTREAM_GATEWAY_TOKEN/u),
      });
    },
  );

  it.each(CLIENTS.filter(([program]) => exists(program)))(
    "[E11] has a client in %s that names the address where no gateway answers",
    async (program, file) => {
      const started = run(program, [join(ROOT, "examples/gateway", file), world.chatId], {
        env: { ...clientEnv(), CARDSTREAM_GATEWAY: "http://127.0.0.1:1" },
      });
      await expect(started).rejects.toMatchObject({
        code: 1,
        stderr: "unreachable: no gateway answers at http://127.0.0.1:1; start it with `cardstream gateway`\n",
      });
    },
  );

  it.skipIf(!exists("php"))("[C12] has a PHP example that works (skipped without php)", async () => {
    const { stdout } = await run("php", [join(ROOT, "examples/gateway/stream.php"), world.chatId], {
      env: clientEnv(),
    });
    expect(stdout.trim()).toBe(`${WORDS.length}/${WORDS.length}`);
    expect(answers().at(-1)).toBe(WORDS);
  });
});

describe("docs/en/reference/http-gateway.md", () => {
  const text = read("docs/en/reference/http-gateway.md");

  it("lists every operation and every code with its status", async () => {
    const bench = createGatewayBench();
    const { body } = await bench.ask("GET", "/openapi.json");
    await bench.close();
    const operations = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const documented = [...text.matchAll(/^\| `((?:GET|POST|PATCH) [^`]+)`/gmu)].map(([, operation]) => operation);
    expect(new Set(documented)).toEqual(new Set(operations));
    const codes = [...text.matchAll(/^\| `([a-z-]+)`\s+\| (\d{3})/gmu)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(codes)).toEqual(PROBLEM_CODES);
  });
});

describe("docs/en/how-to/library.md", () => {
  const text = read("docs/en/how-to/library.md");
  const example = (name: string, args: string[], env: NodeJS.ProcessEnv): Promise<{ stdout: string }> => {
    const { appId, appSecret } = world.emulator.app;
    return run(process.execPath, [join(ROOT, "examples/library", name), world.chatId, ...args], {
      env: childEnv({
        FEISHU_APP_ID: appId,
        FEISHU_APP_SECRET: appSecret,
        FEISHU_DOMAIN: world.emulator.apiUrl,
        ...env,
      }),
    });
  };

  it("shows the examples as they are, the bot in 15 lines", () => {
    const snippets = [...text.matchAll(/```ts source=(\S+)\n(.*?)```/gsu)];
    expect(snippets).toHaveLength(2);
    for (const [, file = "", code = ""] of snippets)
      expect(code.trim()).toBe(read(file).trim().replace("../../extensions/feishu/index.ts", "cardstream/feishu"));
    const bot = snippets[0]?.[2]?.split("\n").filter((line) => line.trim() !== "") ?? [];
    expect(bot.length).toBeLessThanOrEqual(15);
  });

  it("[E11] has examples that say what went wrong, and fail", async () => {
    const wrong = { FEISHU_APP_SECRET: "not-the-secret" };
    for (const [name, args] of [
      ["first-card.ts", []],
      ["model-to-card.ts", ["What?"]],
    ] as const) {
      const model = await startModelServer((_, response) => {
        beginStream(response);
        chatChunk(response, { content: "words" }, "stop");
        response.end("data: [DONE]\n\n");
      });
      const env = { ...wrong, OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "k", OPENAI_MODEL: "m" };
      const failure = await example(name, [...args], env).catch((error: unknown) => error);
      await model.close();
      expect(failure).toMatchObject({ code: 1 });
      expect(JSON.stringify(failure)).toContain("wrong app secret");
    }
  });

  it("[E11] has examples that give an address up which never answers, long before a reply's time is over", async () => {
    const failure = await example("first-card.ts", [], { FEISHU_DOMAIN: "http://127.0.0.1:9" }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining("network") });
    expect(JSON.stringify(failure)).not.toContain("not fully visible");
  });

  it("[C9][C10] has examples that work: a card by hand, and a model's event stream", async () => {
    const byHand = await example("first-card.ts", [], {});
    const said = "**Revenue** is up by 12 %, *churn* is down. ";
    expect(byHand.stdout).toBe(`${said.length}/${said.length} characters visible\n`);
    expect(answers().at(-1)).toBe(said);
    const model = await startModelServer((_, response) => {
      beginStream(response);
      for (const word of ["A monad ", "is a monoid…"]) chatChunk(response, { content: word });
      chatChunk(response, {}, "stop");
      response.end("data: [DONE]\n\n");
    });
    try {
      const env = { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "k", OPENAI_MODEL: "m" };
      expect((await example("model-to-card.ts", ["What is a monad?"], env)).stdout).toBe("20/20 characters visible\n");
      expect(answers().at(-1)).toBe("A monad is a monoid…");
      expect(model.requests).toMatchObject([{ messages: [{ content: "What is a monad?" }] }]);
    } finally {
      await model.close();
    }
  });

  it("[D14] lists every metric with its unit", () => {
    const rows = [...text.matchAll(/^\| `(cardstream\.[\w.]+)`\s+\| `([^`]+)`/gmu)].map(([, name, unit]) => [
      name,
      unit,
    ]);
    expect(rows).toEqual(Object.entries(METRICS).map(([name, { unit }]) => [name, unit]));
  });
});
