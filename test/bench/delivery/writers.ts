import { createLarkChannel, LoggerLevel } from "@larksuiteoapi/node-sdk";
import type { Emulator } from "../../../src/emulator/index.ts";
import { createFeishuClient } from "../../../extensions/feishu/client/index.ts";
import { FeishuDelivery } from "../../../extensions/feishu/delivery/index.ts";
import { createReplyDispatcher } from "../../../extensions/feishu/reply-dispatcher.ts";
import { silentLogger } from "../../../src/log/index.ts";
import { Pacer, toDelta } from "../../../src/stream/index.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";
import { httpOver } from "./http-over.ts";
import { withVirtualGlobals } from "./virtual-globals.ts";

/** One reply under way. */
export interface Writing {
  write(delta: string): void;
  /** Resolves when the writer says it is done. */
  end(): Promise<unknown>;
}

/** A way of streaming replies, on one app of one emulator. */
export interface Writer {
  readonly name: string;
  /** Ids of the elements that hold its answer. */
  readonly elements: RegExp;
  readonly unlimited?: boolean;
  readonly ignoresCardLimit?: boolean;
  /** Prepares the app: token and the like. */
  ready(): Promise<unknown>;
  open(chatId: string): Writing;
}

export interface WriterContext {
  readonly emulator: Emulator;
  readonly clock: FakeClock;
}

/** The product. */
export function ours({ emulator, clock }: WriterContext): Writer {
  const random = seededRandom(7);
  const { appId, appSecret } = emulator.app;
  const account = { appId, appSecret, domain: emulator.apiUrl };
  const client = createFeishuClient({ account, fetch: emulator.fetch, clock, logger: silentLogger, random });
  const delivery = new FeishuDelivery({ client, clock, random });
  return {
    name: "cardstream",
    elements: /^a\d+$/u,
    ready: () => client.tenantToken(),
    open(chatId) {
      const reply = createReplyDispatcher({ delivery, target: { type: "chat", chatId }, chatId });
      return { write: (text) => reply.append(toDelta(text)), end: () => reply.finalize() };
    },
  };
}

/**
 * What cannot be beaten by one write per card at a time: always the newest text, ten a second, no rollover, no closing, no
 * bookkeeping; with many replies a fair scheduler over the same budgets.
 */
export function ideal({ emulator, clock }: WriterContext): Writer {
  let token = "";
  const call = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" };
    const response = await emulator.fetch(`${emulator.apiUrl}/open-apis${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  const pacer = new Pacer({
    clock,
    ruleFor: (name) =>
      name.startsWith("card")
        ? { windows: [{ max: 10, windowMs: 1_000 }], bucket: { burst: 1, perSecond: 10 } }
        : {
            windows: [
              { max: 50, windowMs: 1_000 },
              { max: 1_000, windowMs: 60_000 },
            ],
            bucket: { burst: 200, perSecond: 13.3 },
          },
  });
  return {
    name: "ideal writer",
    elements: /^a0$/u,
    unlimited: true,
    ready: async () => {
      const { appId, appSecret } = emulator.app;
      const answer = await call("POST", "/auth/v3/tenant_access_token/internal", {
        app_id: appId,
        app_secret: appSecret,
      });
      token = String(answer["tenant_access_token"]);
    },
    open(chatId) {
      let text = "";
      let since = clock.now();
      let ended = false;
      let wake = (): void => {};
      const paced = async (names: string[], priority: "first" | "text", run: () => Promise<void>): Promise<void> => {
        const grant = await pacer.acquire({ options: [{ use: "", names }], priority, since });
        await run();
        grant.done();
      };
      const run = async (): Promise<void> => {
        let cardId = "";
        let shown = "";
        let sequence = 0;
        while (text === "") await new Promise<void>((resolve) => (wake = resolve));
        await paced(["create"], "first", async () => {
          shown = text;
          const config = {
            streaming_mode: true,
            update_multi: true,
            streaming_config: { print_step: { default: 10 } },
          };
          const body = { elements: [{ tag: "markdown", element_id: "a0", content: shown }] };
          const made = await call("POST", "/cardkit/v1/cards", {
            type: "card_json",
            data: JSON.stringify({ schema: "2.0", config, body }),
          });
          cardId = (made["data"] as { card_id: string }).card_id;
        });
        await paced(["send", `chat:${chatId}`], "first", async () => {
          const content = JSON.stringify({ type: "card", data: { card_id: cardId } });
          await call("POST", "/im/v1/messages?receive_id_type=chat_id", {
            receive_id: chatId,
            msg_type: "interactive",
            content,
          });
        });
        for (;;) {
          while (text === shown && !ended) await new Promise<void>((resolve) => (wake = resolve));
          if (text === shown) return;
          await paced(["content", `card:${cardId}`], ended ? "first" : "text", async () => {
            shown = text;
            sequence += 1;
            await call("PUT", `/cardkit/v1/cards/${cardId}/elements/a0/content`, { content: shown, sequence });
            since = clock.now();
          });
        }
      };
      const done = run();
      return {
        write(delta) {
          text += delta;
          wake();
        },
        end() {
          ended = true;
          wake();
          return done;
        },
      };
    },
  };
}

const QUIET = { error() {}, warn() {}, info() {}, debug() {}, trace() {} };

/**
 * The vendor's own streaming, as it is, with its timers in virtual time. Used as kindly as it allows: always the newest snapshot,
 * for its `append` takes a delta that begins as the text ends for a repetition, and drops letters.
 */
export function larkChannel({ emulator, clock }: WriterContext): Writer {
  const { appId, appSecret } = emulator.app;
  let channel: ReturnType<typeof createLarkChannel>;
  return {
    name: "createLarkChannel",
    elements: /^/u,
    ignoresCardLimit: true,
    ready: () =>
      withVirtualGlobals(clock, async () => {
        channel = createLarkChannel({
          appId,
          appSecret,
          domain: emulator.apiUrl,
          logger: QUIET,
          loggerLevel: LoggerLevel.fatal,
          httpInstance: httpOver(emulator),
        });
      }),
    open(chatId) {
      let text = "";
      let shown = "";
      let ended = false;
      let wake = (): void => {};
      const done: Promise<unknown> = channel.stream(chatId, {
        markdown: async (controller: { setContent(text: string): Promise<unknown> }) => {
          for (;;) {
            if (text !== shown) {
              shown = text;
              await controller.setContent(shown);
            } else if (ended) {
              return;
            } else {
              await new Promise<void>((resolve) => (wake = resolve));
            }
          }
        },
      });
      done.catch(() => {});
      return {
        write(delta) {
          text += delta;
          wake();
        },
        end() {
          ended = true;
          wake();
          return done;
        },
      };
    },
  };
}
