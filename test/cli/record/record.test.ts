import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCli } from "../../../src/cli/program.ts";
import { startEmulator } from "../../../src/emulator/index.ts";
import { until } from "../../emulator/until.ts";
import { recordIo } from "../../support/cli-io.ts";
import { removeFolder } from "../../support/remove-folder.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "cli-record-"));
  closers.push(() => removeFolder(path));
  return path;
}

const urlAfter = (text: string, words: string): string =>
  new RegExp(`${words}.*?(http://[^\\s]+)`, "u").exec(text)?.[1] ?? "";

describe("cardstream record and compare", () => {
  it("[E12] records a bot's calls, shows them on a page, and compares them without a difference", async () => {
    const feishu = await startEmulator();
    closers.push(() => feishu.close());
    const cwd = folder();
    const io = recordIo({ cwd });
    const running = runCli(
      ["record", "--lang", "en", "--upstream", feishu.apiUrl, "--port", "0", "--out", "a.jsonl"],
      io,
    );
    await until(() => io.stdout().includes("Writing"));
    const proxy = urlAfter(io.stdout(), "this domain:");
    const page = urlAfter(io.stdout(), "passes by:");
    const { appId, appSecret } = feishu.app;
    const post = async (path: string, body: unknown, token = ""): Promise<Record<string, unknown>> => {
      const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
      const response = await fetch(`${proxy}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      return (await response.json()) as Record<string, unknown>;
    };
    const token = await post("/open-apis/auth/v3/tenant_access_token/internal", {
      app_id: appId,
      app_secret: appSecret,
    });
    const sent = await post(
      "/open-apis/im/v1/messages?receive_id_type=chat_id",
      { receive_id: feishu.directChatId(), msg_type: "text", content: JSON.stringify({ text: "seen on the page" }) },
      String(token["tenant_access_token"]),
    );
    expect(sent["code"]).toBe(0);
    const pageState = async (): Promise<string> => {
      const cookie = (await fetch(page)).headers.get("set-cookie") ?? "";
      const response = await fetch(`${page}emulator/state`, { headers: { cookie: cookie.split(";", 1)[0] ?? "" } });
      return response.text();
    };
    await vi.waitFor(async () => expect(await pageState()).toContain("seen on the page"), { timeout: 20_000 });
    // It shows what passes by; nobody writes or breaks anything there.
    expect(JSON.parse(await pageState())).toMatchObject({ watchOnly: true });
    const cookie = (await fetch(page)).headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    const written = await fetch(`${page}emulator/messages`, {
      method: "POST",
      headers: { cookie, origin: page.slice(0, -1) },
    });
    expect([written.status, await written.json()]).toMatchObject([409, { error: /shows what passes by/u }]);
    io.signal("SIGTERM");
    expect(await running).toBe(0);
    const text = readFileSync(join(cwd, "a.jsonl"), "utf8");
    expect(text).not.toMatch(/seen on the page/u);
    expect(text).not.toContain(appSecret);

    const result = recordIo({ cwd });
    expect(await runCli(["compare", "--lang", "en", "a.jsonl"], result)).toBe(0);
    expect(result.stdout()).toContain("No difference.");
    const json = recordIo({ cwd });
    expect(await runCli(["compare", "a.jsonl", "--json"], json)).toBe(0);
    expect(JSON.parse(json.stdout())).toMatchObject({ compared: 1, differences: [], left: { secret: 1 } });
  });

  it("[E12] names the answer to an open question that would explain a difference", async () => {
    const cwd = folder();
    const card = {
      schema: "2.0",
      body: { elements: [0, 1, 2, 3, 4, 5].map(() => ({ tag: "markdown", content: "| a |\n|---|\n| b |" })) },
    };
    const header = { kind: "recording", version: 1, at: 0, upstream: "feishu", masked: true, by: "x" };
    const call = {
      kind: "call",
      seq: 1,
      at: 5,
      ms: 9,
      method: "POST",
      path: "/open-apis/cardkit/v1/cards",
      request: { bytes: 1, json: { type: "card_json", data: JSON.stringify(card) } },
      status: 200,
      response: { bytes: 1, json: { code: 0, data: { card_id: "7000000000000000001" } } },
      outcome: "answered",
    };
    writeFileSync(join(cwd, "b.jsonl"), `${JSON.stringify(header)}\n${JSON.stringify(call)}\n`);
    const io = recordIo({ cwd });
    expect(await runCli(["compare", "--lang", "en", "b.jsonl"], io)).toBe(1);
    expect(io.stdout()).toMatch(/1 × card.create: 0 there, \d+.* here/u);
    const better = recordIo({ cwd });
    expect(await runCli(["compare", "b.jsonl", "--world", "cardTables=6"], better)).toBe(0);
  });

  it.each([
    [["record", "--upstream", "http://feishu.example.com"], /https/u],
    [["record", "--upstream", "nonsense"], /feishu, lark/u],
    [["record", "--webhook", "elsewhere"], /--webhook/u],
    [["record", "--port", "0", "--out", "no-folder/a.jsonl"], /no-folder.a\.jsonl cannot be written: ENOENT.*--out/u],
    [["compare", "nowhere.jsonl"], /nowhere\.jsonl/u],
    [["compare", "nowhere.jsonl", "--world", "x=1"], /there is no question x/u],
  ])("%j is refused at once, with what would do", async (argv, words) => {
    const io = recordIo({ cwd: folder() });
    expect(await runCli([...argv, "--lang", "en"], io)).toBe(2);
    expect(io.stderr()).toMatch(words);
  });

  it("writes over no recording", async () => {
    const cwd = folder();
    writeFileSync(join(cwd, "a.jsonl"), "mine");
    const io = recordIo({ cwd });
    expect(await runCli(["record", "--out", "a.jsonl"], io)).toBe(2);
    expect(readFileSync(join(cwd, "a.jsonl"), "utf8")).toBe("mine");
  });
});
