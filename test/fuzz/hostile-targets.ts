import * as fc from "fast-check";
import { CARDSTREAM, findIgnoredKeys, readEntry } from "../../extensions/feishu/config/index.ts";
import { inertText, toCardMarkdown, toPlainText, toPostMarkdown } from "../../extensions/feishu/dialect/index.ts";
import { imageFormat } from "../../extensions/feishu/images/index.ts";
import { createFeishuWebhook, FeishuReceiver } from "../../extensions/feishu/inbound/index.ts";
import { isCommand, labelFor } from "../../extensions/feishu/openclaw/outbound/press-command.ts";
import { readPress, toPresentationCard } from "../../extensions/feishu/openclaw/outbound/presentation-card.ts";
import { printableLines } from "../../src/cli/terminal/terminal-text.ts";
import { readHostConfig } from "../../src/host/index.ts";
import { createRequestGuard } from "../../src/http-guard/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { createMcpFetch, createMcpServerFactory } from "../../src/mcp/index.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { hostileMarkdown } from "../feishu/dialect/hostile-markdown.ts";
import { liveIn, mentionsIn } from "../feishu/dialect/live.ts";
import { createGatewayBench } from "../support/gateway-bench.ts";
import { hostileText, problemsOfCards } from "../text/hostile-text.ts";

/** Something that takes what strangers send. */
export interface HostileTarget<T = unknown> {
  readonly name: string;
  readonly input: fc.Arbitrary<T>;
  /** What is wrong with how the input was taken; undefined when nothing is. */
  run(input: T): Promise<string | undefined>;
}

/** Words that mean something to parsers, and names that every object has. */
const WORDS = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "header",
  "event",
  "event_type",
  "event_id",
  "app_id",
  "schema",
  "2.0",
  "1.0",
  "im.message.receive_v1",
  "card.action.trigger",
  "im.message.reaction.created_v1",
  "im.chat.member.bot.added_v1",
  "message",
  "message_id",
  "om_1",
  "chat_id",
  "oc_1",
  "chat_type",
  "p2p",
  "group",
  "message_type",
  "text",
  "post",
  "interactive",
  "content",
  "mentions",
  "key",
  "@_user_1",
  "id",
  "open_id",
  "ou_1",
  "sender",
  "sender_id",
  "sender_type",
  "user",
  "operator",
  "action",
  "value",
  "tag",
  "button",
  "form_value",
  "option",
  "options",
  "elements",
  "body",
  "img_key",
  "zh_cn",
  "title",
  "at",
  "user_id",
  "all",
  "encrypt",
  "challenge",
  "type",
  "url_verification",
  "token",
  "jsonrpc",
  "method",
  "tools/call",
  "params",
  "arguments",
  "name",
  "send_card",
  "card",
  "markdown",
  "offset",
  "${SECRET}",
  "\u001B]0;x\u0007",
  "\u202E",
  "/approve 1",
  "<at id=all></at>",
  "![x](http://a)",
  "\0",
  "\uD800",
  "…",
] as const;
const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...WORDS) }, fc.string({ unit: "binary" }));
const leaf = fc.oneof(
  word,
  fc.constantFrom(null, true, false, 0, -1, 1e308, Number.MAX_SAFE_INTEGER, "9".repeat(400)),
  fc.double(),
);

/** Objects of such words, some of them written down as strings inside others, as Feishu does; own `__proto__` keys included. */
const { tree: hostile } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie("tree"), { maxLength: 4 }),
    fc.array(fc.tuple(word, tie("tree")), { maxLength: 6 }).map((pairs) => {
      const made = {};
      for (const [key, value] of pairs)
        Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
      return made;
    }),
    tie("tree").map((value) => JSON.stringify(value) ?? ""),
    fc.integer({ min: 1, max: 20_000 }).map((depth) => "[".repeat(depth)),
  ),
}));
const asText = fc.oneof(
  hostile.map((value) => JSON.stringify(value) ?? ""),
  word,
  fc.string(),
);

/** An event whose outer form is right, so that what is inside is looked at. */
const event = fc
  .tuple(
    fc.constantFrom(
      "im.message.receive_v1",
      "card.action.trigger",
      "im.message.reaction.created_v1",
      "im.message.recalled_v1",
    ),
    hostile,
    word,
    asText,
  )
  .map(([type, inner, messageType, content]) => ({
    schema: "2.0",
    header: { event_id: "e", event_type: type, app_id: "cli_a", token: "t" },
    event: {
      sender: { sender_id: { open_id: "ou_1" }, sender_type: "user" },
      message: {
        message_id: "om_1",
        chat_id: "oc_1",
        chat_type: "group",
        message_type: messageType,
        content,
        mentions: inner,
      },
      operator: { open_id: "ou_1" },
      action: inner,
      context: inner,
    },
  }));

const receiver = (): FeishuReceiver =>
  new FeishuReceiver({ accountId: "a", appId: "cli_a", clock: new FakeClock(), logger: silentLogger, listener: {} });

const polluted = (): string | undefined => {
  const found = Object.keys(Object.prototype);
  return found.length === 0 ? undefined : `Object.prototype has ${found.join(", ")}`;
};

/** All targets; the gateway is made once, since it is stateful as a real one. */
export function hostileTargets(): { readonly targets: readonly HostileTarget[]; close(): Promise<void> } {
  const bench = createGatewayBench();
  const mcp = createMcpFetch({
    make: createMcpServerFactory({ toolset: emptyToolset, version: "1", logger: silentLogger }),
    token: TOKEN,
    logger: silentLogger,
  });
  const guard = createRequestGuard({ listening: "127.0.0.1" });
  const target = <T>(it: HostileTarget<T>): HostileTarget => it;
  const targets = [
    target({
      name: "events",
      input: fc.oneof(event, hostile),
      async run(body) {
        const own = receiver();
        await own.receive(body);
        await own.idle();
        return polluted();
      },
    }),
    target({
      name: "webhook bodies",
      input: fc.oneof(asText, fc.uint8Array({ maxLength: 400 })),
      async run(body) {
        const handle = createFeishuWebhook({
          receiver: receiver(),
          clock: new FakeClock(),
          logger: silentLogger,
          encryptKey: "k",
          verificationToken: "t",
        });
        const { status } = await handle(
          new Request("http://bot/events", {
            method: "POST",
            body: typeof body === "string" ? body : Buffer.from(body),
          }),
        );
        return status === 401 || status === 413 ? undefined : `answered ${status}`;
      },
    }),
    target({
      name: "gateway bodies",
      input: fc.tuple(
        fc.constantFrom(
          "/gateway/feishu/messages",
          "/gateway/feishu/streams",
          "/gateway/feishu/streams/x/append",
          "/gateway/feishu/pipe?chat_id=oc_1",
        ),
        asText,
      ),
      async run([path, body]) {
        const { status } = await bench.ask("POST", path, body, { "content-type": "application/json" });
        return status < 500 ? undefined : `${path} answered ${status}`;
      },
    }),
    target({
      name: "MCP bodies",
      input: asText,
      async run(body) {
        const headers = {
          authorization: `Bearer ${TOKEN}`,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          host: "localhost",
        };
        const { status } = await mcp.fetch(new Request("http://localhost/mcp", { method: "POST", headers, body }));
        return status < 500 ? undefined : `answered ${status}`;
      },
    }),
    target({
      name: "config files",
      input: asText,
      async run(text) {
        const { issues, warnings, sections } = readHostConfig(text, { SECRET: "s3cret-value" });
        findIgnoredKeys(sections, CARDSTREAM);
        return JSON.stringify([issues, warnings]).includes("s3cret") ? "an issue shows a secret" : polluted();
      },
    }),
    target({
      name: "presentations and presses",
      input: hostile,
      async run(value) {
        const card = JSON.stringify(
          toPresentationCard({ blocks: [{ type: "buttons", buttons: [{ label: "OK", value }, value] }] }),
        );
        const pressed = readPress(
          (typeof value === "object" ? (value ?? {}) : {}) as Record<string, unknown>,
          JSON.stringify(value),
        );
        const isHidden = pressed !== undefined && isCommand(pressed.text) && labelFor("OK", pressed.text) === "OK";
        return isHidden || card === "" ? "a label hides a command" : undefined;
      },
    }),
    target({
      name: "names on a terminal",
      input: word,
      async run(name) {
        return /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/u.test(printableLines(name))
          ? "a control character is left"
          : undefined;
      },
    }),
    target({ name: "words of a model", input: fc.oneof(hostileMarkdown, asText), run: async (text) => acts(text) }),
    target({ name: "long words of a model", input: hostileText, run: async (text) => acts(text) }),
    target({
      name: "texts cut into cards",
      input: hostileText,
      run: async (text) => problemsOfCards(text)[0],
    }),
    target({
      name: "ids, headers, pictures",
      input: fc.tuple(word, word, fc.uint8Array({ maxLength: 64 })),
      async run([one, other, bytes]) {
        readEntry(one);
        imageFormat(bytes);
        guard({ headers: { host: one, origin: other } });
        return undefined;
      },
    }),
  ];
  return { targets, close: async () => void (await Promise.all([bench.close(), mcp.close()])) };
}

/** What would act in Markdown that Feishu reads. */
const live = (...written: readonly string[]): string | undefined => {
  const found = written.flatMap(liveIn);
  return found.length === 0 ? undefined : `${found.slice(0, 3).join(", ")} would act`;
};

/** What would act of a text that went through the dialect. */
const acts = (text: string): string | undefined =>
  live(toCardMarkdown(text), toPostMarkdown(text)) ?? mention(inertText(text)) ?? mention(toPlainText(text));

const mention = (text: string): string | undefined => {
  const [found] = mentionsIn(text);
  return found === undefined ? undefined : `plain text would act: ${found}`;
};

const TOKEN = "a-token-for-fuzzing";
const emptyToolset = { tools: [], close: async () => {} } as never;
