import { expect, it } from "vitest";
import { createGatewayBench } from "../support/gateway-bench.ts";

it("[C12] waits 30 s for a call's body, counts its bytes, and refuses what is not UTF-8", async () => {
  const bench = createGatewayBench();
  try {
    const path = "/gateway/feishu/messages";
    const asJson = { "content-type": "application/json" };
    const hanging = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.from("{")) });
    const late = await bench.ask("POST", path, hanging, asJson);
    expect([late.status, late.body.error.code, bench.clock.now()]).toEqual([408, "request-timeout", 30_000]);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1_000_000;
        controller.enqueue(Buffer.alloc(1_000_000, "x"));
      },
    });
    const large = await bench.ask("POST", path, endless, asJson);
    expect([large.status, large.body.error.code]).toEqual([413, "too-large"]);
    expect(sent).toBeLessThan(20_000_000);
    const claimed = await bench.ask("POST", path, "{}", { ...asJson, "content-length": "99999999" });
    expect(claimed.status).toBe(413);
    const latin1 = new ReadableStream({
      start(controller) {
        controller.enqueue(Uint8Array.of(0x22, 0xe9, 0x22));
        controller.close();
      },
    });
    expect((await bench.ask("POST", path, latin1, asJson)).status).toBe(400);
  } finally {
    await bench.close();
  }
});
