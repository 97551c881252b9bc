import type { Hono } from "hono";
import { findPerson } from "../as-user.ts";
import { visibleTexts } from "../views/visible-texts.ts";
import type { AdminContext } from "./context.ts";

/** Messages that a search finds at most, the newest first. */
const MOST = 50;
/** Characters around the first hit. */
const AROUND = 40;

/** Finding words in the messages of a person's chats: `GET /emulator/search?q=&from=`. */
export function searchAdmin(app: Hono, { core }: AdminContext): void {
  app.get("/emulator/search", (c) => {
    const asked = (c.req.query("q") ?? "").trim().toLowerCase();
    const user = findPerson(core, c.req.query("from"));
    if (asked === "") return c.json({ hits: [] });
    const chats = core.store.chats.all().filter((chat) => chat.members.has(user.userId));
    const hits = chats.flatMap(({ chatId }) =>
      visibleTexts(core, chatId).flatMap(({ messageId, threadId, title, text }) => {
        const message = core.store.messages.get(messageId);
        const named = (message?.mentions ?? []).reduce(
          (words, { key, name }) => words.replaceAll(key, `@${name}`),
          text,
        );
        const whole = title === "" ? named : `${title}\n${named}`;
        const at = whole.toLowerCase().indexOf(asked);
        if (at === -1) return [];
        const excerpt = whole.slice(Math.max(0, at - AROUND), at + asked.length + AROUND).replace(/\s+/gu, " ");
        return { chatId, messageId, threadId, excerpt, at: message?.createTime ?? 0 };
      }),
    );
    return c.json({ hits: hits.toSorted((a, b) => b.at - a.at).slice(0, MOST) });
  });
}
