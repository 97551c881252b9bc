import { expect, it } from "vitest";
import { useStage } from "./support/stage.ts";

const stage = useStage();

/** Names that a document or a form has already, as the attribute `name` of a field would take their place. */
const NAMES = [
  "createElement",
  "createElementNS",
  "createTextNode",
  "documentElement",
  "body",
  "querySelector",
  "getElementById",
  "elements",
  "submit",
  "addEventListener",
  "__proto__",
  "constructor",
];

it("[D10][E10] lives on with form fields named as parts of the document, and hands in what was written in them", async () => {
  const { bot, emulator, dm } = stage;
  const pressed = new Promise<Record<string, unknown>>((resolve) => {
    emulator.onEvent(emulator.app.appId, (envelope) => {
      const { action } = (envelope as unknown as { event: { action?: { form_value: Record<string, unknown> } } }).event;
      if (action !== undefined) resolve(action.form_value);
    });
  });
  await bot.postCard(dm, {
    schema: "2.0",
    body: {
      elements: [
        {
          tag: "form",
          name: "form",
          elements: [
            ...NAMES.map((name) => ({ tag: "input", name, label: { tag: "plain_text", content: `field ${name}` } })),
            {
              tag: "button",
              name: "send",
              text: { tag: "plain_text", content: "Hand in" },
              form_action_type: "submit",
              behaviors: [{ type: "callback", value: {} }],
            },
          ],
        },
      ],
    },
  });
  const { page } = await stage.open();
  for (const name of NAMES) await page.getByLabel(`field ${name}`, { exact: true }).fill(`my ${name}`);
  // The page makes elements anew for what comes later.
  await bot.send(dm, "text", { text: "it is alive" });
  await page.getByText("it is alive").first().waitFor();
  await page.getByRole("button", { name: "Hand in" }).click();
  const values = await pressed;
  expect(Object.entries(values).filter(([, value]) => String(value).startsWith("my "))).toEqual(
    expect.arrayContaining(NAMES.filter((name) => name !== "__proto__").map((name) => [name, `my ${name}`])),
  );
  expect(await page.evaluate(() => typeof document.createElement)).toBe("function");
});

it("[D10][E10] shows emoji codes and language names that every object has as they were written", async () => {
  const { bot, dm } = stage;
  const text = "a :toString: b :constructor: c :valueOf: d :hasOwnProperty: e";
  await bot.send(dm, "text", { text });
  await bot.postCard(dm, {
    schema: "2.0",
    body: { elements: [{ tag: "markdown", content: `${text}\n\n\`\`\`toString\nconst x = 1;\n\`\`\`` }] },
  });
  const { page } = await stage.open();
  await page.locator(".card pre").first().waitFor();
  const shown = await page.locator(".messages, .conversation").first().innerText();
  expect(shown.split(text).length).toBeGreaterThanOrEqual(3);
  expect(shown).not.toMatch(/native code|\[object/u);
});
