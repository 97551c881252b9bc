import { createRequire } from "node:module";
import { createLarkAdapter as createVendorAdapter } from "@larksuite/vercel-chat-adapter";
import type { LarkAdapterConfig as VendorConfig } from "@larksuite/vercel-chat-adapter";
import type { Adapter } from "chat";
import { createLarkAdapter } from "../../../extensions/chat-sdk/index.ts";
import type { Emulator } from "../../../src/emulator/index.ts";
import type { FakeClock } from "../../support/fake-clock.ts";
import { seededRandom } from "../../support/reply-bench.ts";
import { httpOver } from "../delivery/http-over.ts";

/** An adapter on one app of one emulator, in virtual time. */
export interface BenchedAdapter {
  readonly name: string;
  readonly adapter: Adapter;
  /** Ids of the elements that hold an answer. */
  readonly elements: RegExp;
  readonly ignoresCardLimit: boolean;
}

type ChannelFactory = NonNullable<VendorConfig["channelFactory"]>;

/** Events by webhook, so that no socket is needed: none comes. */
export function ours(emulator: Emulator, clock: FakeClock): BenchedAdapter {
  const { appId, appSecret, verificationToken } = emulator.app;
  const { apiUrl: domain, fetch } = emulator;
  const webhook = { verificationToken };
  const adapter = createLarkAdapter({ appId, appSecret, domain, webhook, fetch, clock, random: seededRandom(7) });
  return { name: "@cardstream/chat-adapter", adapter, elements: /^a\d+$/u, ignoresCardLimit: false };
}

/**
 * The vendor's, as it is, on the channel of the very SDK that it brings along; only its HTTP goes to the emulator, and it opens no
 * socket. It does not keep the limit of writes to one card, about which Feishu's documents contradict themselves, so that limit is off
 * for it: what is compared is the writing.
 */
export function vendors(emulator: Emulator): BenchedAdapter {
  const { appId, appSecret } = emulator.app;
  const beside = createRequire(import.meta.resolve("@larksuite/vercel-chat-adapter"));
  const { createLarkChannel } = beside("@larksuiteoapi/node-sdk") as { createLarkChannel: ChannelFactory };
  const channelFactory: ChannelFactory = (options) => {
    const channel = createLarkChannel({ ...options, domain: emulator.apiUrl, httpInstance: httpOver(emulator) });
    return Object.assign(channel, { connect: async () => {} });
  };
  const adapter = createVendorAdapter({ appId, appSecret, channelFactory });
  return { name: "@larksuite/vercel-chat-adapter", adapter, elements: /^/u, ignoresCardLimit: true };
}
