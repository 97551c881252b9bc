import type { CardJson, ElementJson } from "../../card/index.ts";
import { markdownElement, plainText, PRESS_KEY as KEY } from "../../card/index.ts";
import type { Presentation, PresentationBlock, ReplyPayload } from "../host/index.ts";
import { labelFor } from "./press-command.ts";

const TONES: Readonly<Record<string, string>> = {
  neutral: "grey",
  info: "blue",
  success: "green",
  warning: "orange",
  danger: "red",
};

const toneOf = (tone = "neutral"): string => (Object.hasOwn(TONES, tone) ? TONES[tone] : undefined) ?? "grey";

/** What a press on a component of a presentation asks for. */
export type Press =
  /** A slash command. */
  | { readonly kind: "command"; readonly text: string }
  /** Data for whoever made the presentation, passed on as it is. */
  | { readonly kind: "callback"; readonly text: string }
  /** The option of a question that the agent waits for. */
  | { readonly kind: "question"; readonly text: string; readonly questionId: string };

/** What the host may count on when it makes a presentation for us. */
export const presentationCapabilities: object = {
  supported: true,
  buttons: true,
  selects: true,
  context: true,
  divider: true,
  charts: false,
  tables: true,
  limits: {
    actions: {
      maxActions: 25,
      maxActionsPerRow: 5,
      maxLabelLength: 60,
      maxValueBytes: 2000,
      supportsStyles: true,
      supportsDisabled: true,
    },
    selects: { maxOptions: 100, maxLabelLength: 60, maxValueBytes: 2000 },
    text: { maxLength: 20_000, encoding: "utf8-bytes", markdownDialect: "markdown" },
  },
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === "object" && item !== null)
    : [];

function press(item: Record<string, unknown>): Press | undefined {
  const action = (typeof item["action"] === "object" ? item["action"] : null) as Record<string, unknown> | null;
  switch (action?.["type"]) {
    case "command":
      return { kind: "command", text: text(action["command"]) };
    case "callback":
      return { kind: "callback", text: text(action["value"]) };
    case "approval":
      return { kind: "command", text: `/approve ${text(action["approvalId"])} ${text(action["decision"])}` };
    case "question":
      return { kind: "question", text: text(action["optionValue"]), questionId: text(action["questionId"]) };
    default: {
      const value = text(item["value"]);
      return value === "" ? undefined : { kind: "callback", text: value };
    }
  }
}

/** Where a press leads; empty when it is an action, which counts over a link of older times beside it. */
function urlOf(item: Record<string, unknown>): string {
  const action = (typeof item["action"] === "object" ? item["action"] : null) as Record<string, unknown> | null;
  const isLink = ["url", "web-app", "webApp"].includes(text(action?.["type"]));
  if (action !== null && !isLink && press(item) !== undefined) return "";
  const app = [item["webApp"], item["web_app"]].find((one) => typeof one === "object" && one !== null);
  const url = [action?.["url"], item["url"], (app as Record<string, unknown> | undefined)?.["url"]].map(text);
  return url.find((one) => /^https?:\/\//iu.test(one)) ?? "";
}

function button(item: Record<string, unknown>): ElementJson | undefined {
  const url = urlOf(item);
  const pressed = press(item);
  if (url === "" && pressed === undefined) return undefined;
  const label = url === "" ? labelFor(text(item["label"]), pressed?.text ?? "") : text(item["label"]);
  if (label === undefined) return undefined;
  const styles = new Map([
    ["primary", "primary"],
    ["success", "primary"],
    ["danger", "danger"],
  ]);
  return {
    tag: "button",
    text: plainText(label),
    type: styles.get(text(item["style"])) ?? "default",
    disabled: item["disabled"] === true,
    behaviors: [url === "" ? { type: "callback", value: { [KEY]: pressed } } : { type: "open_url", default_url: url }],
  };
}

/** The "Other…" of a question: whoever wants to answer in their own words writes them. */
function asksForText(item: Record<string, unknown>): boolean {
  const action = item["action"] as Record<string, unknown> | undefined;
  return action?.["type"] === "question" && action["intent"] === "custom-input";
}

/** An object of a model may not even let itself be made a string. */
const cellText = (cell: unknown): string =>
  typeof cell === "object" && cell !== null ? JSON.stringify(cell) : String(cell);

function table(block: PresentationBlock): string {
  const row = (cells: readonly unknown[]): string =>
    `| ${cells.map((cell) => cellText(cell).replace(/\|/gu, "\\|").replace(/\s+/gu, " ")).join(" | ")} |`;
  const headers = Array.isArray(block["headers"]) ? (block["headers"] as unknown[]) : [];
  const rows = Array.isArray(block["rows"]) ? (block["rows"] as unknown[][]) : [];
  const lines = [row(headers), row(headers.map(() => "---")), ...rows.map(row)];
  return `**${text(block["caption"])}**\n\n${lines.join("\n")}`;
}

function elements(block: PresentationBlock): readonly ElementJson[] {
  switch (block.type) {
    case "text":
      return [markdownElement(text(block["text"]))];
    case "context":
      return [markdownElement(text(block["text"]), { text_size: "notation" })];
    case "divider":
      return [{ tag: "hr" }];
    case "table":
      return [markdownElement(table(block))];
    case "buttons": {
      const drawn = list(block["buttons"])
        .filter((item) => !asksForText(item))
        .map((item) => button(item) ?? markdownElement(text(item["label"])));
      const columns = drawn.map((element) => ({ tag: "column", width: "auto", elements: [element] }));
      return [{ tag: "column_set", flex_mode: "flow", columns }];
    }
    case "select": {
      const options = list(block["options"]).flatMap((item) => {
        const pressed = press(item) ?? { kind: "callback", text: text(item["label"]) };
        const label = labelFor(text(item["label"]), pressed.text);
        return label === undefined ? [] : [{ text: plainText(label), value: JSON.stringify({ [KEY]: pressed }) }];
      });
      return [{ tag: "select_static", placeholder: plainText(text(block["placeholder"])), options }];
    }
    default:
      return [];
  }
}

/** The presentation as a card (schema 2.0). `lead` is shown above it when it says something that the presentation does not. */
export function toPresentationCard(presentation: Presentation, lead?: string): CardJson {
  const blocks: readonly PresentationBlock[] =
    lead === undefined || lead.trim() === ""
      ? presentation.blocks
      : [{ type: "text", text: lead }, ...presentation.blocks];
  return {
    schema: "2.0",
    config: { update_multi: true },
    ...(presentation.title !== undefined && {
      header: { title: plainText(presentation.title), template: toneOf(presentation.tone) },
    }),
    body: { elements: blocks.flatMap(elements) },
  };
}

/** A card of ours whose question is over: nothing to press any more, and a line that says how it ended. */
export function toEndedCard(card: CardJson, said: string): CardJson {
  const { elements: shown } = card["body"] as { elements: readonly ElementJson[] };
  const note = markdownElement(said, { text_size: "notation" });
  return { ...card, body: { elements: [...shown.filter(({ tag }) => tag !== "column_set"), note] } };
}

/** Everything that the presentation says, without white space; to see whether a text repeats it. */
function said(presentation: Presentation): string {
  const words = presentation.blocks.flatMap((block) =>
    block.type === "table" ? [table(block)] : [text(block["text"]), text(block["placeholder"])],
  );
  return [presentation.title ?? "", ...words].join("").replace(/\s+/gu, "");
}

/**
 * The text to show above a presentation: what came with it, unless that is its plain rendering (the host marks those) or says what
 * the presentation says anyway.
 */
export function leadText(
  payload: Pick<ReplyPayload, "text" | "presentationTextMode">,
  presentation: Presentation,
): string | undefined {
  const lead = payload.text?.trim() ?? "";
  const isFallback = payload.presentationTextMode === "fallback";
  return lead === "" || isFallback || said(presentation).includes(lead.replace(/\s+/gu, "")) ? undefined : lead;
}

/** Whether a presentation has anything that a person can press or choose. */
export function isInteractive(presentation: Presentation): boolean {
  return presentation.blocks.some((block) => block.type === "buttons" || block.type === "select");
}

/** What a press on one of our presentations asks for; undefined when the value is not one of ours. Untrusted: anybody can send it. */
export function readPress(value: Readonly<Record<string, unknown>>, option: string | undefined): Press | undefined {
  let found: unknown = value[KEY];
  if (found === undefined && option !== undefined) {
    try {
      found = (JSON.parse(option) as Record<string, unknown>)[KEY];
    } catch {
      return undefined;
    }
  }
  if (typeof found !== "object" || found === null || !("kind" in found) || !("text" in found)) return undefined;
  const { kind, text: said } = found;
  if (typeof said !== "string" || said.length > 4000) return undefined;
  if (kind === "question" && "questionId" in found && typeof found.questionId === "string")
    return { kind, text: said, questionId: found.questionId };
  return kind === "command" || kind === "callback" ? { kind, text: said } : undefined;
}
