import type { Core } from "../state/core.ts";
import type { Mention } from "../store/messages.ts";

/**
 * Text with `<at user_id="…">` turned into the placeholders that come back on read; unknown people stay the text they are.
 * `mentions` grows by who is named.
 * @see docs:im-v1/message/message-content-description
 */
export function readMentionTags(core: Core, text: string, mentions: Mention[]): string {
  return text.replace(/<at user_id="([^"]+)">([^<]*)<\/at>/gu, (whole: string, id: string, name: string) => {
    if (id === "all") return "@_all";
    const user = core.store.users.find(id);
    const app = [...core.store.apps.values()].find((one) => one.botOpenId === id);
    if (user === undefined && app === undefined) return whole;
    const number = mentions.filter((one) => one.key !== "@_all").length + 1;
    const key = `@_user_${number}`;
    mentions.push({ key, name: user?.name ?? app?.name ?? name, userId: user?.userId, appId: app?.appId });
    return key;
  });
}
