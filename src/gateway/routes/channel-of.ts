import type { MessageChannel, OutgoingTarget } from "../../plugin-sdk/index.ts";
import { Problem } from "../problem.ts";
import type { GatewayParts } from "../route.ts";
import { toTarget } from "../wire.ts";
import type { TargetBody } from "../wire.ts";

/** The named instance, or the only one. @throws Problem `unknown-instance`, `invalid` */
export function channelOf(parts: GatewayParts, instance: string | undefined): MessageChannel {
  const { channels } = parts;
  if (instance === undefined) {
    const [only, other] = channels.values();
    if (only !== undefined && other === undefined) return only;
    throw new Problem(
      "invalid",
      `there are several instances; name one in \`instance\`: ${[...channels.keys()].join(", ")}`,
    );
  }
  const channel = channels.get(instance);
  if (channel === undefined)
    throw new Problem("unknown-instance", `no such instance; there are: ${[...channels.keys()].join(", ")}`);
  return channel;
}

/** The target a body names. @throws Problem `invalid` */
export function targetOf(body: TargetBody): OutgoingTarget {
  const target = toTarget(body);
  if (target === undefined) throw new Problem("invalid", "give exactly one of chat_id, open_id and reply_to");
  return target;
}
