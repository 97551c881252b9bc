import type { ChartElement } from "chat";
import type { ElementJson } from "../feishu/card/index.ts";

/**
 * A chart as Feishu's cards draw it, by VChart.
 * @see https://open.feishu.cn/document/feishu-cards/card-json-v2-components/content-components/chart
 */
export function chartJson({ title, chart }: ChartElement): ElementJson {
  const spec = {
    ...(title !== "" && { title: { text: title } }),
    ...(chart.type === "pie" ? pie(chart) : series(chart)),
  };
  return { tag: "chart", chart_spec: spec };
}

function pie(chart: Extract<ChartElement["chart"], { type: "pie" }>): object {
  const values = chart.segments.map(({ label, value }) => ({ label, value }));
  return {
    type: "pie",
    data: { values },
    categoryField: "label",
    valueField: "value",
    legends: { visible: true },
  };
}

function series({ type, series: all, xLabel, yLabel }: Exclude<ChartElement["chart"], { type: "pie" }>): object {
  const values = all.flatMap(({ name, data }) => data.map(({ label, value }) => ({ label, value, series: name })));
  const axis = (orient: "bottom" | "left", text: string | undefined): object => ({
    orient,
    ...(text !== undefined && { title: { visible: true, text } }),
  });
  return {
    type,
    data: { values },
    xField: type === "bar" ? ["label", "series"] : "label",
    yField: "value",
    seriesField: "series",
    axes: [axis("bottom", xLabel), axis("left", yLabel)],
    ...(all.length > 1 && { legends: { visible: true } }),
  };
}
