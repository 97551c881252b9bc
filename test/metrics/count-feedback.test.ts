import { describe, expect, it } from "vitest";
import { countFeedback } from "../../src/metrics/index.ts";

describe("countFeedback", () => {
  it("counts by rating and instance, and nothing else", () => {
    const counted: unknown[] = [];
    const meterProvider = {
      getMeter: () => ({
        createCounter: (name: string) => ({
          add: (value: number, attributes: object) => void counted.push([name, value, attributes]),
        }),
      }),
    } as unknown as NonNullable<Parameters<typeof countFeedback>[2]>;
    countFeedback("down", { provider: "feishu", instance: "main" }, meterProvider);
    expect(counted).toEqual([
      ["cardstream.reply.feedback", 1, { provider: "feishu", instance: "main", rating: "down" }],
    ]);
  });

  it("a provider that throws does no harm", () => {
    const meterProvider = {
      getMeter: () => {
        throw new Error("no meter");
      },
    };
    expect(() => countFeedback("up", { provider: "feishu", instance: "x" }, meterProvider)).not.toThrow();
  });
});
