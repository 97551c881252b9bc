import { describe, expect, it } from "vitest";

import { streamingCard } from "./support/bot.ts";
import { useStage } from "./support/stage.ts";

const stage = useStage();

describe("the inspector", () => {
  it("[D10] lists calls as they happen, explains a refused one, and shows its body on click", async () => {
    const { bot, dm } = stage;
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    const { cardId } = await bot.postCard(dm, streamingCard("一"));
    await bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content: "一二", sequence: 7 });
    await bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content: "一二三", sequence: 4 });

    const rows = page.locator(".call-row");
    const refused = rows.filter({ hasText: "300317" });
    await refused.waitFor();
    expect(await refused.locator(".call-warning").innerText()).toBe("Sequence 4 after 7: Feishu answers 300317.");
    expect(await refused.locator(".call").innerText()).toMatch(/element\.content\s+#4\s+300317\s+\d+ ms\s+\d+ B/u);

    await refused.locator(".call").click();
    await refused.locator(".json").first().waitFor();
    expect(await refused.locator(".json").first().innerText()).toContain('"content": "一二三"');
    expect(await refused.innerText()).not.toMatch(/Bearer|t-\w{20}/u);

    await page.getByRole("checkbox", { name: "Problems" }).check();
    expect(await rows.count()).toBe(1);
    await page.getByRole("checkbox", { name: "Problems" }).uncheck();
    await page.getByRole("searchbox", { name: "Filter calls" }).fill("message.create");
    expect(await page.locator(".call-operation").allInnerTexts()).toEqual(["message.create"]);
  });

  it("[D10] exports the timeline as JSON lines, and plays one back", async () => {
    const { bot, dm, emulator } = stage;
    await bot.send(dm, "text", { text: "记录" });
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as JSON lines" }).click();
    const stream = await (await download).createReadStream();
    const lines = (await stream.toArray())
      .join("")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { operation: string });
    expect(lines.map((line) => line.operation)).toContain("message.create");

    const before = emulator.store.messages.all().length;
    await page.locator(".calls-tools input[type=file]").setInputFiles({
      name: "timeline.jsonl",
      mimeType: "application/x-ndjson",
      buffer: Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n")),
    });
    await page.getByText("Replayed").waitFor();
    expect(emulator.store.messages.all().length).toBe(before + 1);
  });

  it("[D10] measures each card against Feishu's limits, and what is written against what is visible", async () => {
    const { bot, dm } = stage;
    const slow = { print_frequency_ms: { default: 10_000 } };
    const { cardId } = await bot.postCard(dm, streamingCard("零", slow));
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "Budgets" }).click();
    await bot.write(cardId, "answer", `零${"一".repeat(25)}`);
    const card = page.locator(".meter-group", { hasText: cardId });
    await card.getByText("25 characters behind").waitFor();
    await card.getByText(/^sequence 1 ·/u).waitFor();
    expect(await card.getByRole("meter", { name: "Components" }).getAttribute("aria-valuenow")).toBe("1");
    expect(await card.innerText()).toMatch(/\/ 30 KB/u);
    expect(await card.innerText()).toMatch(/streaming closes in [45]\d\d s/u);
    await page.locator(".meter-group", { hasText: "element.content" }).waitFor();
  });

  it("[D10] injects faults by click: a rate limit that is used up, CardKit down and up, streaming closed", async () => {
    const { bot, dm } = stage;
    const { cardId } = await bot.postCard(dm, streamingCard("一"));
    const write = (content: string): Promise<{ code: number }> =>
      bot.call("PUT", `cardkit/v1/cards/${cardId}/elements/answer/content`, { content, sequence: bot.next(cardId) });
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "Faults" }).click();

    await page.getByRole("combobox", { name: "What happens" }).selectOption("rateLimit");
    await page.getByRole("combobox", { name: "On" }).selectOption("element.content");
    await page.getByRole("button", { name: "Add fault" }).click();
    await page.locator(".active-faults .fault-text").waitFor();
    expect((await write("一二")).code).toBe(99991400);
    expect((await write("一二")).code).toBe(0);
    await page.locator(".active-faults").getByRole("button", { name: "Remove" }).click();
    await page.getByText("Everything works.").waitFor();

    await page.getByRole("button", { name: "Take CardKit down" }).click();
    await page.getByRole("button", { name: "Bring CardKit back" }).waitFor();
    const down = await bot.call("PATCH", `cardkit/v1/cards/${cardId}/settings`, {
      settings: "{}",
      sequence: bot.next(cardId),
    });
    expect(down.code).not.toBe(0);
    await page.getByRole("button", { name: "Bring CardKit back" }).click();
    await page.getByRole("button", { name: "Take CardKit down" }).waitFor();
    expect((await write("一二三")).code).toBe(0);

    await page.getByRole("button", { name: "Close streaming" }).click();
    await page.locator(".card[data-streaming=false]").waitFor();
    expect([200850, 300309]).toContain((await write("一二三四")).code);
  });

  it("[D10] injects by click what each fault says: slow, 5xx, lost answers and expired tokens, some times or by chance", async () => {
    const { bot, dm, emulator } = stage;
    const { cardId } = await bot.postCard(dm, streamingCard("一"));
    const path = `cardkit/v1/cards/${cardId}/elements/answer/content`;
    const write = (content: string): Promise<{ code: number }> =>
      bot.call("PUT", path, { content, sequence: bot.next(cardId) });
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "Faults" }).click();
    const active = page.locator(".active-faults");
    const add = async (effect: string, operation: string): Promise<void> => {
      await page.getByRole("combobox", { name: "What happens" }).selectOption(effect);
      await page.getByRole("combobox", { name: "On" }).selectOption(operation);
      await page.getByRole("button", { name: "Add fault" }).click();
      await active.locator(".fault-text").waitFor();
    };
    const remove = async (): Promise<void> => {
      await active.getByRole("button", { name: "Remove" }).click();
      await active.getByText("Everything works.").waitFor();
    };

    await page.getByRole("combobox", { name: "What happens" }).selectOption("latency");
    await page.getByRole("spinbutton", { name: "Milliseconds" }).fill("120");
    await add("latency", "element.*");
    expect((await write("一二")).code).toBe(0);
    expect(emulator.timeline.find({ operation: "element.content" }).at(-1)?.ms).toBeGreaterThanOrEqual(120);
    await remove();

    await add("http500", "element.content");
    expect((await write("一二三")).code).not.toBe(0);
    await remove();

    await add("lost", "element.content");
    await expect(write("一二三四")).rejects.toThrow();
    await page.locator(".card").getByText("一二三四").waitFor();
    await remove();

    await add("tokenExpired", "element.content");
    expect((await write("一二三四五")).code).toBe(99991663);
    await remove();

    await page.getByRole("combobox", { name: "How often" }).selectOption("probability");
    await page.getByRole("spinbutton", { name: "Times or per cent" }).fill("100");
    await add("cardBusy", "element.content");
    expect(await active.locator(".fault-text").innerText()).toContain("100 %");
    bot.forgetToken();
    expect((await write("一二三四五")).code).toBe(230020);
    await remove();

    await page.getByRole("button", { name: "Expire all tokens" }).click();
    await page.getByText("Done", { exact: true }).waitFor();
    expect((await write("一二三四五六")).code).toBe(99991663);
  });

  it("[D10] is a drawer on a phone that Escape closes", async () => {
    const { page } = await stage.open({ width: 375, height: 720 });
    await page.getByRole("button", { name: "Inspector" }).click();
    const inspector = page.locator(".inspector");
    expect(await inspector.evaluate((each) => each.getBoundingClientRect().width)).toBe(375);
    await page.getByRole("tab", { name: "Calls" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Budgets" }).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("Escape");
    expect(await inspector.isVisible()).toBe(false);
  });

  it("[D10] keeps the body somebody reads in its place while hundreds of calls come in", async () => {
    const { bot, dm } = stage;
    const { cardId } = await bot.postCard(dm, streamingCard("一"));
    // So low that the body fills the panel: without anything below it there would be nowhere to scroll to.
    const { page } = await stage.open({ height: 420 });
    await page.keyboard.press("Alt+I");
    const row = page.locator(".call-row", { hasText: "card.create" });
    await row.locator(".call").click();
    const json = row.locator(".json").first();
    await json.waitFor();
    const before = await json.boundingBox();
    stage.emulator.settings.apiPerSecond = 1e9;
    const path = `cardkit/v1/cards/${cardId}/elements/answer/content`;
    for (let index = 0; index < 200; index += 1) await bot.call("PUT", path, { content: "一", sequence: 0 });
    await page.waitForFunction(() => document.querySelectorAll(".call-row").length >= 150);
    stage.emulator.settings.apiPerSecond = 50;
    expect(await page.locator(".call-row").count()).toBe(151);
    expect(Math.abs(((await json.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThan(2);
    await row.locator(".call").click();
    await page.getByRole("searchbox", { name: "Filter calls" }).fill("element");
    await row.waitFor({ state: "detached" });
  });

  it("[D10] counts the calls of each app and operation against their budgets", async () => {
    const { bot, dm } = stage;
    for (let index = 0; index < 3; index += 1) await bot.send(dm, "text", { text: `第 ${index} 条` });
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page.getByRole("tab", { name: "Budgets" }).click();
    const group = page.locator(".meter-group", { hasText: `${stage.emulator.app.name} · message.create` });
    const minute = group.getByRole("meter", { name: "per minute" });
    await minute.waitFor();
    expect(await minute.getAttribute("aria-valuenow")).toBe("3");
    expect(await minute.getAttribute("aria-valuemax")).toBe("1000");
    // The figures change in place: what is there is not built again.
    await minute.evaluate((each) => Object.assign(each, { mark: "same" }));
    await bot.send(dm, "text", { text: "再一条" });
    await page.locator(".meter-group", { hasText: "4 / 1000" }).waitFor();
    expect(await minute.evaluate((each) => (each as unknown as { mark?: string }).mark)).toBe("same");
  });

  it("[D10] lists what a replay answered otherwise than was recorded", async () => {
    const { bot, dm, emulator } = stage;
    await bot.send(dm, "text", { text: "记录" });
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    emulator.faults.add({ operation: "message.create", effect: { type: "code", code: 230020 }, count: 1 });
    await page.locator(".calls-tools input[type=file]").setInputFiles({
      name: "timeline.jsonl",
      mimeType: "application/x-ndjson",
      buffer: Buffer.from(emulator.timeline.toJsonLines()),
    });
    const replayed = page.locator(".replayed");
    await replayed.getByText("1 answered differently").waitFor();
    expect(await replayed.getByRole("listitem").innerText()).toMatch(/message\.create: 0 → 230020$/u);
    await replayed.getByRole("button", { name: "Close" }).click();
    expect(await replayed.isVisible()).toBe(false);
  });

  it.each([
    [300309, "Streaming is off: turn it on before writing text."],
    [300313, "There is no element with this id (yet)."],
    [200740, "There is no such card."],
    [99991400, "Too many calls: 50 a second or 1,000 a minute. Wait for x-ogw-ratelimit-reset."],
  ])("[D10] says in plain words what %i means", async (code, words) => {
    const { bot, dm, emulator } = stage;
    const { cardId } = await bot.postCard(dm, streamingCard("一"));
    const write = (card: string, element: string): Promise<unknown> =>
      bot.call("PUT", `cardkit/v1/cards/${card}/elements/${element}/content`, { content: "二", sequence: 9 });
    if (code === 300309) await bot.settings(cardId, { streaming_mode: false });
    if (code === 99991400) emulator.settings.apiPerSecond = 1;
    await write(code === 200740 ? "7400000000000000000" : cardId, code === 300313 ? "nothing" : "answer");
    if (code === 99991400) await write(cardId, "answer");
    emulator.settings.apiPerSecond = 50;
    const { page } = await stage.open();
    await page.keyboard.press("Alt+I");
    await page
      .locator(".call-row", { hasText: String(code) })
      .getByText(words)
      .waitFor();
  });

  it("[D10] says in the page's language why the emulator refused something", async () => {
    for (const [locale, says] of [
      ["zh-CN", "调用记录应为每行一个 JSON 对象"],
      ["en-GB", "one JSON object a line"],
    ] as const) {
      const { page } = await stage.open({ locale, expected: /400/u });
      await page.keyboard.press("Alt+I");
      await page.locator(".calls-tools input[type=file]").setInputFiles({
        name: "no-timeline.jsonl",
        mimeType: "application/x-ndjson",
        buffer: Buffer.from("no JSON"),
      });
      await page.getByText(says).waitFor();
    }
  });
});
