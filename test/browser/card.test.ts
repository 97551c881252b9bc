import { describe, expect, it } from "vitest";

import { plainCard, streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** A PNG of one colour. */
async function picture(width: number, height: number): Promise<Buffer> {
  const { page, context } = await stage.open();
  const data = await page.evaluate(
    ([w, h]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
      canvas.getContext("2d")?.fillRect(0, 0, w ?? 1, h ?? 1);
      return canvas.toDataURL("image/png");
    },
    [width, height],
  );
  await context.close();
  return Buffer.from(data.slice(data.indexOf(",") + 1), "base64");
}

/** An upload of an image. */
function imageForm(png: Buffer): FormData {
  const form = new FormData();
  form.append("image_type", "message");
  form.append("image", new Blob([new Uint8Array(png)], { type: "image/png" }), "picture.png");
  return form;
}

/** Markdown as one finished card. */
const markdown = (content: string): object => plainCard([{ tag: "markdown", content }]);

describe("cards in the page", () => {
  it("[D10] renders Feishu's Markdown: headings, lists, quotes, links, code with its language, colours, tags", async () => {
    await stage.bot.postCard(
      stage.dm,
      markdown(
        [
          "# 标题一\n\n## 标题二\n\n###### 标题六",
          "1. 第一\n2. 第二\n    - 嵌套",
          "> 引用",
          "[链接](https://example.com/a?b=1) **粗** *斜* ~~删~~ `code`",
          "```python\nprint('你好')\n```",
          "<font color='red'>红</font> <font color='rgba(10, 20, 30, 1)'>暗</font> <text_tag color='green'>标签</text_tag>",
          "&lt;b&gt; :OK: :NOTAKEY:",
          "<hr>",
          "尾",
        ].join("\n\n"),
      ),
    );
    const { page } = await stage.open();
    const card = page.locator(".card");
    const sizes = await card
      .locator(".heading")
      .evaluateAll((all) => all.map((each) => getComputedStyle(each).fontSize));
    expect(sizes).toEqual(["26px", "22px", "14px"]);
    expect(await card.locator("ol > li").count()).toBe(2);
    expect(await card.locator("ol ul > li").innerText()).toBe("嵌套");
    expect(await card.locator("blockquote").innerText()).toBe("引用");
    const link = card.locator("a");
    expect([await link.getAttribute("href"), await link.getAttribute("rel")]).toEqual([
      "https://example.com/a?b=1",
      "noopener noreferrer",
    ]);
    expect(await card.locator(".code-language").innerText()).toBe("python");
    expect(await card.locator("pre").innerText()).toBe("print('你好')");
    expect(await card.getByText("红", { exact: true }).getAttribute("class")).toBe("ink-red");
    expect(await card.getByText("暗", { exact: true }).evaluate((each) => getComputedStyle(each).color)).toBe(
      "rgb(10, 20, 30)",
    );
    expect(await card.locator(".tag").innerText()).toBe("标签");
    expect(await card.getByText("<b> 👌 :NOTAKEY:").count()).toBe(1);
    expect(await card.locator("hr").count()).toBe(1);
  });

  it("[D10] pages a table after five rows and scrolls a wide one sideways", async () => {
    const rows = Array.from({ length: 12 }, (_, index) => `| ${index + 1} | 值 ${index + 1} |`);
    await stage.bot.postCard(stage.dm, markdown(`| 序号 | 值 |\n|---:|---|\n${rows.join("\n")}`));
    const { page } = await stage.open();
    const visible = page.locator(".card tbody tr:visible");
    expect(await visible.count()).toBe(5);
    await page.getByRole("button", { name: "Next page" }).click();
    await page.getByRole("button", { name: "Next page" }).click();
    expect(await visible.allInnerTexts()).toEqual(["11\t值 11", "12\t值 12"]);
    expect(await page.getByRole("button", { name: "Next page" }).isDisabled()).toBe(true);
    expect(await page.locator(".pager-where").innerText()).toBe("3 / 3");
    expect(
      await page
        .locator(".card td")
        .first()
        .evaluate((cell) => getComputedStyle(cell).textAlign),
    ).toBe("right");
  });

  it("[D10] shows what a bot writes as text, never as markup", async () => {
    const attack = [
      "<img src=x onerror=alert(1)> <script>alert(2)</script> <b>bold</b>",
      "[a](javascript:alert(3)) [b](data:text/html,x) <a href='javascript:alert(4)'>c</a>",
      "![x](javascript:alert(5)) ![y](https://evil.example/p.png)",
      "<font color='red;background:url(https://evil.example)'>d</font> <text_tag color='\"><img>'>e</text_tag>",
    ].join("\n\n");
    // A Feishu that lets everything through: the page must hold by itself.
    stage.emulator.settings.checkImages = "off";
    await stage.bot.postCard(stage.dm, markdown(attack));
    await stage.bot.send(stage.dm, "text", { text: "<img src=x onerror=alert(6)>" });
    const { page, origins } = await stage.open();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const card = page.locator(".card");
    expect(await card.locator("img, script, b").count()).toBe(0);
    expect(await card.locator("a").count()).toBe(0);
    expect(await card.innerText()).toContain("bold");
    expect(await page.locator(".plain-message", { hasText: "onerror=alert(6)" }).count()).toBe(1);
    expect(dialogs).toEqual([]);
    expect([...origins]).toEqual([new URL(stage.emulator.pageUrl).origin]);
  });

  it("[D10] lays out header, panel, columns, fields, table component and unknown parts", async () => {
    await stage.bot.postCard(
      stage.dm,
      plainCard(
        [
          {
            tag: "collapsible_panel",
            element_id: "think",
            header: { title: { tag: "plain_text", content: "思考过程" } },
            elements: [{ tag: "markdown", content: "先想，再说" }],
          },
          {
            tag: "column_set",
            columns: [
              { tag: "column", width: "weighted", weight: 3, elements: [{ tag: "markdown", content: "左" }] },
              { tag: "column", width: "weighted", weight: 1, elements: [{ tag: "markdown", content: "右" }] },
            ],
          },
          { tag: "div", text: { tag: "plain_text", content: "一行**不加粗**" } },
          { tag: "hr" },
          {
            tag: "table",
            page_size: 2,
            columns: [
              { name: "who", display_name: "谁", data_type: "text" },
              { name: "many", display_name: "多少", data_type: "number" },
            ],
            rows: [
              { who: "甲", many: 1 },
              { who: "乙", many: 2 },
              { who: "丙", many: 3 },
            ],
          },
        ],
        {
          header: {
            template: "green",
            title: { tag: "plain_text", content: "日报" },
            subtitle: { tag: "plain_text", content: "11 月" },
            text_tag_list: [{ tag: "text_tag", text: { tag: "plain_text", content: "已完成" }, color: "blue" }],
          },
        },
      ),
    );
    const { page } = await stage.open();
    const card = page.locator(".card");
    expect(await card.locator(".card-header").getAttribute("class")).toContain("template-green");
    expect(await card.locator(".card-header").innerText()).toMatch(/日报\s+已完成\s+11 月/u);
    const panel = card.getByRole("button", { name: "思考过程" });
    expect(await panel.getAttribute("aria-expanded")).toBe("false");
    expect(await card.getByText("先想，再说").isVisible()).toBe(false);
    await panel.press("Enter");
    expect(await card.getByText("先想，再说").isVisible()).toBe(true);
    const widths = await card
      .locator(".column")
      .evaluateAll((all) => all.map((each) => each.getBoundingClientRect().width));
    expect((widths[0] ?? 0) / (widths[1] ?? 1)).toBeGreaterThan(2);
    expect(await card.getByText("一行**不加粗**").count()).toBe(1);
    expect(await card.locator("tbody tr:visible").count()).toBe(2);
  });

  it("[D10] keeps a panel a person opened when the card changes, and the text that is typing", async () => {
    const panel = {
      tag: "collapsible_panel",
      element_id: "think",
      header: { title: { tag: "plain_text", content: "过程" } },
      elements: [{ tag: "markdown", content: "第一步" }],
    };
    const answer = { tag: "markdown", element_id: "answer", content: "答案" };
    const config = { streaming_mode: true, update_multi: true };
    const { cardId } = await stage.bot.postCard(stage.dm, {
      schema: "2.0",
      config,
      body: { elements: [panel, answer] },
    });
    const { page } = await stage.open();
    await page.getByRole("button", { name: "过程" }).click();
    const long = `答案${"很长".repeat(60)}`;
    await stage.bot.write(cardId, "answer", long);
    await page.locator(".text-view[data-goal='122']").waitFor();
    await stage.bot.update(cardId, {
      schema: "2.0",
      config,
      body: {
        elements: [
          { ...panel, elements: [...panel.elements, { tag: "markdown", content: "第二步" }] },
          { ...answer, content: long },
        ],
      },
    });
    await page.getByText("第二步").waitFor();
    expect(await page.getByText("第一步").isVisible()).toBe(true);
    const shown = await page
      .locator("[data-goal='122']")
      .evaluate((view) => Number((view as HTMLElement).dataset["shown"]));
    expect(shown).toBeLessThan(122);
  });

  it("[D10] shows uploaded images by key and says when there is none", async () => {
    const { page } = await stage.open();
    const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const form = new FormData();
    form.append("image_type", "message");
    form.append("image", new Blob([Buffer.from(picture, "base64")], { type: "image/png" }), "dot.png");
    const key = await stage.bot.upload("im/v1/images", form, "image_key");
    await stage.bot.postCard(stage.dm, markdown(`![点](${key})`));
    await page.waitForFunction(() => document.querySelector<HTMLImageElement>(".card img.picture")?.naturalWidth === 1);
    expect(await page.locator(".card img.picture").getAttribute("alt")).toBe("点");
  });

  it("[D10] sends what a person clicked to the bot and shows the toast it answers with", async () => {
    const { bot, emulator, dm } = stage;
    const clicks: unknown[] = [];
    emulator.onEvent(emulator.app.appId, (envelope) => {
      const { event } = envelope as { event: { action?: { value: unknown; tag: string } } };
      if (event.action === undefined) return {};
      clicks.push(event.action.value);
      return { toast: { type: "success", content: "谢谢反馈" } };
    });
    const { cardId } = await bot.postCard(
      dm,
      plainCard([
        {
          tag: "button",
          type: "primary_filled",
          element_id: "good",
          text: { tag: "plain_text", content: "有帮助" },
          behaviors: [{ type: "callback", value: { vote: "up" } }],
        },
        {
          tag: "button",
          element_id: "gone",
          text: { tag: "plain_text", content: "已停用" },
          disabled: true,
          behaviors: [{ type: "callback", value: { vote: "no" } }],
        },
      ]),
    );
    const { page } = await stage.open();
    await page.getByRole("button", { name: "有帮助" }).click();
    await page.locator(".toast-success", { hasText: "谢谢反馈" }).waitFor();
    expect(clicks).toEqual([{ vote: "up" }]);
    expect(await page.getByRole("button", { name: "已停用" }).isDisabled()).toBe(true);
    expect(cardId).toMatch(/^\d+$/u);
  });

  it("[D10] asks before a button with a confirmation does anything", async () => {
    const { bot, emulator, dm } = stage;
    const clicks: unknown[] = [];
    emulator.onEvent(emulator.app.appId, (envelope) => {
      const { event } = envelope as { event: { action?: { value: unknown } } };
      if (event.action !== undefined) clicks.push(event.action.value);
      return {};
    });
    await bot.postCard(
      dm,
      plainCard([
        {
          tag: "button",
          text: { tag: "plain_text", content: "删除" },
          confirm: {
            title: { tag: "plain_text", content: "真的删除？" },
            text: { tag: "plain_text", content: "不能恢复" },
          },
          behaviors: [{ type: "callback", value: { sure: true } }],
        },
      ]),
    );
    const { page } = await stage.open();
    await page.getByRole("button", { name: "删除" }).click();
    await page.getByRole("heading", { name: "真的删除？" }).waitFor();
    await page.keyboard.press("Escape");
    expect(clicks).toEqual([]);
    await page.getByRole("button", { name: "删除" }).click();
    const answered = page.waitForResponse((response) => response.url().includes("/click"));
    await page.getByRole("button", { name: "Confirm" }).click();
    await answered;
    expect(clicks).toEqual([{ sure: true }]);
  });

  it("[D10] marks the streaming card with one sign of life: words until there is text, then a cursor", async () => {
    const { cardId } = await stage.bot.postCard(stage.dm, streamingCard(""));
    const { page } = await stage.open();
    expect(await page.locator(".card-status").innerText()).toContain("Generating");
    await stage.bot.write(cardId, "answer", "写着");
    await page.locator(".card-status").waitFor({ state: "hidden" });
    expect(await page.locator(".card .caret").count()).toBe(1);
    await stage.bot.settings(cardId, { streaming_mode: false });
    await page.locator(".card .caret").waitFor({ state: "detached" });
    expect(await page.locator(".card-status").isVisible()).toBe(false);
  });

  it("[D10] stops saying that a card is being written when its ten minutes are over", async () => {
    const { page } = await stage.open();
    await page.clock.install();
    await stage.bot.postCard(stage.dm, streamingCard("写着"));
    await page.locator(".card[data-streaming=true] .caret").waitFor();
    await page.clock.fastForward("10:01");
    await page.locator(".card[data-streaming=false]").waitFor();
    expect(await page.locator(".card .caret").count()).toBe(0);
  });

  it("[D10] puts an image in the place of a link without moving what a reader has before their eyes", async () => {
    const { bot, dm } = stage;
    const key = await bot.upload("im/v1/images", imageForm(await picture(320, 200)), "image_key");
    const before = (image: string): string => `第一段\n\n${image}\n\n`;
    const lines = Array.from({ length: 60 }, (_, index) => `第 ${index} 行`).join("\n\n");
    const { cardId } = await bot.postCard(dm, streamingCard(before("[图](https://example.com/a.png)") + lines));
    const { page } = await stage.open();
    const scroll = page.locator(".scroll");
    await page.getByText("第 59 行").waitFor();
    await scroll.evaluate((each) => {
      each.scrollTop = 600;
    });
    await page.getByRole("button", { name: "Latest" }).waitFor();
    const inSight = page.getByText("第 20 行", { exact: true });
    const placed = (await inSight.boundingBox())?.y ?? 0;
    await bot.write(cardId, "answer", before(`![图](${key})`) + lines);
    const image = page.locator(".card img.picture");
    await image.waitFor({ state: "attached" });
    await image.evaluate((each: HTMLImageElement) => each.decode());
    await page.locator(".card img.picture.sized").waitFor({ state: "attached" });
    expect(Math.abs(((await inSight.boundingBox())?.y ?? 0) - placed)).toBeLessThan(2);

    // The text that streams on behind an image draws it again: it must be there, in its size, in the same frame.
    const heights = await page.evaluateHandle(() => {
      const seen = new Set<number>();
      const look = (): void => {
        const each = document.querySelector(".card img.picture");
        seen.add(Math.round(each?.getBoundingClientRect().height ?? 0));
        requestAnimationFrame(look);
      };
      look();
      return seen;
    });
    for (const more of ["多", "多一", "多一点"])
      await bot.write(cardId, "answer", `${before(`![图](${key})`).trimEnd()}${more}`);
    await page.getByText("多一点").waitFor();
    expect(await heights.evaluate((seen) => [...seen])).toEqual([200]);
  });

  it("[D10] says that an image was never uploaded", async () => {
    stage.emulator.settings.checkImages = "off";
    await stage.bot.postCard(stage.dm, markdown("![图](img_v3_0000_nowhere)"));
    const { page } = await stage.open({ expected: /404/u });
    await page.locator(".bad-image", { hasText: "no image img_v3_0000_nowhere" }).waitFor();
    stage.emulator.settings.checkImages = "all";
  });

  it("[D10] sends a form, a line, a choice and a tick, and puts the card in place that the bot answers with", async () => {
    const { bot, emulator, dm } = stage;
    const actions: Record<string, unknown>[] = [];
    emulator.onEvent(emulator.app.appId, (envelope) => {
      const { event } = envelope as { event: { action?: Record<string, unknown> } };
      if (event.action === undefined) return {};
      actions.push(event.action);
      return event.action["tag"] === "button"
        ? { card: { type: "raw", data: plainCard([{ tag: "markdown", content: "收到了" }]) } }
        : {};
    });
    const text = (content: string): object => ({ tag: "plain_text", content });
    const callback = [{ type: "callback", value: { from: "test" } }];
    await bot.postCard(
      dm,
      plainCard([
        { tag: "input", name: "line", element_id: "line", placeholder: text("一行"), behaviors: callback },
        {
          tag: "select_static",
          name: "pick",
          element_id: "pick",
          placeholder: text("选一个"),
          options: [
            { text: text("甲"), value: "a" },
            { text: text("乙"), value: "b" },
          ],
          behaviors: callback,
        },
        { tag: "checker", name: "tick", element_id: "tick", text: text("同意"), behaviors: callback },
        {
          tag: "form",
          name: "report",
          elements: [
            { tag: "input", name: "why", label: text("原因") },
            { tag: "button", name: "submit", form_action_type: "submit", text: text("提交") },
          ],
        },
      ]),
    );
    const { page } = await stage.open();
    const acted = async (act: () => Promise<unknown>): Promise<Record<string, unknown> | undefined> => {
      const answered = page.waitForResponse((response) => response.url().includes("/click"));
      await act();
      await answered;
      return actions.at(-1);
    };
    const line = page.getByRole("textbox", { name: "一行" });
    await line.fill("写一行");
    expect(await acted(() => line.press("Enter"))).toMatchObject({ name: "line", input_value: "写一行" });
    expect(await acted(() => page.getByRole("combobox", { name: "选一个" }).selectOption("b"))).toMatchObject({
      name: "pick",
      option: "b",
    });
    expect(await acted(() => page.getByRole("checkbox", { name: "同意" }).check())).toMatchObject({ checked: true });
    await page.getByRole("textbox", { name: "原因" }).fill("因为");
    expect(await acted(() => page.getByRole("button", { name: "提交" }).click())).toMatchObject({
      name: "submit",
      form_value: { why: "因为" },
    });
    await page.locator(".card").getByText("收到了").waitFor();
  });

  it("[D10] says so when the bot fails to answer a click", async () => {
    stage.emulator.onEvent(stage.emulator.app.appId, () => {
      throw new Error("the bot is broken");
    });
    await stage.bot.postCard(
      stage.dm,
      plainCard([
        {
          tag: "button",
          text: { tag: "plain_text", content: "有人吗" },
          behaviors: [{ type: "callback", value: { a: 1 } }],
        },
      ]),
    );
    const { page } = await stage.open();
    await page.getByRole("button", { name: "有人吗" }).click();
    await page.locator(".toast-error", { hasText: "The bot did not answer in time or refused" }).waitFor();
  });

  it("[D10] colours code whose language is known, under the page's own policy", async () => {
    const content = "```ts\nconst answer = 42; // <b>why</b>\n```\n\n```nonsense\nconst plain = 1;\n```";
    await stage.bot.postCard(stage.dm, markdown(content));
    const { page } = await stage.open();
    const code = page.locator(".card figure.code");
    expect(await code.first().locator(".hl-keyword, .hl-number, .hl-comment").allInnerTexts()).toEqual([
      "const",
      "42",
      "// <b>why</b>",
    ]);
    expect(await code.last().locator("[class^=hl-]").count()).toBe(0);
  });

  it("[D10] copies the code of a fence", async () => {
    await stage.bot.postCard(stage.dm, markdown("```ts\nconst a = 1;\n```"));
    const { page, context } = await stage.open();
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy code" }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === "const a = 1;");
  });

  it.each([375, 1_440])("[D10] reads a card of 30 KB at its full length, %i pixels wide", async (width) => {
    const sections = Array.from(
      { length: 40 },
      (_, index) =>
        `## 第 ${index} 节\n\n${"很长的一段话。".repeat(20)}\n\n- 一\n- 二\n\n\`\`\`ts\n${"const value = 1; ".repeat(8)}\n\`\`\``,
    );
    await stage.bot.postCard(stage.dm, markdown(sections.join("\n\n")));
    const { page } = await stage.open({ width });
    const card = page.locator(".card");
    expect(await card.locator(".heading").count()).toBe(40);
    expect(await card.locator("pre").count()).toBe(40);
    const sideways = await page.evaluate(() => {
      const scroll = document.querySelector(".scroll");
      return (scroll?.scrollWidth ?? 0) - (scroll?.clientWidth ?? 0);
    });
    expect(sideways).toBe(0);
  });
});
