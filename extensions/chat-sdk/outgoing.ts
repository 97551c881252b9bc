import { convertEmojiPlaceholders, isCardElement, stringifyMarkdown } from "chat";
import type { AdapterPostableMessage, Attachment, CardElement, FileUpload, PlanContent, PlanModel } from "chat";

/** What a message holds, in the form that sending needs. */
export interface Outgoing {
  readonly body:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "markdown"; readonly markdown: string }
    | { readonly kind: "card"; readonly card: CardElement };
  readonly files: readonly FileUpload[];
}

/** A string is Markdown, as models and bots write it; `{ raw }` is shown letter for letter. */
export async function toOutgoing(message: AdapterPostableMessage): Promise<Outgoing> {
  if (typeof message === "string") return { body: toMarkdown(message), files: [] };
  if (isCardElement(message)) return { body: { kind: "card", card: message }, files: [] };
  const attachments = "attachments" in message ? (message.attachments ?? []) : [];
  const files = [...(message.files ?? []), ...(await Promise.all(attachments.map(toFile)))];
  if ("card" in message) return { body: { kind: "card", card: message.card }, files };
  if ("raw" in message) return { body: { kind: "text", text: message.raw }, files };
  return { body: toMarkdown("ast" in message ? stringifyMarkdown(message.ast) : message.markdown), files };
}

/** People whom a text names with `<@ou_…>`, the Chat SDK's mention. */
export function mentionedIn(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/<@(ou_\w+)>/gu), ([, id]) => id ?? ""));
}

/** The Chat SDK's mentions as Feishu's cards and messages write them. */
export function withMentions(text: string, where: "card" | "message"): string {
  return text.replace(/<@(ou_\w+)>/gu, where === "card" ? "<at id=$1></at>" : '<at user_id="$1"></at>');
}

/** A plan as a card: each task with its state. */
export function planCard({ title, tasks }: PlanModel): CardElement {
  const lines = tasks.map(({ title: task, status, details, output }) => {
    const more = [details, output].flatMap((content) => (content === undefined ? [] : [toLines(content)]));
    return [`${SIGNS[status]} ${task}`, ...more];
  });
  return { type: "card", title, children: [{ type: "text", content: lines.flat().join("\n\n") }] };
}

const SIGNS = { pending: "⬜", in_progress: "⏳", complete: "✅", error: "❌" } as const;

function toLines(content: PlanContent): string {
  if (typeof content === "string") return content;
  if (Array.isArray(content)) return content.map((line) => `- ${line}`).join("\n");
  return "markdown" in content ? content.markdown : stringifyMarkdown(content.ast);
}

const toMarkdown = (markdown: string): Outgoing["body"] => ({
  kind: "markdown",
  markdown: convertEmojiPlaceholders(markdown, "gchat"),
});

async function toFile({ data, fetchData, name, mimeType, type }: Attachment): Promise<FileUpload> {
  const bytes = data ?? (await fetchData?.());
  if (bytes === undefined)
    throw new TypeError(`attachment ${name ?? ""} has neither data nor fetchData: there is nothing to upload`);
  return { data: bytes, filename: name ?? (type === "image" ? "image.png" : "file"), ...(mimeType && { mimeType }) };
}
