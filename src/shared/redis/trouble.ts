import { DeadlineError } from "../../time/index.ts";
import { SharedStateError } from "../state.ts";

/** What failed, as a trouble of the shared state. @param where what was asked, without anything secret */
export function toSharedStateError(error: unknown, where: string): SharedStateError {
  if (error instanceof SharedStateError) return error;
  const told = `Redis at ${where}: ${reasonOf(error)}`;
  if (isReply(error)) return new SharedStateError("refused", told, { cause: error });
  const isUnsent =
    error instanceof Error && ["ClientOfflineError", "ClientClosedError"].includes(error.constructor.name);
  return new SharedStateError(isUnsent ? "unreachable" : "unknown", told, { cause: error });
}

/** Whether it is an answer of Redis that says no. */
export const isReply = (error: unknown): boolean =>
  error instanceof Error && ["ErrorReply", "SimpleError", "BlobError"].includes(error.constructor.name);

/** What happened, without what was sent. */
export function reasonOf(error: unknown): string {
  if (error instanceof DeadlineError) return `no answer within ${error.ms} ms`;
  if (!(error instanceof Error)) return "unknown";
  const { code } = error as NodeJS.ErrnoException;
  // An answer's first line; scripts add where they stopped, never their arguments.
  return code === undefined ? (error.message.split("\n", 1)[0] ?? error.name).slice(0, 200) : code;
}
