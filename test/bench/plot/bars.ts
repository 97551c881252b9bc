/** A series: what a colour stands for. */
export interface Series {
  readonly name: string;
  readonly colour: string;
}

/** Rows of bars beside each other, one bar for each series. */
export interface BarPlot {
  readonly title: string;
  readonly series: readonly Series[];
  /** How long a bar of a value is: in proportion, or by its order of magnitude, from `from` on. */
  readonly scale: { readonly kind: "linear" } | { readonly kind: "log"; readonly from: number };
  readonly rows: readonly {
    readonly label: string;
    /** In the order of the series; null for what never happened, undefined for what was not measured. */
    readonly values: readonly (number | null | undefined)[];
  }[];
  /** Stands on the bar of a null. */
  readonly never: string;
}

/** Rows that are one bar each, made of a part for each series. */
export interface PartsPlot {
  readonly title: string;
  readonly series: readonly Series[];
  readonly rows: readonly { readonly label: string; readonly values: readonly number[] }[];
}

const WIDTH = 860;
const LEFT = 250;
const RIGHT = 70;
const BAR = 16;
const GAP = 12;
const TOP = 76;
const LONGEST = WIDTH - LEFT - RIGHT;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const round = (value: number): string => String(Math.round(value * 10) / 10);
const text = (x: number, y: number, words: string, kind = ""): string =>
  `<text x="${round(x)}" y="${round(y)}"${kind === "" ? "" : ` class="${kind}"`}>${escape(words)}</text>`;
const rect = (x: number, y: number, width: number, height: number, colour: string, more = ""): string =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${height}" rx="2" fill="${colour}"${more}/>`;

/** An SVG of bars, as text. */
export function drawBars({ title, series, scale, rows, never }: BarPlot): string {
  const values = rows.flatMap((row) => row.values).filter((value) => typeof value === "number");
  const most = Math.max(...values);
  const lengthOf = (value: number): number => {
    if (scale.kind === "linear") return (value / most) * LONGEST;
    return (Math.log(Math.max(value, scale.from) / scale.from) / Math.log(most / scale.from)) * LONGEST;
  };
  const marks: string[] = [];
  let y = TOP;
  for (const row of rows) {
    marks.push(text(LEFT - 10, y + (row.values.length * BAR) / 2 + 4, row.label, "label"));
    row.values.forEach((value, index) => {
      const colour = series[index]?.colour ?? "#000";
      const at = y + index * BAR;
      if (value === undefined) return;
      if (value === null) {
        marks.push(rect(LEFT, at + 1, LONGEST, BAR - 3, "none", ` stroke="${colour}" stroke-dasharray="4 3"`));
        marks.push(text(LEFT + 8, at + BAR - 4, never, "value"));
        return;
      }
      const long = Math.max(1, lengthOf(value));
      marks.push(rect(LEFT, at + 1, long, BAR - 2, colour));
      marks.push(text(LEFT + long + 6, at + BAR - 4, Math.round(value).toLocaleString("en-US"), "value"));
    });
    y += row.values.length * BAR + GAP;
  }
  return frame(title, series, marks, y);
}

/** An SVG of bars made of parts, as text. */
export function drawParts({ title, series, rows }: PartsPlot): string {
  const marks: string[] = [];
  let y = TOP;
  for (const { label, values } of rows) {
    const whole = values.reduce((sum, value) => sum + value, 0);
    marks.push(text(LEFT - 10, y + 19, label, "label"));
    let x = LEFT;
    values.forEach((value, index) => {
      if (value === 0) return;
      const wide = (value / whole) * LONGEST;
      marks.push(rect(x, y, wide, 28, series[index]?.colour ?? "#000"));
      marks.push(text(x + wide / 2, y + 19, String(value), "inside"));
      x += wide;
    });
    y += 28 + GAP;
  }
  return frame(title, series, marks, y);
}

function frame(title: string, series: readonly Series[], marks: readonly string[], bottom: number): string {
  let x = 20;
  const legend = series.flatMap(({ name, colour }) => {
    const parts = [rect(x, 46, 12, 12, colour), text(x + 18, 56, name)];
    // Wide characters take about twice the room of others.
    x += 48 + name.length * 7 + (name.match(/\p{Script=Han}/gu)?.length ?? 0) * 6;
    return parts;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 8}" role="img" aria-label="${escape(title)}">
<style>text{font:13px system-ui,sans-serif;fill:#1f2329}.head{font-weight:600;font-size:15px}.label{text-anchor:end}.value{fill:#646a73;font-size:12px}.inside{text-anchor:middle;fill:#fff;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
${[text(20, 28, title, "head"), ...legend, ...marks].join("\n")}
</svg>
`;
}
