import type { z } from "zod";
import type { ConfigIssue } from "./config-issue.ts";
import type { Localized } from "./language.ts";

/** What reading one section of the configuration gave. */
export interface ParsedConfig<T> {
  /** Undefined when there are issues. */
  readonly value: T | undefined;
  readonly issues: readonly ConfigIssue[];
  /** Full paths of keys that nobody knows; they are ignored, and worth one warning (a typing mistake, or another host's key). */
  readonly unknownKeys: readonly string[];
  /** What is valid but does not do what it seems to; worth saying once. */
  readonly warnings?: readonly ConfigIssue[] | undefined;
}

/**
 * Reads `raw` with a zod schema whose objects are strict. All issues are collected; keys the schema does not know are named
 * and ignored instead of making the whole file invalid, since files are shared with hosts that know more keys.
 * @param path where `raw` sits in the file, for example `channels.feishu`; empty for the whole file.
 */
export function parseConfig<T>(schema: z.ZodType<T>, raw: unknown, path: string): ParsedConfig<T> {
  const unknownKeys: string[] = [];
  let input = raw;
  for (;;) {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return { value: result.data, issues: [], unknownKeys };
    const unknown = result.error.issues.filter((issue) => issue.code === "unrecognized_keys");
    if (unknown.length === 0) {
      return {
        value: undefined,
        issues: result.error.issues.flatMap(unfold).map((issue) => toIssue(issue, path)),
        unknownKeys,
      };
    }
    input = structuredClone(input);
    for (const issue of unknown) {
      for (const key of issue.keys) {
        unknownKeys.push(join(path, [...issue.path, key]));
        remove(input, [...issue.path, key]);
      }
    }
  }
}

/** A zod issue of the kinds that config schemas of ours produce. */
type Issue = z.core.$ZodIssue;

/**
 * What is wrong inside the branch of a union that was meant: the one whose issues lie deeper than the value itself. When no
 * branch fits at all the union itself is the issue.
 */
function unfold(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branch = issue.errors.find((issues) => issues.length > 0 && issues.every((inner) => inner.path.length > 0));
  return branch === undefined ? [issue] : branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The types and values that the branches of a union take. */
function expectedByUnion(issue: Extract<Issue, { code: "invalid_union" }>): string {
  const expected = issue.errors.flat().flatMap((inner) => {
    if (inner.code === "invalid_type") return [inner.expected];
    return inner.code === "invalid_value" ? inner.values.map((value) => JSON.stringify(value)) : [];
  });
  return [...new Set(expected)].join(", ");
}

function remove(root: unknown, path: readonly PropertyKey[]): void {
  let at = root;
  for (const key of path.slice(0, -1)) at = isRecord(at) || Array.isArray(at) ? Reflect.get(at, key) : undefined;
  const last = path.at(-1);
  if (isRecord(at) && last !== undefined) Reflect.deleteProperty(at, last);
}

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const join = (path: string, rest: readonly PropertyKey[]): string =>
  [...(path === "" ? [] : [path]), ...rest.map(String)].join(".");

function toIssue(issue: Issue, base: string): ConfigIssue {
  const path = join(base, issue.path) || "(file)";
  const given = issue.input;
  switch (issue.code) {
    case "invalid_type":
      return given === undefined
        ? say(path, "missing", "缺少该项", `add it (${issue.expected})`, `请补上（类型 ${issue.expected}）`)
        : say(
            path,
            `must be ${article(issue.expected)}, not ${kind(given)}`,
            `应为 ${issue.expected}，现在是 ${kind(given)}`,
            `write ${article(issue.expected)} here, or remove the key to use the default`,
            `请改为 ${issue.expected} 类型，或删除该项以使用默认值`,
          );
    case "invalid_value": {
      const values = issue.values.map((value) => JSON.stringify(value)).join(", ");
      return say(
        path,
        `${show(given)} is not one of ${values}`,
        `${show(given)} 不在可选值 ${values} 之中`,
        `use one of ${values}`,
        `请使用 ${values} 之一`,
      );
    }
    case "too_small":
      return say(
        path,
        `${show(given)} is too small`,
        `${show(given)} 太小`,
        `use at least ${issue.minimum}`,
        `请至少为 ${issue.minimum}`,
      );
    case "too_big":
      return say(
        path,
        `${show(given)} is too large`,
        `${show(given)} 太大`,
        `use at most ${issue.maximum}`,
        `请至多为 ${issue.maximum}`,
      );
    case "invalid_union": {
      const expected = expectedByUnion(issue);
      return say(
        path,
        `${show(given)} fits none of: ${expected}`,
        `${show(given)} 不符合：${expected}`,
        `use one of ${expected}`,
        `请使用其中之一：${expected}`,
      );
    }
    case "custom": {
      const { problem, fix } = (issue.params ?? {}) as { problem?: Localized; fix?: Localized };
      if (problem !== undefined && fix !== undefined) return { path, problem, fix };
      return inItsWords(path, issue.message);
    }
    default:
      return inItsWords(path, issue.message);
  }
}

/** A mistake that nobody has words for here: those of the check itself. */
const inItsWords = (path: string, words: string): ConfigIssue =>
  say(path, words, words, "see docs/en/reference/config.md", "见 docs/zh/reference/config.md");

const say = (path: string, problem: string, problemZh: string, fix: string, fixZh: string): ConfigIssue => ({
  path,
  problem: { en: problem, zh: problemZh },
  fix: { en: fix, zh: fixZh },
});

const article = (type: string): string => (/^[aeiou]/u.test(type) ? `an ${type}` : `a ${type}`);

const kind = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Numbers, booleans and short words are shown as given; anything longer might be a secret pasted into the wrong place. */
const show = (value: unknown): string =>
  typeof value === "string"
    ? value.length <= 24
      ? JSON.stringify(value)
      : "the text"
    : Array.isArray(value) || isRecord(value)
      ? kind(value)
      : String(value);
