import type { EventEmitter } from "eventemitter3";
import type { streamText } from "ai";
import { expectTypeOf, it } from "vitest";
import type { FeishuStreamingCard, StartCardOptions, streamTo } from "../../extensions/feishu/index.ts";
import type { DeliveryResult, ReplyEvents } from "../../src/stream/index.ts";

it("[C9][C10] has the types that programs rely on", () => {
  expectTypeOf<FeishuStreamingCard["finalize"]>().returns.resolves.toEqualTypeOf<DeliveryResult>();
  expectTypeOf<FeishuStreamingCard["events"]>().toEqualTypeOf<EventEmitter<ReplyEvents>>();
  type Source = Parameters<typeof streamTo>[1];
  expectTypeOf<AsyncIterable<string>>().toExtend<Source>();
  expectTypeOf<Response>().toExtend<Source>();
  expectTypeOf<ReturnType<typeof streamText>>().toExtend<Source>();
  expectTypeOf<AsyncIterable<number>>().not.toExtend<Source>();
  type Instance = { instance: StartCardOptions["instance"] };
  expectTypeOf<Instance & { chatId: string }>().toExtend<StartCardOptions>();
  expectTypeOf<Instance & { replyTo: string; inThread: boolean }>().toExtend<StartCardOptions>();
  expectTypeOf<Instance>().not.toExtend<StartCardOptions>();
  expectTypeOf<Instance & { chatId: string; openId: string }>().not.toExtend<StartCardOptions>();
});
