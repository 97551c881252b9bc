import { describe, expect, it } from "vitest";
import { ReplyImages } from "../../../extensions/feishu/images/index.ts";
import type { ReplyImagesOptions } from "../../../extensions/feishu/images/index.ts";
import type { Logger } from "../../../src/log/index.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ImageBank } from "../../support/samples/image-bank.ts";

const URL_A = "https://pictures.example/a.png?token=secret";
const URL_B = "https://pictures.example/b.png";

function setUp(options: Partial<ReplyImagesOptions> = {}): {
  clock: FakeClock;
  images: ReplyImages;
  changes: () => number;
} {
  const clock = new FakeClock();
  let changes = 0;
  let uploads = 0;
  const images = new ReplyImages({
    load: new ImageBank(clock).load,
    upload: async () => `img_v3_${++uploads}`,
    keys: new Map<string, string>(),
    clock,
    logger: silentLogger,
    maxImages: 10,
    maxBytes: 1_000,
    onChange: () => (changes += 1),
    ...options,
  });
  return { clock, images, changes: () => changes };
}

describe("ReplyImages", () => {
  it("[D12] has no key at first, says when there is one, and fetches nothing twice", async () => {
    const { clock, images, changes } = setUp();
    expect(images.keyOf(URL_A)).toBeUndefined();
    expect(images.keyOf(URL_A)).toBeUndefined();
    await clock.runUntil(images.settled());
    expect(images.keyOf(URL_A)).toBe("img_v3_1");
    expect(changes()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it("[D12] knows what the account knows, but for keys that were refused", async () => {
    const keys = new Map([[URL_A, "img_v3_known"]]);
    const { clock, images } = setUp({ keys });
    expect(images.keyOf(URL_A)).toBe("img_v3_known");
    images.refuse(["img_v3_known"]);
    expect(images.keyOf(URL_A)).toBeUndefined();
    expect(keys.size).toBe(0);
    images.keyOf(URL_B);
    await clock.runUntil(images.settled());
    expect(images.keyOf(URL_B)).toBe("img_v3_1");
    // One refusal may be a bad image; a second one is no accident.
    images.refuse(["img_v3_1"]);
    expect(images.keyOf("img_v3_written_by_the_model")).toBeUndefined();
  });

  it("[D12] gives up what is under way when it is closed, and keeps what is there", async () => {
    const { clock, images, changes } = setUp();
    images.keyOf(URL_A);
    await clock.advance(1_000);
    images.keyOf(URL_B);
    await clock.advance(100);
    images.close();
    await clock.runUntil(images.settled());
    await clock.advance(60_000);
    expect(images.keyOf(URL_A)).toBe("img_v3_1");
    expect(images.keyOf(URL_B)).toBeUndefined();
    expect(images.keyOf("https://pictures.example/late.png")).toBeUndefined();
    expect(changes()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it("[D12] gives an image up that takes too long, or is no image, or too large", async () => {
    const clock = new FakeClock();
    const bank = new ImageBank(clock, (url) => ({ afterMs: 10, outcome: url === URL_A ? "hangs" : "no-image" }));
    const { images, changes } = setUp({ clock, load: bank.load });
    images.keyOf(URL_A);
    images.keyOf(URL_B);
    await clock.runUntil(images.settled(), 31_000);
    const large = setUp({ maxBytes: 20 });
    large.images.keyOf(URL_A);
    await large.clock.runUntil(large.images.settled());
    expect([images.keyOf(URL_A), images.keyOf(URL_B), large.images.keyOf(URL_A), changes()]).toEqual([
      undefined,
      undefined,
      undefined,
      0,
    ]);
  });

  it("[D12] logs the host of an image that failed, and no more of its address", async () => {
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, debug: (...line) => void lines.push(JSON.stringify(line)) };
    const load = async (url: string): Promise<never> => {
      throw new Error(`no luck with ${url}`);
    };
    const { clock, images } = setUp({ load, logger });
    images.keyOf(URL_A);
    await clock.runUntil(images.settled());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain("pictures.example");
    expect(lines[0]).not.toMatch(/secret|token|a\.png/u);
  });
});
