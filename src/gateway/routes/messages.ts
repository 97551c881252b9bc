import { z } from "zod";
import type { GatewayParts, Route } from "../route.ts";
import { route } from "../route.ts";
import { contentSchema, targetFields, toContent, updateSchema } from "../wire.ts";
import type { ContentBody, TargetBody } from "../wire.ts";
import { channelOf, targetOf } from "./channel-of.ts";

/** An image of 10 MB in base64, and some more. */
const MAX_MESSAGE_BYTES = 14_500_000;

const instanceQuery = z.strictObject({ instance: targetFields.instance });
type SendFields = TargetBody & { readonly uuid?: string | undefined };
const sendSchema = contentSchema<SendFields>({
  ...targetFields,
  uuid: z
    .string()
    .min(1)
    .max(50)
    .optional()
    .describe("The same uuid is sent at most once within an hour, so that a call can be repeated."),
});

/** Finished messages and the list of chats. */
export function messageRoutes(parts: GatewayParts, base: string): Route[] {
  return [
    route<ContentBody & SendFields>({
      method: "post",
      path: `${base}/messages`,
      operationId: "sendMessage",
      summary: "Send text, Markdown, a card or an image",
      body: { kind: "json", schema: sendSchema, maxBytes: MAX_MESSAGE_BYTES },
      answers: {
        201: {
          description: "Sent",
          schema: z.object({ message_id: z.string(), chat_id: z.string(), instance: z.string() }),
        },
      },
      problems: [
        "unknown-instance",
        "platform-invalid",
        "platform-forbidden",
        "platform-not-found",
        "platform-too-large",
        "platform-rate-limited",
        "platform-unavailable",
      ],
      async handle({ body, request }) {
        const channel = channelOf(parts, body.instance);
        const sent = await channel.send(targetOf(body), toContent(body), { uuid: body.uuid, signal: request.signal });
        return {
          status: 201,
          body: { message_id: sent.messageId, chat_id: sent.chatId, instance: channel.instance },
        };
      },
    }),
    route<Exclude<ContentBody, { type: "image" }>, { instance?: string | undefined }>({
      method: "patch",
      path: `${base}/messages/{message_id}`,
      operationId: "updateMessage",
      summary: "Change a message that this app sent; a card stays a card",
      body: { kind: "json", schema: updateSchema, maxBytes: MAX_MESSAGE_BYTES },
      query: instanceQuery,
      answers: { 200: { description: "Changed", schema: z.object({ message_id: z.string() }) } },
      problems: [
        "unknown-instance",
        "platform-invalid",
        "platform-forbidden",
        "platform-not-found",
        "platform-too-large",
        "platform-rate-limited",
        "platform-unavailable",
      ],
      async handle({ body, query, param, request }) {
        const messageId = param("message_id");
        await channelOf(parts, query.instance).update(messageId, toContent(body), { signal: request.signal });
        return { status: 200, body: { message_id: messageId } };
      },
    }),
    route<
      undefined,
      { instance?: string | undefined; page_size?: number | undefined; page_token?: string | undefined }
    >({
      method: "get",
      path: `${base}/chats`,
      operationId: "listChats",
      summary: "List the groups the app is in",
      body: { kind: "none" },
      query: instanceQuery.extend({
        page_size: z.coerce.number().int().min(1).max(100).optional(),
        page_token: z.string().min(1).max(500).optional(),
      }),
      answers: {
        200: {
          description: "One page",
          schema: z.object({
            items: z.array(z.object({ chat_id: z.string(), name: z.string(), description: z.string() })),
            page_token: z.nullable(z.string()).describe("For the next page; null on the last."),
          }),
        },
      },
      problems: ["unknown-instance", "platform-forbidden", "platform-rate-limited", "platform-unavailable"],
      async handle({ query, request }) {
        const page = await channelOf(parts, query.instance).listChats(
          { pageSize: query.page_size, pageToken: query.page_token },
          { signal: request.signal },
        );
        const items = page.items.map(({ chatId, name, description }) => ({ chat_id: chatId, name, description }));
        return { status: 200, body: { items, page_token: page.pageToken ?? null } };
      },
    }),
    route({
      method: "get",
      path: `${base}/instances`,
      operationId: "listInstances",
      summary: "List the apps this gateway writes for",
      body: { kind: "none" },
      answers: {
        200: { description: "Their names", schema: z.object({ items: z.array(z.object({ instance: z.string() })) }) },
      },
      problems: [],
      handle: () => ({ status: 200, body: { items: [...parts.channels.keys()].map((instance) => ({ instance })) } }),
    }),
  ];
}
