import { createBot } from "../../extensions/feishu/index.ts";
import type { BotOptions } from "../../extensions/feishu/index.ts";

/** What a route of Next.js, Hono or any other server that speaks `Request` and `Response` exports. */
export interface Route {
  readonly POST: (request: Request) => Promise<Response>;
}

/** What keeps a frozen platform awake until the answer is written: `after` of `next/server`, `waitUntil` of Vercel or Cloudflare. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** A bot behind a route. In Next.js: `app/api/feishu/route.ts` with `export const { POST } = createRoute(…, (work) => after(() => work))`. */
export function createRoute(options: BotOptions, waitUntil: WaitUntil): Route {
  const bot = createBot({ ...options, webhook: { encryptKey: process.env["FEISHU_ENCRYPT_KEY"], ...options.webhook } });
  bot.on("message", async ({ text }, reply) => {
    reply.append(`You said: ${text}`);
  });
  return { POST: (request) => bot.fetch(request, { waitUntil }) };
}
