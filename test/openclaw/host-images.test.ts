import { describe, expect, it } from "vitest";
import { hostImages } from "../../extensions/feishu/openclaw/host-images.ts";
import type { HostRuntime } from "../../extensions/feishu/openclaw/host.ts";

const asked: unknown[] = [];
/** Of the host, only what is used. */
const runtime = {
  media: {
    async loadWebMedia(url: string, options: unknown) {
      asked.push([url, options]);
      return { buffer: new Uint8Array([1]), contentType: "image/png" };
    },
  },
} as unknown as HostRuntime;

describe("hostImages", () => {
  it("[D12] fetches images by the host's guarded loader, within the account's limit", async () => {
    const load = hostImages(runtime, { mediaMaxMb: 2 });
    const signal = new AbortController().signal;
    expect(await load?.("https://example.com/a.png", { signal, maxBytes: 10_485_760 })).toEqual({
      data: new Uint8Array([1]),
      contentType: "image/png",
    });
    expect(asked).toEqual([["https://example.com/a.png", { maxBytes: 2_097_152 }]]);
  });

  it("[D12] leaves them links when the config says so", () => {
    expect(hostImages(runtime, { card: { images: "link" } })).toBeUndefined();
  });
});
