import type { DeliveryResult, EndOptions, ReplyFailure, ReplyStream } from "../stream/index.ts";

/** How a turn ends its reply; as it is written down, too. */
export type TurnEnd =
  | { readonly by: "finalize"; readonly footer?: string | undefined; readonly incomplete?: boolean | undefined }
  | { readonly by: "fail"; readonly failure: ReplyFailure }
  /** `name`: of the person who stopped it. */
  | { readonly by: "abort"; readonly name?: string | undefined };

/** Ends a reply. */
export function endReply(reply: ReplyStream, end: TurnEnd, options: EndOptions = {}): Promise<DeliveryResult> {
  switch (end.by) {
    case "finalize":
      return reply.finalize({ footer: end.footer, incomplete: end.incomplete, ...options });
    case "fail":
      return reply.fail(end.failure, options);
    default:
      return reply.abort({ by: end.name, ...options });
  }
}
