import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEmulator } from "../../../src/emulator/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import { installLarkMcp, larkMcp } from "./lark-mcp/install.ts";

/** What a tool of the server answered, in text as a model gets it. */
interface Answer {
  readonly text: string;
  readonly failed: boolean;
}

let emulator: Emulator;
let home: string;
const client = new Client({ name: "test", version: "1.0.0" });

async function use(name: string, input: Record<string, unknown>): Promise<Answer> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const text = (content as { text?: string }[]).map((part) => part.text ?? "").join("");
  return { text, failed: isError === true };
}

beforeAll(async () => {
  await installLarkMcp();
  home = await mkdtemp(join(tmpdir(), "lark-mcp-"));
  emulator = await startEmulator({ port: 0 });
  const { appId, appSecret } = emulator.app;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [
      larkMcp,
      "mcp",
      `--app-id=${appId}`,
      `--app-secret=${appSecret}`,
      `--domain=${emulator.apiUrl}`,
      "--token-mode=tenant_access_token",
      "--tools=im.v1.chat.list,im.v1.message.create,im.v1.message.list",
    ],
    // It keeps logs below the home folder.
    env: { PATH: process.env["PATH"] ?? "", HOME: home },
    stderr: "ignore",
  });
  await client.connect(transport);
});

afterAll(async () => {
  await client.close();
  await emulator.close();
  await rm(home, { recursive: true, force: true });
});

describe("@larksuiteoapi/lark-mcp, the official MCP server", () => {
  it("[D10] lists the bot's chats, sends a card to one, and reads it back", async () => {
    const listed = await use("im_v1_chat_list", { params: { page_size: 20 } });
    expect(listed.failed).toBe(false);
    const chats = (JSON.parse(listed.text) as { items: { chat_id: string; name: string }[] }).items;
    const groups = emulator.store.chats.all().filter(({ type }) => type === "group");
    expect(chats.map(({ chat_id }) => chat_id).toSorted()).toEqual(groups.map(({ chatId }) => chatId).toSorted());
    const chatId = chats[0]?.chat_id ?? "";

    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "由 **MCP** 发送" }] } };
    const sent = await use("im_v1_message_create", {
      params: { receive_id_type: "chat_id" },
      data: { receive_id: chatId, msg_type: "interactive", content: JSON.stringify(card) },
    });
    expect(sent.failed).toBe(false);
    const { message_id: messageId } = JSON.parse(sent.text) as { message_id: string };
    expect(emulator.visibleTexts(chatId).at(-1)).toMatchObject({ messageId, kind: "card", text: "由 **MCP** 发送" });

    const read = await use("im_v1_message_list", { params: { container_id_type: "chat", container_id: chatId } });
    expect(read.text).toContain(messageId);
  });

  it("[D10] hands the emulator's refusal to the model", async () => {
    const { text, failed } = await use("im_v1_message_create", {
      params: { receive_id_type: "chat_id" },
      data: { receive_id: "oc_unknown", msg_type: "text", content: '{"text":"hi"}' },
    });
    expect(failed).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ code: 99992356, error: { log_id: expect.stringMatching(/^\w+$/u) } });
  });
});
