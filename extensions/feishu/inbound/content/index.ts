import type { FeishuAttachment } from "../message.ts";
import { readCard } from "./card.ts";
import { asFields, asList, parseFields, stringIn } from "./content.ts";
import type { Content, Fields } from "./content.ts";
import { readPost } from "./post.ts";

export type { Content } from "./content.ts";

/** Reads the content string of a message by its type. Never throws: what it does not know becomes a bracketed word. */
export function readContent(type: string, content: string): Content {
  const fields = parseFields(content);
  return READERS[type]?.(fields) ?? { text: stringIn(fields, "text") ?? `[${type || "message"}]`, attachments: [] };
}

const READERS: Readonly<Record<string, (fields: Fields) => Content>> = {
  text: (fields) => ({ text: stringIn(fields, "text") ?? "", attachments: [] }),
  post: readPost,
  interactive: readCard,
  image: (fields) => withFile("[image]", { kind: "image", imageKey: stringIn(fields, "image_key") }),
  file: (fields) => named("file", fields, "file"),
  audio: (fields) => named("audio", fields, "audio"),
  media: (fields) => named("video", fields, "media"),
  video: (fields) => named("video", fields, "media"),
  sticker: (fields) => withFile("[sticker]", { kind: "sticker", fileKey: stringIn(fields, "file_key") }),
  folder: (fields) => bracket("folder", stringIn(fields, "file_name")),
  merge_forward: () => bracket("forwarded messages"),
  share_chat: (fields) => bracket("group", stringIn(fields, "chat_name") ?? stringIn(fields, "chat_id")),
  share_user: (fields) => bracket("contact", stringIn(fields, "user_id")),
  location: readLocation,
  hongbao: (fields) => bracket("red packet", stringIn(fields, "text")),
  vote: (fields) =>
    bracket(
      "vote",
      [stringIn(fields, "topic"), ...asList(fields["options"]).filter((option) => typeof option === "string")]
        .filter(Boolean)
        .join("; "),
    ),
  todo: readTodo,
  calendar: readCalendar,
  general_calendar: readCalendar,
  share_calendar_event: readCalendar,
  video_chat: (fields) => bracket("meeting", stringIn(fields, "topic")),
  system: readSystem,
};

function bracket(word: string, detail?: string): Content {
  return { text: detail === undefined || detail === "" ? `[${word}]` : `[${word}: ${detail}]`, attachments: [] };
}

function withFile(text: string, attachment: FeishuAttachment): Content {
  const hasKey = attachment.fileKey !== undefined || attachment.imageKey !== undefined;
  return { text, attachments: hasKey ? [attachment] : [] };
}

function named(word: string, fields: Fields, kind: FeishuAttachment["kind"]): Content {
  const fileName = stringIn(fields, "file_name");
  const duration = fields["duration"];
  const durationMs = typeof duration === "number" ? duration : undefined;
  const detail = fileName ?? (durationMs === undefined ? undefined : `${Math.round(durationMs / 1_000)} s`);
  const attachment = {
    kind,
    fileKey: stringIn(fields, "file_key"),
    imageKey: stringIn(fields, "image_key"),
    fileName,
    durationMs,
  };
  return withFile(bracket(word, detail).text, attachment);
}

function readLocation(fields: Fields): Content {
  const place = [
    stringIn(fields, "name"),
    [fields["latitude"], fields["longitude"]]
      .filter((part) => typeof part === "string" || typeof part === "number")
      .join(", "),
  ];
  return bracket("location", place.filter(Boolean).join("; "));
}

function readTodo(fields: Fields): Content {
  const summary = asFields(fields["summary"]);
  return bracket(
    "task",
    [stringIn(summary, "title"), readPost({ content: summary["content"] }).text].filter(Boolean).join("; "),
  );
}

function readCalendar(fields: Fields): Content {
  const times = [fields["start_time"], fields["end_time"]]
    .map(Number)
    .filter((ms) => ms > 0)
    .map((ms) => new Date(ms).toISOString());
  return bracket("calendar event", [stringIn(fields, "summary"), times.join(" – ")].filter(Boolean).join("; "));
}

/** System messages are a template with the values beside it. */
function readSystem(fields: Fields): Content {
  const template = stringIn(fields, "template");
  const text = template?.replaceAll(/\{(\w+)\}/gu, (_whole, name: string) => {
    const value = fields[name];
    return Array.isArray(value) ? value.join(", ") : typeof value === "string" ? value : "";
  });
  return bracket("system", text?.trim());
}
