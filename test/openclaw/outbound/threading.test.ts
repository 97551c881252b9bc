import { describe, expect, it } from "vitest";
import { threading } from "../../../extensions/feishu/openclaw/outbound/threading.ts";

describe("[A11] what the agent sends during a turn", () => {
  const context = { To: "chat:oc_a", MessageThreadId: "omt_1" };
  const toolContext = threading.buildToolContext({ context });

  it.each([
    ["the chat it is asked in", "chat:oc_a", undefined, "omt_1"],
    ["the same chat by its bare id", "oc_a", undefined, "omt_1"],
    ["another chat", "chat:oc_b", undefined, undefined],
    ["another topic", "chat:oc_a:topic:omt_2", undefined, undefined],
    ["a person", "user:ou_a", undefined, undefined],
    ["a message, as a reply", "chat:oc_a", "om_9", undefined],
  ])("to %s goes to the right topic", (_what, to, replyToId, topic) => {
    expect(threading.resolveAutoThreadId({ to, toolContext, ...(replyToId !== undefined && { replyToId }) })).toBe(
      topic,
    );
  });

  it("goes to the chat itself when it is not asked in a topic", () => {
    const plain = threading.buildToolContext({ context: { To: "chat:oc_a" }, hasRepliedRef: { value: false } });
    expect(plain).toEqual({ currentChannelId: "chat:oc_a", hasRepliedRef: { value: false } });
    expect(threading.resolveAutoThreadId({ to: "chat:oc_a", toolContext: plain })).toBeUndefined();
    expect(threading.resolveAutoThreadId({ to: "chat:oc_a" })).toBeUndefined();
  });

  it("quotes what it answers only when the config says so", () => {
    const mode = (feishu: object): string => threading.resolveReplyToMode({ cfg: { channels: { feishu } } });
    expect([mode({}), mode({ replyToMode: "all" })]).toEqual(["off", "all"]);
  });
});
