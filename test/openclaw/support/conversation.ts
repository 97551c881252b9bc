import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, VisibleMessage } from "../../../src/emulator/index.ts";

/** A message that a person sent. */
export interface Sent {
  readonly chatId: string;
  readonly messageId: string;
}

type Told = Parameters<Emulator["sendAsUser"]>[0];

/** Waits for something that happens in another process. @throws when it has not happened after `ms` */
export async function until(condition: () => boolean | Promise<boolean>, ms: number, what: string): Promise<void> {
  const end = performance.now() + ms;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms for ${what}`);
    await sleep(25);
  }
}

/** What the app has shown in a chat after a message, oldest first. */
export function answersAfter(emulator: Emulator, sent: Sent): VisibleMessage[] {
  const all = emulator.visibleTexts(sent.chatId);
  const at = all.findIndex((message) => message.messageId === sent.messageId);
  return all.slice(at + 1).filter((message) => message.sender === "app");
}

/** The text of the answer's own elements in a card, without status, tools, thoughts and notes. */
export function answerText(messages: readonly VisibleMessage[]): string {
  return messages
    .flatMap((message) => message.parts.filter((part) => /^a\d+$/u.test(part.elementId ?? "")))
    .map((part) => part.text)
    .join("");
}

/** Sends as a person and waits until the app has answered and nothing moves any more. */
export async function ask(
  { emulator }: { readonly emulator: Emulator },
  message: Told,
  ms = 60_000,
): Promise<VisibleMessage[]> {
  const sent = emulator.sendAsUser(message);
  return settled({ emulator }, sent, `an answer to ${message.text}`, ms);
}

/** What the app has said after a message, once it is finished. */
export async function settled(
  { emulator }: { readonly emulator: Emulator },
  sent: Sent,
  what: string,
  ms = 60_000,
): Promise<VisibleMessage[]> {
  let last = "";
  let since = 0;
  await until(
    () => {
      const answers = answersAfter(emulator, sent);
      const now = JSON.stringify(answers);
      if (now !== last || answers.length === 0 || answers.some((answer) => answer.streaming)) since = performance.now();
      last = now;
      return performance.now() - since > 1_000;
    },
    ms,
    what,
  );
  return answersAfter(emulator, sent);
}

/** The words of a text, however it is laid out. */
export const words = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");
