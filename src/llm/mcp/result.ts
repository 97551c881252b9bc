import { safeCut } from "../../text/index.ts";
/** Most characters of one tool result that go to the model; a page of a website is about a tenth. */
const MAX_RESULT_CHARS = 100_000;

/** The part of MCP's `CallToolResult` that is read. @see https://modelcontextprotocol.io/specification "Tool Result" */
interface CallResult {
  readonly content?: readonly { readonly type: string; readonly [key: string]: unknown }[] | undefined;
  readonly structuredContent?: unknown;
  readonly isError?: boolean | undefined;
}

/**
 * What a model is told of a tool's result: its text, shortened if need be; other kinds of content are named, not sent.
 * @throws Error with that text when the tool says that it failed.
 */
export function readToolResult(result: CallResult): unknown {
  const text = shorten((result.content ?? []).map(toText).join("\n"));
  if (result.isError === true) throw new Error(text === "" ? "the tool failed without saying why" : text);
  // Servers repeat structured content as text for older clients; the text is what a model reads best, if there is any.
  return text === "" ? (result.structuredContent ?? "") : text;
}

function toText(item: { readonly type: string; readonly [key: string]: unknown }): string {
  if (item.type === "text") return String(item["text"]);
  const resource = item["resource"];
  if (item.type === "resource" && typeof resource === "object" && resource !== null && "text" in resource)
    return String(resource.text);
  const kind = typeof item["mimeType"] === "string" ? ` ${item["mimeType"]}` : "";
  const uri = typeof item["uri"] === "string" ? ` ${item["uri"]}` : "";
  return `[${item.type}${kind}${uri}]`;
}

function shorten(text: string): string {
  if (text.length <= MAX_RESULT_CHARS) return text;
  const end = safeCut(text, MAX_RESULT_CHARS);
  return `${text.slice(0, end)}\n[cut: ${text.length - end} more characters]`;
}
