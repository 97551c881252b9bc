import { z } from "zod";
import { ChannelToolError, defineChannelTool } from "../../../src/plugin-sdk/index.ts";
import type { ChannelTool } from "../../../src/plugin-sdk/index.ts";
import { FEISHU_LIMITS } from "../client/index.ts";
import { imageFormat } from "../images/index.ts";
import { sendImageFeishu, uploadImageFeishu } from "../send.ts";
import { attempt } from "./attempt.ts";
import type { ToolContext } from "./context.ts";
import { sendMessage, sentOutput } from "./send-message.ts";
import { targetFields, toTarget } from "./target.ts";

/** Base64 is a third longer than what it holds. */
const MAX_BASE64_CHARS = Math.ceil((FEISHU_LIMITS.imageMaxBytes * 4) / 3) + 4;

interface ImageInput {
  readonly path?: string | undefined;
  readonly data_base64?: string | undefined;
  readonly image_key?: string | undefined;
}

/** `send_image`: one picture. */
export function sendImage(context: ToolContext): ChannelTool {
  const { delivery } = context;
  return defineChannelTool({
    name: "send_image",
    title: "Send a picture",
    description:
      "Sends a picture (PNG, JPEG, GIF, WEBP, at most 10 MB): a file, its bytes, or an image_key of this app.",
    input: z.object({
      ...targetFields,
      path: z.string().optional().describe("File on the machine of this server, inside the folder it may read."),
      data_base64: z.string().max(MAX_BASE64_CHARS).optional().describe("The picture's bytes in base64 instead."),
      image_key: z.string().optional().describe("Key of a picture that was uploaded before instead, img_…"),
    }),
    output: sentOutput,
    hints: { readOnly: false, destructive: false, idempotent: false },
    async run({ path, data_base64, image_key, ...target }, { signal }) {
      const to = toTarget(target);
      const data = await toBytes({ path, data_base64, image_key }, context);
      return sendMessage(context, to, signal, async (client, outgoing) => {
        const imageKey =
          image_key ??
          (await attempt(delivery, signal, () => uploadImageFeishu(client, { data: data! }, { signal }))).imageKey;
        return sendImageFeishu(client, { ...outgoing, imageKey }, { signal });
      });
    },
  });
}

/** The picture's bytes; undefined when a key stands for it. */
async function toBytes(input: ImageInput, { loadImage }: ToolContext): Promise<Uint8Array | undefined> {
  const given = Object.values(input).filter((value) => value !== undefined).length;
  if (given !== 1) throw invalid(`Exactly one of path, data_base64 and image_key is needed, ${given} given.`);
  if (input.image_key !== undefined) return undefined;
  if (input.data_base64 !== undefined) {
    if (!/^[A-Za-z0-9+/]+={0,2}$/u.test(input.data_base64)) throw invalid("data_base64 is not base64.");
    const data = Buffer.from(input.data_base64, "base64");
    if (imageFormat(data) === undefined) throw invalid("data_base64 holds no picture.");
    return data;
  }
  if (loadImage === undefined) throw invalid("This server may not read files, so path cannot be used.");
  return loadImage(input.path ?? "");
}

const invalid = (message: string): ChannelToolError =>
  new ChannelToolError("invalid-image", message, "Call again with one of path, data_base64 and image_key.");
