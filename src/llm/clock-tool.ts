import { z } from "zod";
import type { Clock } from "../time/index.ts";
import { defineTool } from "./tool.ts";
import type { Tool } from "./tool.ts";

/** What the clock tool answers. */
export interface ClockReading {
  /** For example `2026-03-01T08:05:09+08:00`. */
  readonly iso: string;
  /** IANA name of the zone that was used. */
  readonly timeZone: string;
  /** Day of the week in English. */
  readonly weekday: string;
}

/** Tells `wallMs` in `timeZone`. @throws RangeError for a zone the machine does not know. */
export function readClock(wallMs: number, timeZone: string): ClockReading {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    weekday: "long",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  });
  const parts = new Map(format.formatToParts(wallMs).map((part) => [part.type, part.value]));
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const offset = get("timeZoneName").replace("GMT", "") || "+00:00";
  return {
    iso: `${get("year")}-${get("month")}-${get("day")}T${get("hour")}:${get("minute")}:${get("second")}${offset}`,
    timeZone,
    weekday: get("weekday"),
  };
}

/** The built-in `clock` tool: the date and time now, in any time zone. @param timeZone used when the model names none. */
export function createClockTool(clock: Clock, timeZone = "Asia/Shanghai"): Tool {
  return defineTool({
    name: "clock",
    title: { en: "Clock", zh: "时钟" },
    description: "Tells the current date, time and day of the week. Use it whenever the answer depends on now.",
    input: z.object({
      timeZone: z.string().optional().describe(`IANA time zone such as Europe/Berlin; default ${timeZone}`),
    }),
    execute: (input) => readClock(clock.wallNow(), input.timeZone ?? timeZone),
  });
}
