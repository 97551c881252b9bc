import { hintOf, readWire, redactSecrets, formatStreamFile } from "../../provider-wire/index.ts";
import type { StreamFile, WirePart } from "../../provider-wire/index.ts";

/** Keeps the body of one answer of a provider. */
export interface AnswerRecorder {
  /** For `ModelDependencies`. */
  readonly onResponse: (response: { readonly contentType: string }) => (chunk: Uint8Array) => void;
  /**
   * The newest answer as a stream file, with what was understood of it; undefined when there was none.
   * @param secrets texts that are taken out wherever they stand, besides everything that looks like a key
   */
  file(source: string, secrets: readonly string[]): Promise<string | undefined>;
}

/** Makes a recorder; it belongs to one request. */
export function createAnswerRecorder(): AnswerRecorder {
  let chunks: Uint8Array[] = [];
  let type = "";
  return {
    onResponse({ contentType }) {
      chunks = [];
      type = contentType;
      return (chunk) => void chunks.push(chunk);
    },
    async file(source, secrets) {
      if (chunks.length === 0) return undefined;
      const raw = new TextDecoder("utf-8", { ignoreBOM: true }).decode(Buffer.concat(chunks));
      const body = secrets
        .filter((secret) => secret !== "")
        .reduce((text, secret) => text.replaceAll(secret, "***"), redactSecrets(raw));
      const parts: WirePart[] = [];
      const bytes = new TextEncoder().encode(body);
      for await (const part of readWire(once(bytes), { hint: hintOf(type) })) parts.push(part);
      return formatStreamFile({ ...understood(parts), source, says: "as it came", type, body });
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function understood(parts: readonly WirePart[]): Omit<StreamFile, "source" | "says" | "type" | "body"> {
  const joined = (kind: "text" | "reasoning"): string =>
    parts.map((part) => (part.type === kind ? part.text : "")).join("");
  const last = parts.at(-1);
  const usage = parts.find((part) => part.type === "usage")?.usage;
  const { inputTokens: input, outputTokens: output } = usage ?? {};
  return {
    protocol: "auto",
    thinkTags: undefined,
    transform: undefined,
    text: joined("text"),
    reasoning: joined("reasoning"),
    tools: parts.flatMap((part) => (part.type === "tool-end" ? [{ name: part.name, args: part.args }] : [])),
    ending: last?.type === "error" ? `error ${last.error.code}` : last?.type === "end" ? last.ending.kind : "none",
    reason: last?.type === "error" ? last.error.complaint?.type : last?.type === "end" ? last.ending.reason : undefined,
    usage: input === undefined || output === undefined ? undefined : { input, output },
  };
}
