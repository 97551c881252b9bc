import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drawBars, drawParts } from "../bench/plot/bars.ts";
import { plots } from "../bench/plot/plots.ts";
import { ROOT } from "./page.ts";

const series = [
  { name: "a < b", colour: "#111" },
  { name: "c", colour: "#222" },
];

/** The widths of what is filled with a colour, but for the mark in the legend. */
const widths = (svg: string, colour: string): number[] =>
  [...svg.matchAll(new RegExp(`width="([\\d.]+)" height="\\d+" rx="2" fill="${colour}"`, "gu"))]
    .map(([, width]) => Number(width))
    .slice(1);

describe.each(["en", "zh"])("docs/%s/explanation/why-not.md", (language) => {
  it("says what was recorded of both plugins", () => {
    const page = readFileSync(join(ROOT, `docs/${language}/explanation/why-not.md`), "utf8");
    const { rows } = JSON.parse(readFileSync(join(ROOT, "test/bench/openclaw.json"), "utf8")) as {
      rows: readonly Readonly<Record<string, string | number>>[];
    };
    const shown = page
      .split("\n")
      .filter((line) => /\|\s*\d+ \|$/u.test(line))
      .map((line) => line.split("|").slice(3, -1).map(Number));
    const wanted = ["600 characters", "12,000 mixed"].flatMap((scenario) =>
      ["ours", "official"].map((plugin) => {
        const row = rows.find(
          (one) => one["plugin"] === plugin && one["scenario"] === scenario && one["path"] === "anthropic-messages",
        );
        return ["firstGlyph", "lagP95", "finishLag", "lost", "takenBack"].map((name) => row?.[name]);
      }),
    );
    expect(shown).toEqual(wanted);
  });
});

describe("[E14] plots", () => {
  it.each([...plots()])(
    "are the figures recorded last; after a change run `npm run bench -- --plot`: %s",
    (name, svg) => {
      expect(readFileSync(join(ROOT, "docs/images/bench", name), "utf8")).toBe(svg);
    },
  );

  it("draw values in proportion, and what never happened as an empty bar with a word", () => {
    const svg = drawBars({
      title: "t",
      series,
      scale: { kind: "linear" },
      rows: [
        { label: "x", values: [100, 50] },
        { label: "y", values: [null, undefined] },
      ],
      never: "never",
    });
    const [long = 0] = widths(svg, "#111");
    const [half = 0] = widths(svg, "#222");
    expect(half).toBeCloseTo(long / 2, 0);
    expect(svg).toContain('stroke="#111"');
    expect(svg).not.toContain('stroke="#222"');
    expect(svg).toContain(">never<");
    expect(svg).toContain("a &lt; b");
  });

  it("draw values by orders of magnitude", () => {
    const rows = [10, 100, 1000].map((value) => ({ label: String(value), values: [value] }));
    const svg = drawBars({ title: "t", series, scale: { kind: "log", from: 10 }, rows, never: "" });
    const [shortest = 0, middle = 0, longest = 0] = widths(svg, "#111");
    expect(shortest).toBe(1);
    expect(middle).toBeCloseTo(longest / 2, 0);
  });

  it("draw parts of a whole", () => {
    const svg = drawParts({ title: "t", series, rows: [{ label: "x", values: [3, 1] }] });
    expect(widths(svg, "#111")[0]).toBeCloseTo(3 * (widths(svg, "#222")[0] ?? 0), 0);
  });
});
