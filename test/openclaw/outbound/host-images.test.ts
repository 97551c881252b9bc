import { describe, expect, it } from "vitest";
import { hostImages } from "../../../extensions/feishu/openclaw/outbound/host-images.ts";
import type { HostRuntime } from "../../../extensions/feishu/openclaw/host/index.ts";

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
    const load = hostImages(runtime, { mediaMaxMb: 2, card: { images: "upload" } });
    const signal = new AbortController().signal;
    expect(await load?.("https://example.com/a.png", { signal, maxBytes: 10_485_760 })).toEqual({
      data: new Uint8Array([1]),
      contentType: "image/png",
    });
    expect(asked).toEqual([["https://example.com/a.png", { maxBytes: 2_097_152 }]]);
  });

  it("[E10] leaves them links unless the config says otherwise", () => {
    expect(hostImages(runtime, {})).toBeUndefined();
    expect(hostImages(runtime, { card: {} })).toBeUndefined();
    expect(hostImages(runtime, { card: { images: "link" } })).toBeUndefined();
  });

  it("[E10] asks neither the host nor the web for the image of a host that is not named", async () => {
    asked.length = 0;
    const load = hostImages(runtime, { card: { images: { hosts: ["pictures.example"] } } });
    const signal = new AbortController().signal;
    await expect(load?.("https://attacker.example/?q=secret", { signal, maxBytes: 1_000 })).rejects.toThrow(
      "the operator does not name this host",
    );
    expect(asked).toEqual([]);
  });
});
