import type { Attributes, MeterProvider, Span, TracerProvider } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { METRICS, observeReply, ReplyStats } from "../../src/metrics/index.ts";
import type { LogFields, Logger } from "../../src/log/index.ts";
import { silentLogger } from "../../src/log/index.ts";
import { toDelta } from "../../src/stream/index.ts";
import type { DeliveryResult } from "../../src/stream/index.ts";
import { createReplyBench } from "../support/reply-bench.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { MemoryReply } from "../support/memory-reply.ts";

/** What OpenTelemetry's API was told. */
class Telemetry {
  readonly values: { name: string; value: number; attributes: Attributes | undefined }[] = [];
  readonly spans: { name: string; events: string[]; attributes: Attributes; ended: boolean; error: boolean }[] = [];

  get meterProvider(): MeterProvider {
    const instrument = (name: string) => {
      const record = (value: number, attributes?: Attributes): void =>
        void this.values.push({ name, value, attributes });
      return { add: record, record };
    };
    const meter = { createCounter: instrument, createHistogram: instrument, createUpDownCounter: instrument };
    return { getMeter: () => meter } as unknown as MeterProvider;
  }

  get tracerProvider(): TracerProvider {
    const startSpan = (name: string, options: { attributes?: Attributes }): Span => {
      const seen = { name, events: [] as string[], attributes: { ...options.attributes }, ended: false, error: false };
      this.spans.push(seen);
      return {
        addEvent: (event: string) => void seen.events.push(event),
        setAttributes: (more: Attributes) => void Object.assign(seen.attributes, more),
        setStatus: () => void (seen.error = true),
        end: () => void (seen.ended = true),
      } as unknown as Span;
    };
    return { getTracer: () => ({ startSpan }) } as unknown as TracerProvider;
  }
}

async function observed(): Promise<{
  telemetry: Telemetry;
  lines: LogFields[];
  result: DeliveryResult;
  scrape: string;
}> {
  const bench = createReplyBench();
  const telemetry = new Telemetry();
  const lines: LogFields[] = [];
  const logger: Logger = { ...silentLogger, info: (_, fields) => void lines.push(fields ?? {}) };
  const stats = new ReplyStats({ clock: bench.clock });
  try {
    const reply = bench.open();
    observeReply(reply, {
      clock: bench.clock,
      logger,
      meterProvider: telemetry.meterProvider,
      tracerProvider: telemetry.tracerProvider,
    });
    stats.observe(reply);
    reply.append(toDelta("secret words of a person"));
    await bench.clock.advance(2000);
    expect(stats.render()).toMatch(/^cardstream_reply_open\{provider="feishu",instance="cli_\w+"\} 1$/mu);
    const result = await bench.clock.runUntil(reply.finalize());
    return { telemetry, lines, result, scrape: stats.render() };
  } finally {
    await bench.close();
  }
}

describe("metrics of a reply", () => {
  it("[D14] reports every figure of the ledger under its documented name, in a span too", async () => {
    const { telemetry, result } = await observed();
    const value = (name: string): number | undefined => telemetry.values.find((item) => item.name === name)?.value;
    expect(value("cardstream.reply.first_glyph")).toBe((result.firstGlyphMs ?? 0) / 1000);
    expect(value("cardstream.reply.finish_lag")).toBe((result.finishLagMs ?? -1) / 1000);
    expect(value("cardstream.reply.calls")).toBe(result.calls);
    expect(value("cardstream.reply.rejected")).toBe(0);
    expect(value("cardstream.reply.overhead")).toBeCloseTo(result.bytes / 24);
    expect(value("cardstream.reply.incomplete")).toBe(0);
    expect(new Set(telemetry.values.map(({ name }) => name))).toEqual(new Set(Object.keys(METRICS)));
    const open = telemetry.values.filter(({ name }) => name === "cardstream.reply.open");
    expect(open.map(({ value }) => value)).toEqual([1, -1]);
    expect(telemetry.spans).toMatchObject([
      {
        name: "cardstream.reply",
        events: ["first-glyph"],
        ended: true,
        error: false,
        attributes: { outcome: "finalized", delivered: 24 },
      },
    ]);
  });

  it("[E3][D14] counts the cards that are owed, and those that were closed later", async () => {
    const bench = createReplyBench();
    const telemetry = new Telemetry();
    const lines: LogFields[] = [];
    const logger: Logger = { ...silentLogger, info: (_, fields) => void lines.push(fields ?? {}) };
    const stats = new ReplyStats({ clock: bench.clock });
    const { meterProvider, tracerProvider } = telemetry;
    const reply = bench.open();
    observeReply(reply, { clock: bench.clock, logger, meterProvider, tracerProvider });
    stats.observe(reply);
    reply.append(toDelta("words"));
    await bench.clock.advance(2_000);
    const down = { operation: ["card.*", "element.*"], effect: { type: "http", status: 503 } } as const;
    bench.emulator.faults.add({ ...down, until: bench.clock.now() + 60_000 });
    await bench.clock.runUntil(reply.finalize());
    const sum = (name: string): number =>
      telemetry.values.filter((item) => item.name === name).reduce((total, { value }) => total + value, 0);
    expect([sum("cardstream.reply.owed"), sum("cardstream.reply.paid")]).toEqual([1, 0]);
    expect(lines[0]).toMatchObject({ owed: 1 });
    expect(telemetry.spans[0]?.attributes).toMatchObject({ owed: 1 });
    await bench.clock.advance(180_000);
    expect([sum("cardstream.reply.owed"), sum("cardstream.reply.paid")]).toEqual([1, 1]);
    expect(stats.render()).toMatch(/^cardstream_reply_owed_total\{[^}]*\} 1$/mu);
    expect(stats.render()).toMatch(/^cardstream_reply_paid_total\{[^}]*\} 1$/mu);
    await bench.close();
  });

  it("[D14] logs one line per reply, and nowhere the reader's text", async () => {
    const { telemetry, lines, scrape, result } = await observed();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      outcome: "finalized",
      delivered: 24,
      total: 24,
      calls: result.calls,
      textBytes: 24,
    });
    expect(JSON.stringify([telemetry, lines, scrape])).not.toContain("secret");
  });

  it("[D14] adds replies up for Prometheus", async () => {
    const { scrape, result } = await observed();
    const labels = /cardstream_reply_ended_total\{(?<labels>[^}]*)\} 1\n/u.exec(scrape)?.groups?.["labels"];
    expect(labels).toMatch(/^provider="feishu",instance="cli_\w+",outcome="finalized",tier="cardkit"$/u);
    expect(scrape).toContain(`cardstream_reply_calls_total{${labels}} ${result.calls}\n`);
    expect(scrape).toContain(`cardstream_reply_first_glyph_seconds_bucket{${labels},le="+Inf"} 1\n`);
    expect(scrape).toMatch(/^cardstream_reply_open\{provider="feishu",instance="cli_\w+"\} 0$/mu);
    // Every line is a comment or `name{labels} number`.
    for (const line of scrape.trimEnd().split("\n"))
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) cardstream_\w+ .+|cardstream_\w+(?:\{\w+="[^"]*"(?:,\w+="[^"]*")*\})? -?[\d.e+-]+)$/u,
      );
  });

  it("does no harm when a provider throws, and marks an incomplete reply", async () => {
    const clock = new FakeClock();
    const telemetry = new Telemetry();
    const broken = {
      getMeter: () => ({
        createUpDownCounter: () => ({
          add() {
            throw new Error("exporter");
          },
        }),
      }),
    };
    const reply = new MemoryReply();
    observeReply(reply, {
      clock,
      logger: silentLogger,
      meterProvider: broken as unknown as MeterProvider,
      tracerProvider: telemetry.tracerProvider,
    });
    await reply.fail({ code: "x" });
    expect(reply.end?.by).toBe("fail");
  });
});
