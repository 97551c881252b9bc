import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { FeishuStreamingCard } from "../../../extensions/feishu/index.ts";
import type { FeishuInstanceOptions } from "../../../extensions/feishu/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { ImageBank, withAddresses } from "../../support/samples/image-bank.ts";
import { createInstanceBench } from "../../support/instance-bench.ts";

/** What a card shows of `text` when the instance treats images in the given way. */
async function shownBy(images: FeishuInstanceOptions["images"], text: string, clock: FakeClock): Promise<string> {
  const bench = createInstanceBench({ clock, instance: { images } });
  try {
    const { instance, chatId } = bench;
    const card = FeishuStreamingCard.start({ instance, chatId }).appendMarkdown(text);
    await clock.runUntil(card.finalize());
    return withAddresses(bench.emulator, bench.answers().join(""));
  } finally {
    await bench.close();
  }
}

describe("images of an instance's cards", () => {
  it("[D12] are fetched as the program says, or not at all", async () => {
    const clock = new FakeClock({ settleRounds: 2 });
    const bank = new ImageBank(clock);
    const text = "See ![cat](https://pictures.example/cat.png).";
    expect(await shownBy(bank.load, text, clock)).toBe(text);
    expect(await shownBy("link", text, clock)).toBe(text.replace("!", ""));
    expect(bank.loads).toHaveLength(1);
  });

  it("[D12] are never fetched from inside one's own network", async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      // The server listens on a port, not on a path.
      const { port } = server.address() as AddressInfo;
      const text = `![inside](http://127.0.0.1:${port}/secret)`;
      expect(await shownBy(undefined, text, new FakeClock({ settleRounds: 5 }))).toBe(text.replace("!", ""));
      expect(requests).toBe(0);
    } finally {
      server.close();
    }
  });
});
