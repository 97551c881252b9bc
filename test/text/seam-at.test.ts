import { describe, expect, it } from "vitest";
import { NO_CARRY, seamAt } from "../../src/text/index.ts";

const limits = { maxChars: 3_000, maxBytes: 30_000, maxTables: 4 };

describe("[A7][D5] seamAt", () => {
  it("reopens what is open where a card has to end", () => {
    const text = "```ts\nconst a = 1;\nconst b = 2;\n```\n";
    expect(seamAt(text, 0, NO_CARRY, 10, limits)).toEqual({
      end: 10,
      close: "\n```",
      next: { prefix: "```ts\n", skip: 0 },
    });
    expect(seamAt(text, 0, NO_CARRY, 19, limits)).toEqual({
      end: 19,
      close: "```",
      next: { prefix: "```ts\n", skip: 0 },
    });
    expect(seamAt(text, 0, NO_CARRY, 18, limits)).toEqual({
      end: 18,
      close: "\n```",
      next: { prefix: "```ts\n", skip: 1 },
    });
  });

  it("works where the text that has come so far ends", () => {
    expect(seamAt("```ts\ncode", 0, NO_CARRY, 10, limits).next.prefix).toBe("```ts\n");
    expect(seamAt("```ts\ncode\n", 0, NO_CARRY, 11, limits).next.prefix).toBe("```ts\n");
    expect(seamAt("plain\n-", 0, NO_CARRY, 5, limits)).toEqual({ end: 5, close: "", next: { prefix: "", skip: 1 } });
    expect(seamAt("# plain ", 0, NO_CARRY, 7, limits).next).toEqual({ prefix: "# ", skip: 0 });
    expect(seamAt("plain", 0, NO_CARRY, 5, limits)).toEqual({ end: 5, close: "", next: NO_CARRY });
  });

  it("begins the next card as this one when nothing of it has been shown", () => {
    const carry = { prefix: "3.", skip: 2 };
    expect(seamAt("x1. text", 1, carry, 1, limits).next).toEqual(carry);
    expect(seamAt("x1. text", 1, carry, 2, limits).next).toEqual({ prefix: "3.", skip: 1 });
    const fence = { prefix: "```ts\n", skip: 0 };
    expect(seamAt("x code\n```", 2, fence, 2, limits)).toEqual({ end: 2, close: "", next: fence });
    expect(seamAt("x1. text", 1, carry, 3, limits)).toEqual({ end: 3, close: "", next: { prefix: "3.", skip: 0 } });
  });

  it("works beyond limits that have shrunk since", () => {
    const text = `\`\`\`ts\n${"code\n".repeat(300)}`;
    const seam = seamAt(text, 0, NO_CARRY, 1_006, { ...limits, maxChars: 200 });
    expect(seam).toEqual({ end: 1_006, close: "```", next: { prefix: "```ts\n", skip: 0 } });
    const closed = `${text.slice(0, 756)}\`\`\`\n${"plain\n".repeat(60)}`;
    expect(seamAt(closed, 0, NO_CARRY, 1_000, { ...limits, maxChars: 100 })).toEqual({
      end: 1_000,
      close: "",
      next: NO_CARRY,
    });
  });
});
