import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { Browser, Page } from "playwright-core";

import { startEmulator } from "../../src/emulator/index.ts";
import type { Emulator } from "../../src/emulator/index.ts";
import { EventDispatcher, WSClient } from "@larksuiteoapi/node-sdk";

import { toCardMarkdown, toPostMarkdown } from "../../extensions/feishu/dialect/index.ts";
import { createSystemClock, sleep } from "../../src/time/index.ts";
import { launchBrowser, openPage } from "../support/browser.ts";
import type { PageOptions } from "../support/browser.ts";
import { ScriptedBot } from "./support/bot.ts";
import { quietLogger } from "./support/quiet-sdk.ts";

/**
 * Takes the pictures of the documentation: `npx node test/browser/screenshots.ts [name…]`. A bot by hand streams into the real
 * emulator while the real page is looking.
 */

const clock = createSystemClock();
const images = fileURLToPath(new URL("../../docs/images/", import.meta.url));

const QUESTION = "大模型的回复，用飞书流式卡片还是纯文本？帮我比较一下。";
const ANSWER = `**流式卡片**更适合大模型的长回复：读者在第一秒就能开始读，不必等全文生成。

| 方式 | 更新 | 频率上限 | 大小上限 |
|---|---|---:|---:|
| 流式卡片 | 逐字出现 | 10 次/秒 | 30 KB |
| 编辑消息 | 整条替换 | 共 20 次 | 150 KB |
| 纯文本 | 不更新 | 5 条/秒 | 150 KB |

接入只要三步：

1. 创建卡片实体，打开 \`streaming_mode\`；
2. 每次写入**到目前为止的全文**，\`sequence\` 递增；
3. 写完关闭流式模式，换成最终版式。

\`\`\`ts
await streamUpdateCardElementFeishu(client, {
  cardId, elementId: "answer", content, sequence,
});
\`\`\`

> 写入的每个字都会被看到，而且只被看到一次。`;

const INCIDENT = `Reading the log of the release:

- **14:05** started, 2 of 6 hosts done
- **14:07** host 3 answers \`503\`, <font color='red'>stopped</font>
- **14:09** rolled back, <font color='green'>all healthy</font>`;

/** What models write, and Feishu does not take as it is meant. */
const WRITTEN = `**重点：**单元测试通过了。他说**“可以发版”**，见 https://example.com/build_log_42，谢谢。

1. 安装：
   \`\`\`sh
   npm ci
   \`\`\`
2. 引用：
   > 先备份 List<String> 再发版。

环境 | 结果
--- | ---
测试 | ☑
生产 | 待定

- [x] 回归
- [ ] 发版，由 <at id=all></at> 确认
- 行内公式 $a_1^2$`;

const STEPS = "先查每种方式怎么更新，再比较频率上限，最后核对大小上限。";

function card(content: string, streaming: boolean): object {
  const panel = {
    tag: "collapsible_panel",
    element_id: "steps",
    header: { title: { tag: "plain_text", content: "思考过程 · 3 步" } },
    elements: [{ tag: "markdown", content: STEPS }],
  };
  const button = (type: string, label: string, value: string): object => ({
    tag: "column",
    width: "auto",
    elements: [
      {
        tag: "button",
        type,
        text: { tag: "plain_text", content: label },
        behaviors: [{ type: "callback", value: { value } }],
      },
    ],
  });
  const footer = {
    tag: "column_set",
    element_id: "footer",
    columns: [button("primary_filled", "有帮助", "up"), button("default", "重新生成", "again")],
  };
  return {
    schema: "2.0",
    config: {
      streaming_mode: streaming,
      update_multi: true,
      summary: { content: streaming ? "" : "流式卡片与纯文本的比较" },
      streaming_config: { print_frequency_ms: { default: 25 }, print_step: { default: 2 }, print_strategy: "fast" },
    },
    header: {
      template: "turquoise",
      title: { tag: "plain_text", content: "流式卡片与纯文本" },
      text_tag_list: [{ tag: "text_tag", text: { tag: "plain_text", content: "对比" }, color: "turquoise" }],
    },
    body: { elements: [panel, { tag: "markdown", element_id: "answer", content }, ...(streaming ? [] : [footer])] },
  };
}

/** Streams the answer up to a place in it, a few characters at a time. */
async function stream(bot: ScriptedBot, chatId: string, until: number): Promise<string> {
  const cardId = await bot.createCard(card(ANSWER.slice(0, 4), true));
  await bot.sendCard(chatId, cardId);
  for (let end = 18; end < until; end += 18) {
    await bot.write(cardId, "answer", ANSWER.slice(0, end));
    await sleep(clock, 120);
  }
  await bot.write(cardId, "answer", ANSWER.slice(0, until));
  return cardId;
}

/** Chats that make the list look lived in. */
async function furnish(emulator: Emulator, bot: ScriptedBot): Promise<void> {
  const group = emulator.store.chats.all().find((chat) => chat.type === "group");
  if (group === undefined) throw new Error("the emulator has no group");
  const questions = emulator.sendAsUser({ from: "小红", chatId: group.chatId, text: "今晚八点发版，回归都过了吗？" });
  await bot.ok("POST", `im/v1/messages/${questions.messageId}/reactions`, { reaction_type: { emoji_type: "OnIt" } });
}

async function take(
  browser: Browser,
  name: string,
  options: PageOptions,
  prepare: (stage: { emulator: Emulator; bot: ScriptedBot; dm: string }) => Promise<void>,
  act: (page: Page, stage: { bot: ScriptedBot; dm: string }) => Promise<void>,
  botName = "小溪助手",
): Promise<void> {
  const only = process.argv.slice(2);
  if (only.length > 0 && !only.includes(name)) return;
  const emulator = await startEmulator({ port: 0, apps: [{ name: botName }] });
  const { appId, appSecret } = emulator.app;
  const connection = new WSClient({ appId, appSecret, domain: emulator.apiUrl, logger: quietLogger });
  try {
    await connection.start({ eventDispatcher: new EventDispatcher({ logger: quietLogger }) });
    const bot = new ScriptedBot(emulator);
    const dm = emulator.directChatId();
    await furnish(emulator, bot);
    await prepare({ emulator, bot, dm });
    const opened = await openPage(browser, `${emulator.pageUrl}#/${dm}`, {
      locale: "zh-CN",
      chineseFont: true,
      scale: 2,
      ...options,
    });
    await opened.page.locator(".link-state.on").waitFor();
    await act(opened.page, { bot, dm });
    // A cursor that happens to be in the dark half of its blink is no cursor on a picture.
    await opened.page.locator(".caret").evaluateAll((all) => {
      for (const caret of all) (caret as HTMLElement).style.animation = "none";
    });
    await opened.page.screenshot({ path: `${images}${name}.png` });
    await opened.context.close();
    if (opened.problems.length > 0) throw new Error(opened.problems.join("\n"));
  } finally {
    connection.close();
    await emulator.close();
  }
}

/** A conversation in English, whose bot is refused a few times. */
const incident = async ({ emulator, bot, dm }: { emulator: Emulator; bot: ScriptedBot; dm: string }): Promise<void> => {
  emulator.sendAsUser({ chatId: dm, text: "What happened to the 14:05 release?" });
  const cardId = await bot.createCard({
    schema: "2.0",
    config: { streaming_mode: true, update_multi: true },
    header: { template: "orange", title: { tag: "plain_text", content: "Release 14:05" } },
    body: { elements: [{ tag: "markdown", element_id: "answer", content: "Reading the log" }] },
  });
  await bot.sendCard(dm, cardId);
  const rules = [
    { operation: "element.content", effect: { type: "code", code: 99991400 }, count: 1 },
    { operation: "element.*", effect: { type: "lost" }, probability: 0.5 },
    { operation: "*", effect: { type: "latency", beforeMs: 40 } },
  ] as const;
  for (const rule of rules) emulator.faults.add(rule);
  for (let sequence = 1; sequence <= 3; sequence += 1) {
    await bot
      .call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content: INCIDENT, sequence })
      .catch(() => {});
  }
};

const ask = async ({ emulator, bot, dm }: { emulator: Emulator; bot: ScriptedBot; dm: string }): Promise<void> => {
  const { messageId } = emulator.sendAsUser({ chatId: dm, text: QUESTION });
  await bot.ok("POST", `im/v1/messages/${messageId}/reactions`, { reaction_type: { emoji_type: "Get" } });
};

const sayTwice = async ({ emulator, dm }: { emulator: Emulator; dm: string }): Promise<void> => {
  emulator.sendAsUser({ chatId: dm, text: "原样发一次，再转换后发一次。" });
};

await mkdir(images, { recursive: true });
const browser = await launchBrowser();
try {
  await take(browser, "streaming-light", { width: 1440, height: 940 }, ask, async (page, { bot, dm }) => {
    await stream(bot, dm, ANSWER.indexOf("cardId, elementId") + 8);
    await page.locator(".caret").waitFor();
    await sleep(clock, 250);
  });
  await take(browser, "inspector", { width: 1440, height: 900 }, ask, async (page, { bot, dm }) => {
    await page.keyboard.press("Alt+I");
    const cardId = await stream(bot, dm, ANSWER.indexOf("接入只要"));
    // The card's budget is ten calls a second.
    await sleep(clock, 300);
    await bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, {
      content: ANSWER.slice(0, 40),
      sequence: 4,
    });
    await bot.write(cardId, "answer", ANSWER.slice(0, ANSWER.indexOf("接入只要") + 40));
    await page.locator(".call-warning").waitFor();
    await sleep(clock, 400);
  });
  await take(
    browser,
    "faults",
    { width: 1440, height: 900, locale: "en-GB" },
    incident,
    async (page) => {
      await page.keyboard.press("Alt+I");
      await page.getByRole("tab", { name: "Faults" }).click();
      await page.locator(".fault-text").nth(2).waitFor();
      await sleep(clock, 300);
    },
    "Releases",
  );
  await take(browser, "mobile-dark", { width: 375, height: 812, theme: "dark" }, ask, async (page, { bot, dm }) => {
    await stream(bot, dm, ANSWER.indexOf("2. 每次"));
    await page.locator(".caret").waitFor();
    await sleep(clock, 500);
  });
  const before = { width: 1180, height: 1320, scale: 1 };
  await take(browser, "dialect-cards", before, sayTwice, async (page, { bot, dm }) => {
    for (const [title, content] of [
      ["原样发送", WRITTEN],
      ["经 toCardMarkdown", toCardMarkdown(WRITTEN)],
    ] as const) {
      const header = { template: "blue", title: { tag: "plain_text", content: title } };
      await bot.postCard(dm, { schema: "2.0", header, body: { elements: [{ tag: "markdown", content }] } });
    }
    await page.locator(".card-body").nth(1).waitFor();
    await sleep(clock, 300);
  });
  await take(browser, "dialect-posts", before, sayTwice, async (page, { bot, dm }) => {
    for (const text of [WRITTEN, toPostMarkdown(WRITTEN)])
      await bot.send(dm, "post", { zh_cn: { title: "", content: [[{ tag: "md", text }]] } });
    await page.locator(".post").nth(1).waitFor();
    await sleep(clock, 300);
  });
} finally {
  await browser.close();
}
