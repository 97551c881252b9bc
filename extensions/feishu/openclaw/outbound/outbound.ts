import type { AccountClients, AccountLease } from "../account/clients.ts";
import { resolveAccount } from "../account/account.ts";
import { toSendError } from "./delivery-error.ts";
import type { HostRuntime, HostValue, LoadedMedia, Presentation } from "../host/index.ts";
import { hostImages } from "./host-images.ts";
import { mediaMaxBytes, sendLoadedMedia, sendPresentationCards, sendWholeText } from "./message-sender.ts";
import type { SendContext } from "./message-sender.ts";
import type { OpenQuestions } from "./open-questions.ts";
import { mediaOf } from "./payload-media.ts";
import type { OutboundAdapter, OutboundContext, OutboundResult } from "../host/plugin-shape.ts";
import { isInteractive, leadText, presentationCapabilities } from "./presentation-card.ts";
import { toPresentationPieces } from "./presentation-pieces.ts";
import { normalizePlace, parsePlace, resolveMessageTarget } from "./target.ts";

/** What sending needs; no state of its own, since the host's CLI sends from a process of its own. */
export interface OutboundOptions {
  readonly clients: AccountClients;
  readonly questions: OpenQuestions;
  readonly runtime: () => HostRuntime;
}

/** The key under which a presentation that goes as cards travels in a payload. */
const SHOWN_KEY = "feishu";

interface Shown {
  readonly presentation: Presentation;
  readonly lead: string | undefined;
}

/** How the host sends messages that are no answers in a turn: its CLI, its `message` tool, schedules, and recovery of lost answers. */
export function createOutbound(options: OutboundOptions): OutboundAdapter {
  const send = async (
    ctx: OutboundContext,
    work: (context: SendContext) => Promise<string[]>,
  ): Promise<OutboundResult> => {
    const account = resolveAccount(ctx.cfg, ctx.accountId);
    try {
      return await options.clients.use(account, async (lease) => {
        const target = await resolveMessageTarget(lease.client, ctx.to, ctx);
        const locale = account.domain === "lark" ? "en" : "zh";
        const loadImage = hostImages(options.runtime(), account.config);
        const ids = await work({ lease, config: account.config, target, loadImage, locale });
        return { channel: "feishu", messageId: ids.at(-1) ?? "" };
      });
    } catch (error) {
      throw toSendError(error);
    }
  };
  const loadMedia = (ctx: OutboundContext, url: string, maxBytes: number): Promise<LoadedMedia> =>
    options.runtime().media.loadWebMedia(url, {
      maxBytes,
      ...(ctx.mediaLocalRoots !== undefined && { localRoots: ctx.mediaLocalRoots }),
    });
  return {
    deliveryMode: "direct",
    textChunkLimit: 20_000,
    chunkerMode: "markdown",
    presentationCapabilities,
    resolveTarget: ({ to }) => {
      const place = to === undefined ? undefined : normalizePlace(to);
      return place === undefined
        ? { ok: false, error: new Error("a target is needed: user:ou_…, chat:oc_… or chat:oc_…:topic:omt_…") }
        : { ok: true, to: place };
    },
    renderPresentation: ({ payload, presentation }) => {
      if (presentation.title === undefined && !isInteractive(presentation)) return null;
      const shown = { presentation, lead: leadText(payload, presentation) };
      // The host's own payload with one more field.
      return { ...payload, channelData: { ...payload.channelData, [SHOWN_KEY]: shown } } as HostValue;
    },
    sendText: (ctx) => send(ctx, (context) => sendWholeText(context, ctx.text)),
    sendMedia: (ctx) =>
      send(ctx, async (context) => {
        const ids = ctx.text.trim() === "" ? [] : await sendWholeText(context, ctx.text);
        if (ctx.mediaUrl === undefined) return ids;
        const media = await loadMedia(ctx, ctx.mediaUrl, mediaMaxBytes(context.config));
        return [...ids, await sendLoadedMedia(context, media, ctx.mediaUrl)];
      }),
    sendPayload: (ctx) =>
      send(ctx, async (context) => {
        const { channelData, text } = ctx.payload;
        // Written by `renderPresentation` above.
        const shown = channelData?.[SHOWN_KEY] as Shown | undefined;
        const said = text ?? ctx.text;
        const ids =
          shown !== undefined
            ? await sendPresentationCards(context, shown.presentation, shown.lead)
            : said.trim() === ""
              ? []
              : await sendWholeText(context, said);
        const place = parsePlace(ctx.to);
        const messageId = ids.at(-1);
        if (place !== undefined && messageId !== undefined) {
          const card = shown && toPresentationPieces(shown.presentation, shown.lead).at(-1)?.card;
          const sent = { account: resolveAccount(ctx.cfg, ctx.accountId), messageId, card };
          options.questions.sent(ctx.payload, { ...sent, place: place.kind === "chat" ? place.chatId : place.id });
        }
        for (const url of mediaOf(ctx.payload)) {
          const media = await loadMedia(ctx, url, mediaMaxBytes(context.config));
          ids.push(await sendLoadedMedia(context, media, url));
        }
        return ids;
      }),
  };
}

/** Tells a person that they may talk to the bot now. */
export async function notifyApproved(lease: AccountLease, openId: string, text: string): Promise<void> {
  await sendWholeText({ lease, config: {}, target: { type: "user", openId }, locale: "zh" }, text);
}
