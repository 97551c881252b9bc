import type { ThinkTagMode } from "./think-tags.ts";

/**
 * One stream of a provider as a file, for tests and bug reports: lines of `name: value`, a line `---`, then the body as it came. Values that
 * begin with a quote are JSON.
 */
export interface StreamFile {
  /** The provider's page or the public report that the stream is written from. */
  readonly source: string;
  /** What is special about it, in a few words. */
  readonly says: string;
  readonly protocol: string;
  /** @defaultValue `text/event-stream` */
  readonly type: string;
  readonly thinkTags: ThinkTagMode | undefined;
  /** What is done to the body before it is sent: `crlf`, `cr`, `bom`, `gzip`. */
  readonly transform: string | undefined;
  /** The answer. */
  readonly text: string;
  readonly reasoning: string;
  readonly tools: readonly { readonly name: string; readonly args: string }[];
  /** A kind of ending, or `error` and the code. */
  readonly ending: string;
  /** The provider's word; undefined: not told. */
  readonly reason: string | undefined;
  /** Tokens in and out; undefined: not told. */
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  readonly body: string;
}

const SEPARATOR = "\n---\n";

/** A stream file from its text. @throws TypeError naming what is missing */
export function parseStreamFile(file: string): StreamFile {
  const at = file.indexOf(SEPARATOR);
  if (at === -1) throw new TypeError("a stream file needs a line --- between its head and its body");
  const head = file
    .slice(0, at)
    .split("\n")
    .map((line) => /^([a-z-]+): ?(.*)$/u.exec(line))
    .map((match) => [match?.[1] ?? "", match?.[2] ?? ""] as const);
  const find = (name: string): string | undefined => head.find(([key]) => key === name)?.[1];
  const need = (name: string): string => {
    const value = find(name);
    if (value === undefined) throw new TypeError(`a stream file needs a line "${name}: …"`);
    return value;
  };
  const words = (name: string): string => String(JSON.parse(find(name) ?? '""'));
  const [input, output] = (find("usage") ?? "").split(" ").map(Number);
  return {
    source: need("source"),
    says: need("says"),
    protocol: need("protocol"),
    type: find("type") ?? "text/event-stream",
    // Whoever writes another word is told by the test that reads it.
    thinkTags: find("think-tags") as ThinkTagMode | undefined,
    transform: find("transform"),
    text: words("text"),
    reasoning: words("reasoning"),
    tools: head.filter(([key]) => key === "tool").map(([, value]) => toTool(value)),
    ending: need("ending"),
    reason: find("reason"),
    usage: input === undefined || output === undefined ? undefined : { input, output },
    body: file.slice(at + SEPARATOR.length),
  };
}

function toTool(value: string): { name: string; args: string } {
  const at = value.indexOf(" ");
  return { name: value.slice(0, at), args: value.slice(at + 1) };
}

/** The text of a stream file. */
export function formatStreamFile(file: StreamFile): string {
  const line = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`${name}: ${value}`];
  return [
    `source: ${file.source}`,
    `says: ${file.says}`,
    `protocol: ${file.protocol}`,
    `type: ${file.type}`,
    ...line("think-tags", file.thinkTags),
    ...line("transform", file.transform),
    `text: ${JSON.stringify(file.text)}`,
    `reasoning: ${JSON.stringify(file.reasoning)}`,
    ...file.tools.map(({ name, args }) => `tool: ${name} ${args}`),
    `ending: ${file.ending}`,
    ...line("reason", file.reason),
    ...line("usage", file.usage === undefined ? undefined : `${file.usage.input} ${file.usage.output}`),
    "---",
    file.body,
  ].join("\n");
}
