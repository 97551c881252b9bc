import * as fc from "fast-check";

/**
 * Text of which every character that counts is there only once: Chinese characters in the order of their numbers, between Markdown
 * that may be shown in any way. However a card puts it, what a reader sees can be compared with what was said, character by character.
 */
export interface Piece {
  readonly form: Form;
  readonly chars: number;
}

const FIRST = 0x4e_00;
/** Numbers that one reply may use; five replies fit. */
const PER_REPLY = 4_000;

function groups(text: string, size: number): string[] {
  return text.match(new RegExp(`.{1,${size}}`, "gu")) ?? [];
}

type Form =
  | "plain"
  | "words"
  | "sentences"
  | "paragraphs"
  | "list"
  | "numbers"
  | "table"
  | "fence"
  | "quote"
  | "heading"
  | "bold"
  | "code"
  | "link"
  | "image"
  | "emoji"
  | "mail";

const FORMS: Readonly<Record<Form, (text: string) => string>> = {
  plain: (text: string) => text,
  words: (text: string) => groups(text, 3).join(" word "),
  sentences: (text: string) =>
    groups(text, 9)
      .map((part) => `${part}。`)
      .join(""),
  paragraphs: (text: string) =>
    groups(text, 30)
      .map((part) => `${part}.\n\n`)
      .join(""),
  list: (text: string) =>
    `\n${groups(text, 6)
      .map((part) => `- ${part}\n`)
      .join("")}`,
  numbers: (text: string) =>
    `\n${groups(text, 6)
      .map((part, i) => `${i + 1}. ${part}\n`)
      .join("")}`,
  table: (text: string) =>
    `\n\n| a | b |\n| --- | --- |\n${groups(text, 4)
      .map((part) => `| ${part} | x |\n`)
      .join("")}\n`,
  fence: (text: string) => `\n\n\`\`\`ts title="a b"\n${groups(text, 12).join("\n")}\n\`\`\`\n\n`,
  quote: (text: string) =>
    `\n${groups(text, 20)
      .map((part) => `> ${part}\n`)
      .join("")}\n`,
  heading: (text: string) => `\n\n## ${text.slice(0, 12)}\n\n${text.slice(12)}`,
  bold: (text: string) => ` **${text.slice(0, 8)}** ${text.slice(8)}`,
  code: (text: string) => ` \`${text.slice(0, 8)}\` ${text.slice(8)}`,
  link: (text: string) => ` [${text.slice(0, 8)}](https://example.com/a) ${text.slice(8)}`,
  image: (text: string) => ` ![one](https://pictures.example/1.png) ${text}`,
  emoji: (text: string) => groups(text, 5).join("👩‍👩‍👧‍👦🇨🇳e\u0301"),
  mail: (text: string) => ` someone@example.com ${text}`,
};

export const piece: fc.Arbitrary<Piece> = fc.record({
  form: fc.constantFrom(...(Object.keys(FORMS) as Form[])),
  chars: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 900 }) },
  ),
});

/** The text of reply number `reply`, from 0. */
export function textOf(pieces: readonly Piece[], reply: number): string {
  let next = FIRST + reply * PER_REPLY;
  const end = next + PER_REPLY;
  return pieces
    .map(({ form, chars }) => {
      const codes = Array.from({ length: Math.min(chars, end - next) }, (_, i) => next + i);
      next += codes.length;
      return codes.length === 0 ? "" : FORMS[form](String.fromCodePoint(...codes));
    })
    .join("");
}

/** The characters of reply number `reply` that count, in the order in which they are there. */
export function carriersIn(text: string, reply: number): string {
  const from = FIRST + reply * PER_REPLY;
  let found = "";
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= from && code < from + PER_REPLY) found += text[i];
  }
  return found;
}
