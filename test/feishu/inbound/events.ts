/** Envelopes as Feishu sends them (im-v1/message/events/receive, cardkit-v1/card-callback-communication), with what a test does not care about filled in. */

export const BOT = "ou_bot";
export const APP = "cli_a1b2c3d4e5f60718";
/** 1 January 2026, the FakeClock's epoch. */
export const NOW: number = Date.UTC(2026, 0, 1);

/** A version 2 envelope. */
export interface TestEnvelope {
  readonly schema: "2.0";
  readonly header: Readonly<Record<string, unknown>>;
  readonly event: unknown;
}

let events = 0;

/** A version 2 envelope; every one has an event id of its own. */
export function envelope(type: string, event: unknown, header: Record<string, unknown> = {}): TestEnvelope {
  return {
    schema: "2.0",
    header: {
      event_id: `ev_${++events}`,
      event_type: type,
      create_time: String(NOW),
      token: "vtoken",
      app_id: APP,
      tenant_key: "t",
      ...header,
    },
    event,
  };
}

/** A message event. `content` becomes its JSON string. */
export function messageEvent(
  content: unknown,
  message: Record<string, unknown> = {},
  sender: Record<string, unknown> = {},
): TestEnvelope {
  return envelope("im.message.receive_v1", {
    sender: {
      sender_id: { open_id: "ou_alice", union_id: "on_alice", user_id: null },
      sender_type: "user",
      tenant_key: "t",
      ...sender,
    },
    message: {
      message_id: `om_${++events}`,
      chat_id: "oc_1",
      chat_type: "p2p",
      message_type: "text",
      create_time: String(NOW),
      update_time: String(NOW),
      content: JSON.stringify(content),
      ...message,
    },
  });
}

/** A mention as events list it. */
export function mention(key: string, openId: string, name: string): object {
  return { key, id: { open_id: openId, union_id: "", user_id: "" }, name, mentioned_type: "user", tenant_key: "t" };
}

/** A press on a button. */
export function cardEvent(event: Record<string, unknown> = {}, header: Record<string, unknown> = {}): TestEnvelope {
  return envelope(
    "card.action.trigger",
    {
      operator: { tenant_key: "t", open_id: "ou_alice", union_id: "on_alice", user_id: "u1" },
      token: "c-update-token",
      action: { value: { action: "stop", turn: "7" }, tag: "button", name: "stop", timezone: "Asia/Shanghai" },
      host: "im_message",
      context: { open_message_id: "om_card", open_chat_id: "oc_1" },
      ...event,
    },
    { create_time: String(NOW * 1_000), ...header },
  );
}
