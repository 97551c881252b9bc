import { resolveCommandAuthorization } from "openclaw/plugin-sdk/command-auth-native";
import { isAbortRequestText } from "openclaw/plugin-sdk/command-primitives-runtime";
import type { HostConfig } from "../host/index.ts";

/**
 * Whether somebody asks for their answer to be stopped whom the host does not take commands from. As soon as an operator has a command
 * owner (the first pairing that is approved makes one), the host takes everybody else's `/stop` for a question, which waits until the
 * answer that it should stop is over.
 * @param context made by the host's `buildContext`
 */
export function isUnheardStop(commandText: string, context: object, cfg: HostConfig): boolean {
  if (!isAbortRequestText(commandText)) return false;
  // The host made it, with what it decided when the message was admitted.
  const { CommandAuthorized: commandAuthorized = false } = context as { CommandAuthorized?: boolean };
  return !resolveCommandAuthorization({ ctx: context as never, cfg: cfg as never, commandAuthorized })
    .isAuthorizedSender;
}
