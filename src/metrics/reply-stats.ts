import type { ReplyStream } from "../stream/index.ts";
import type { Clock } from "../time/index.ts";
import { attributesOf, measure } from "./measure.ts";
import { METRIC_NAMES, METRICS } from "./names.ts";
import type { MetricName } from "./names.ts";

/** One line of labels and what was added up under it. */
interface Series {
  sum: number;
  count: number;
  readonly buckets: number[];
}

/** Units as Prometheus spells them in names. */
const UNIT_SUFFIX: Readonly<Record<string, string>> = { s: "_seconds", By: "_bytes", "1": "_ratio" };

/**
 * The metrics of replies added up in this process, for scrapers: Prometheus' text format without any SDK.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/ "Text-based format"
 */
export class ReplyStats {
  readonly #clock: Clock;
  readonly #series = new Map<MetricName, Map<string, Series>>();
  /** Replies being written, by labels. */
  readonly #open = new Map<string, number>();

  constructor(options: { clock: Clock }) {
    this.#clock = options.clock;
  }

  /** Counts a reply from now to its end. */
  observe(reply: ReplyStream): void {
    const startedAt = this.#clock.now();
    const { provider, instance } = reply.session;
    const base = toLabels({ provider, instance });
    this.#count(base, 1);
    reply.events.once("finalize", (result) => {
      this.#count(base, -1);
      const labels = toLabels(attributesOf(reply, result));
      for (const { name, value } of measure(reply, result, this.#clock.now() - startedAt))
        this.#add(name, labels, value);
      reply.events.on("paid", () => this.#add("cardstream.reply.paid", labels, 1));
    });
  }

  /** Everything, as a scraper reads it. */
  render(): string {
    const lines: string[] = [];
    for (const name of METRIC_NAMES) {
      const { kind, unit, description, buckets = [] } = METRICS[name];
      const full = `${name.replaceAll(".", "_")}${UNIT_SUFFIX[unit] ?? ""}${kind === "counter" ? "_total" : ""}`;
      lines.push(`# HELP ${full} ${description}`, `# TYPE ${full} ${kind === "up-down" ? "gauge" : kind}`);
      if (kind === "up-down") for (const [labels, open] of this.#open) lines.push(`${full}{${labels}} ${open}`);
      for (const [labels, series] of this.#series.get(name) ?? []) {
        if (kind === "counter") {
          lines.push(`${full}{${labels}} ${series.sum}`);
          continue;
        }
        for (const [index, bound] of buckets.entries())
          lines.push(`${full}_bucket{${labels},le="${bound}"} ${series.buckets[index] ?? 0}`);
        lines.push(`${full}_bucket{${labels},le="+Inf"} ${series.count}`);
        lines.push(`${full}_sum{${labels}} ${series.sum}`, `${full}_count{${labels}} ${series.count}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }

  #count(labels: string, change: number): void {
    this.#open.set(labels, (this.#open.get(labels) ?? 0) + change);
  }

  #add(name: MetricName, labels: string, value: number): void {
    const { buckets = [] } = METRICS[name];
    let all = this.#series.get(name);
    if (all === undefined) this.#series.set(name, (all = new Map()));
    let series = all.get(labels);
    if (series === undefined) all.set(labels, (series = { sum: 0, count: 0, buckets: buckets.map(() => 0) }));
    series.sum += value;
    series.count += 1;
    for (const [index, bound] of buckets.entries())
      if (value <= bound) series.buckets[index] = (series.buckets[index] ?? 0) + 1;
  }
}

const toLabels = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(",");

const escapeLabel = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
