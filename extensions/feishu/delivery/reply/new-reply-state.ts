import type { ReplyButtons } from "../../../../src/plugin-sdk/index.ts";
import { ReplyText, toDelta } from "../../../../src/stream/index.ts";
import type { CardHeader } from "../../card/index.ts";
import { cardStrings } from "../../card/index.ts";
import { FEISHU_LIMITS } from "../../client/index.ts";
import { ReplyDialect } from "../../dialect/index.ts";
import type { LoadImage } from "../../images/index.ts";
import { ReplyImages } from "../../images/index.ts";
import type { QuotaLevel } from "../../quota/index.ts";
import type { FeishuDelivery } from "../engine.ts";
import type { FullReplySettings } from "./reply-settings.ts";
import type { ReplyState } from "./reply-state.ts";
import type { TakenUpReply } from "../debts/take-up.ts";
import { uploadImage } from "./upload-image.ts";

/** What a reply is begun with. */
export interface BegunReply {
  readonly delivery: FeishuDelivery;
  readonly mentionable?: readonly string[] | undefined;
  readonly loadImage?: LoadImage | undefined;
  readonly header?: CardHeader | undefined;
  readonly takenUp?: TakenUpReply | undefined;
  readonly buttons?: ReplyButtons | undefined;
}

/** The state of a reply of which nothing was said yet, or what another process has said. @param onImage an image can be shown */
export function newReplyState(
  { delivery, mentionable, loadImage, header, takenUp, buttons }: BegunReply,
  settings: FullReplySettings,
  level: QuotaLevel,
  onImage: () => void,
): ReplyState {
  const strings = cardStrings(settings.locale);
  const text = new ReplyText();
  if (takenUp !== undefined) text.append(toDelta(takenUp.text));
  return {
    text,
    tools: new Map(),
    remarks: [],
    thoughts: "",
    thoughtsDone: false,
    status: strings.thinking,
    outcome: undefined,
    header,
    stop: buttons?.stop && { ...buttons.stop, id: "stop" },
    after: (buttons?.after ?? []).map((button, index) => ({ ...button, id: `after${index}` })),
    mentionable: new Set(mentionable),
    dialect: new ReplyDialect(),
    softened: new Set(),
    images: new ReplyImages({
      // A picture takes an upload and another write of its card.
      load: level === "live" && delivery.uploadsUsable ? loadImage : undefined,
      upload: (data, signal) => uploadImage(delivery, data, signal),
      keys: delivery.imageKeys,
      clock: delivery.clock,
      logger: delivery.logger,
      maxImages: settings.maxImages,
      maxBytes: FEISHU_LIMITS.imageMaxBytes,
      onChange: onImage,
    }),
    strings,
    typing: delivery.typing,
  };
}
