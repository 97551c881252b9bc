import type { FeishuAttachment } from "../message.ts";
import { readCard } from "./card.ts";
import { asFields, asList, bracket, fileNameIn, parseFields, stringIn } from "./content.ts";
import type { Content, Fields, MentionKey } from "./content.ts";
import { readPost } from "./post.ts";

type Read = (fields: Fields, mentions: readonly MentionKey[]) => Content;

/**
 * Reads the content string of a message by its type. Never throws: what it does not know becomes a bracketed word. The text is empty
 * only when somebody wrote nothing.
 */
export function readContent(type: string, content: string, mentions: readonly MentionKey[] = []): Content {
  const fields = parseFields(content);
  const word = type || "message";
  if (fields === undefined) return plain(bracket(`${word} that could not be read`));
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (read === undefined) {
    const text = stringIn(fields, "text");
    return plain(text === undefined || text.trim() === "" ? bracket(word) : text);
  }
  return read(fields, mentions);
}

/** Whether what was read of a message says only that its content could not be read: some events come without one. */
export const isUnreadable = (text: string): boolean => /^\[[\w ]+ that could not be read\]$/u.test(text);

const READERS: Readonly<Record<string, Read>> = {
  text: readText,
  post: (fields, mentions) => {
    const post = readPost(fields, mentions);
    const empty = post.text === "" && post.title === undefined;
    return empty && !wrote(fields) ? { ...post, text: bracket("rich text") } : post;
  },
  interactive: readCard,
  image: (fields) => withFile("[image]", { kind: "image", imageKey: stringIn(fields, "image_key") }),
  file: (fields) => named("file", fields, "file"),
  audio: (fields) => named("audio", fields, "audio"),
  media: (fields) => named("video", fields, "media"),
  video: (fields) => named("video", fields, "media"),
  sticker: (fields) => withFile("[sticker]", { kind: "sticker", fileKey: stringIn(fields, "file_key") }),
  folder: (fields) => plain(bracket("folder", fileNameIn(fields))),
  merge_forward: () => plain(bracket("forwarded messages")),
  share_chat: (fields) => plain(bracket("group", stringIn(fields, "chat_name") ?? stringIn(fields, "chat_id"))),
  share_user: (fields) => plain(bracket("contact", stringIn(fields, "user_name") ?? stringIn(fields, "user_id"))),
  location: readLocation,
  hongbao: (fields) => plain(bracket("red packet", stringIn(fields, "text"))),
  vote: (fields) =>
    list("vote", [
      stringIn(fields, "topic"),
      ...asList(fields["options"]).map((option) =>
        typeof option === "string"
          ? option
          : (stringIn(asFields(option), "text") ?? stringIn(asFields(option), "name")),
      ),
    ]),
  todo: readTodo,
  calendar: readCalendar,
  general_calendar: readCalendar,
  share_calendar_event: readCalendar,
  video_chat: readMeeting,
  system: readSystem,
};

const plain = (text: string): Content => ({ text, attachments: [] });

/** The details that are there, in brackets. */
function list(word: string, details: readonly (string | undefined)[]): Content {
  return plain(bracket(word, details.filter((detail) => detail !== undefined && detail !== "").join("; ")));
}

function readText(fields: Fields): Content {
  const { text } = fields;
  if (typeof text === "string") return plain(text);
  if (typeof text === "number" || typeof text === "boolean") return plain(String(text));
  return plain(bracket("text that could not be read"));
}

/** Whether a rich text has paragraphs at all, if only of spaces. */
function wrote(fields: Fields): boolean {
  const bodies = [fields, ...Object.values(asFields(fields["post"] ?? fields)).map(asFields)];
  return bodies.some((body) => asList(body["content"] ?? body["content_v2"]).length > 0);
}

function withFile(text: string, attachment: FeishuAttachment): Content {
  const hasKey = attachment.fileKey !== undefined || attachment.imageKey !== undefined;
  return { text, attachments: hasKey ? [attachment] : [] };
}

function named(word: string, fields: Fields, kind: FeishuAttachment["kind"]): Content {
  const fileName = fileNameIn(fields);
  const duration = Number(fields["duration"] ?? Number.NaN);
  const durationMs = Number.isFinite(duration) && duration >= 0 ? duration : undefined;
  const length = durationMs === undefined ? undefined : toSeconds(durationMs);
  const attachment = {
    kind,
    fileKey: stringIn(fields, "file_key"),
    imageKey: stringIn(fields, "image_key"),
    fileName,
    durationMs,
  };
  const { text, attachments } = withFile(bracket(word, fileName ?? length), attachment);
  // What Feishu made of a voice message, when it did.
  const speech = stringIn(fields, "speech_to_text") ?? stringIn(fields, "recognition");
  return { text: speech === undefined ? text : `${text} ${speech}`, attachments };
}

/** 2.6 s, and whole seconds without a fraction. */
const toSeconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`;

function readLocation(fields: Fields): Content {
  const place = [fields["latitude"], fields["longitude"]].filter(
    (part) => typeof part === "string" || typeof part === "number",
  );
  return list("location", [stringIn(fields, "name"), place.join(", ")]);
}

function readTodo(fields: Fields, mentions: readonly MentionKey[]): Content {
  const summary = asFields(fields["summary"]);
  const body = readPost({ content: summary["content"] }, mentions);
  const due = toDate(fields["due_time"]);
  const { text } = list("task", [stringIn(summary, "title"), body.text, due && `due ${due}`]);
  return { text, attachments: body.attachments, mentions: body.mentions };
}

function readCalendar(fields: Fields): Content {
  const times = [fields["start_time"], fields["end_time"]].map(toDate).filter((time) => time !== undefined);
  return list("calendar event", [stringIn(fields, "summary"), times.join(" – ")]);
}

function readMeeting(fields: Fields): Content {
  const number = fields["meet_number"] ?? fields["meeting_no"];
  const known = typeof number === "string" || typeof number === "number" ? `number ${number}` : undefined;
  return list("meeting", [stringIn(fields, "topic"), toDate(fields["start_time"]), known]);
}

/** A time in ms as people can read it; undefined when it is none. */
function toDate(value: unknown): string | undefined {
  const ms = Number(value);
  return ms > 0 && ms < 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/** System messages are a template with the values beside it. */
function readSystem(fields: Fields): Content {
  const template = stringIn(fields, "template");
  const text = template?.replaceAll(/\{(\w+)\}/gu, (_whole, name: string) => {
    const value = fields[name];
    return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
  });
  return plain(bracket("system", text?.trim()));
}
