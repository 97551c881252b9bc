import type { Hono } from "hono";
import { z } from "zod";
import { editAsUser, findPerson, readAsUser, reactAsUser, recallAsUser, sendAsUser } from "../as-user.ts";
import { clickAs } from "../inbound/card-action.ts";
import { storeUpload } from "../media/upload.ts";
import { toMessageView } from "../views/make-views.ts";
import { readBody } from "./body.ts";
import type { AdminContext } from "./context.ts";
import { AdminError } from "./errors.ts";

const sendBody = z.strictObject({
  from: z.string().optional(),
  chatId: z.string().optional(),
  appId: z.string().optional(),
  text: z.string().optional(),
  post: z.record(z.string(), z.unknown()).optional(),
  imageKey: z.string().optional(),
  fileKey: z.string().optional(),
  other: z.strictObject({ msgType: z.string().min(1), content: z.record(z.string(), z.unknown()) }).optional(),
  forward: z.array(z.string()).min(1).optional(),
  mentionBot: z.union([z.boolean(), z.string()]).optional(),
  mentionAll: z.boolean().optional(),
  replyTo: z.string().optional(),
  inThread: z.boolean().optional(),
  threadId: z.string().optional(),
});
const editBody = z.strictObject({ text: z.string().min(1), from: z.string().optional() });
const readBodySchema = z.strictObject({ from: z.string().optional(), messageId: z.string().optional() });
const reactionBody = z.strictObject({
  from: z.string().optional(),
  emoji: z.string().min(1),
  remove: z.boolean().optional(),
});
const clickBody = z.strictObject({
  from: z.string().optional(),
  elementId: z.string().optional(),
  name: z.string().optional(),
  value: z.unknown().optional(),
  formValue: z.record(z.string(), z.unknown()).optional(),
  inputValue: z.string().optional(),
  option: z.string().optional(),
  options: z.array(z.string()).optional(),
  checked: z.boolean().optional(),
});

/** What people do: write, edit, take back, react, click, upload. */
export function messageAdmin(app: Hono, { core }: AdminContext): void {
  app.post("/emulator/messages", async (c) =>
    c.json({ message: toMessageView(core, sendAsUser(core, await readBody(c, sendBody))) }),
  );
  app.put("/emulator/messages/:messageId", async (c) => {
    const { text, from } = await readBody(c, editBody);
    return c.json({ message: toMessageView(core, editAsUser(core, c.req.param("messageId"), text, from)) });
  });
  app.delete("/emulator/messages/:messageId", (c) =>
    c.json({ message: toMessageView(core, recallAsUser(core, c.req.param("messageId"), c.req.query("from"))) }),
  );
  app.post("/emulator/chats/:chatId/read", async (c) => {
    readAsUser(core, { ...(await readBody(c, readBodySchema)), chatId: c.req.param("chatId") });
    return c.json({ ok: true });
  });
  app.post("/emulator/messages/:messageId/reactions", async (c) => {
    reactAsUser(core, { ...(await readBody(c, reactionBody)), messageId: c.req.param("messageId") });
    return c.json({ ok: true });
  });
  app.post("/emulator/messages/:messageId/click", async (c) =>
    c.json(await clickAs(core, { ...(await readBody(c, clickBody)), messageId: c.req.param("messageId") })),
  );
  app.post("/emulator/uploads", async (c) => {
    const kind = c.req.query("kind") ?? "file";
    if (kind !== "image" && kind !== "file") throw new AdminError("kind: image or file");
    if (c.req.query("from") !== undefined) findPerson(core, c.req.query("from"));
    const data = new Uint8Array(await c.req.arrayBuffer());
    const file = storeUpload(core, {
      appId: undefined,
      kind,
      name: c.req.query("name") ?? "file",
      data,
      type: undefined,
      durationMs: undefined,
    });
    return c.json({ key: file.key });
  });
  app.get("/emulator/files/:key", (c) => {
    const file = core.store.files.get(c.req.param("key"));
    if (file === undefined) throw new AdminError("there is no such file", 404);
    // Only images are shown in place; everything else is offered for saving, so that no upload runs as a page of this origin.
    const shown = file.kind === "image" && file.contentType !== "image/svg+xml";
    return c.body(file.data, 200, {
      "content-type": shown ? file.contentType : "application/octet-stream",
      "content-disposition": `${shown ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'",
    });
  });
}
