import { describe, expect, it } from "vitest";
import { resolveStreamingConfig } from "../../../extensions/feishu/config/index.ts";

describe("[A9] resolveStreamingConfig", () => {
  it.each([
    [undefined, "live"],
    [true, "live"],
    [false, "final"],
    ["partial", "live"],
    ["block", "live"],
    ["progress", "live"],
    ["off", "final"],
    [{}, "live"],
    [{ mode: "off" as const }, "final"],
    [{ mode: "partial" as const }, "live"],
  ])("reads streaming: %j as %s", (streaming, mode) => {
    expect(resolveStreamingConfig({ streaming }).mode).toBe(mode);
  });

  it("cannot stream plain text", () => {
    expect(resolveStreamingConfig({ streaming: true, renderMode: "raw" }).mode).toBe("final");
  });

  it("leaves blocks to the host's default unless the channel says something", () => {
    expect(resolveStreamingConfig({ streaming: true }).blocks).toBeUndefined();
    expect(resolveStreamingConfig({ streaming: { block: { enabled: false } } }).blocks).toBe(false);
    expect(resolveStreamingConfig({ streaming: { mode: "partial", block: { enabled: true } } }).blocks).toBe(true);
    expect(resolveStreamingConfig({ streaming: "block" }).blocks).toBe(true);
    expect(resolveStreamingConfig({ blockStreaming: true }).blocks).toBe(true);
  });

  it("takes the nested keys before the flat ones they replaced", () => {
    const nested = { chunkMode: "newline" as const, block: { enabled: false, coalesce: { minChars: 1 } } };
    const flat = { chunkMode: "length" as const, blockStreaming: true, blockStreamingCoalesce: { minChars: 2 } };
    expect(resolveStreamingConfig({ streaming: nested, ...flat })).toEqual({
      mode: "live",
      blocks: false,
      chunkMode: "newline",
      coalesce: { minChars: 1 },
    });
    expect(resolveStreamingConfig(flat)).toEqual({
      mode: "live",
      blocks: true,
      chunkMode: "length",
      coalesce: { minChars: 2 },
    });
  });
});
