import { worldSchema } from "../emulator/index.ts";
import type { World } from "../emulator/index.ts";
import type { Evidence } from "./probe-client.ts";

/** What was found out about Feishu, as a file. */
export interface WorldFile {
  readonly kind: "feishu-world";
  readonly version: 1;
  /** Day of the last answer: `2026-11-29`. */
  readonly date: string;
  /** Which Feishu was asked. */
  readonly tenant: "feishu" | "lark" | "other";
  readonly answers: Partial<World>;
  /** The calls behind each answer. */
  readonly evidence: Readonly<Partial<Record<keyof World, readonly Evidence[]>>>;
  /** Where answers are known from that no call of this file proves: pages and public reports. */
  readonly sources?: Readonly<Partial<Record<keyof World, string>>> | undefined;
  /** Questions that were asked and not answered, and why. */
  readonly open: Readonly<Record<string, string>>;
  /** What a person saw; `true` for yes. */
  readonly eyes: Readonly<Record<string, boolean>>;
  /** Messages that the probe sent and could not take back yet: the next run does. */
  readonly unrecalled?: readonly string[] | undefined;
}

/** What is wrong with a file that should hold what was found out. */
export class WorldFileError extends Error {
  override readonly name = "WorldFileError";
}

/** @throws WorldFileError naming what is wrong */
export function parseWorldFile(text: string): WorldFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WorldFileError("the file is no JSON");
  }
  if (typeof value !== "object" || value === null || !("kind" in value) || value.kind !== "feishu-world")
    throw new WorldFileError('the file has no `"kind": "feishu-world"`: it is not one of `cardstream probe`');
  if (!("version" in value) || value.version !== 1) throw new WorldFileError("this cardstream reads version 1");
  const file = value as Partial<WorldFile> & { kind: "feishu-world"; version: 1 };
  const answers = worldSchema.safeParse(file.answers ?? {});
  if (!answers.success) throw new WorldFileError(`answers: ${answers.error.issues[0]?.message ?? "not an object"}`);
  const { tenant } = file;
  return {
    kind: "feishu-world",
    version: 1,
    date: typeof file.date === "string" ? file.date : "",
    tenant: tenant === "feishu" || tenant === "lark" ? tenant : "other",
    answers: answers.data,
    evidence: file.evidence ?? {},
    open: file.open ?? {},
    eyes: file.eyes ?? {},
    unrecalled: file.unrecalled ?? [],
    ...(file.sources !== undefined && { sources: file.sources }),
  };
}

/** The file's text; every answer on lines of its own, so that two files can be compared. */
export function formatWorldFile(file: WorldFile): string {
  const { unrecalled, ...rest } = file;
  return `${JSON.stringify(unrecalled === undefined || unrecalled.length === 0 ? rest : { ...rest, unrecalled }, undefined, 2)}\n`;
}
