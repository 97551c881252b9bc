import { findLlmError } from "../../llm/index.ts";
import type { ChatModel, LlmStreamError } from "../../llm/index.ts";
import { errorText } from "../../log/index.ts";
import { DeadlineError, withDeadline } from "../../time/index.ts";
import type { Clock } from "../../time/index.ts";
import type { CliStrings } from "../strings/index.ts";
import { noAnswer, SILENT_MS } from "./watched-model.ts";
import { printableLines } from "../terminal/terminal-text.ts";

/**
 * One request that costs next to nothing: one word, no tools, no history.
 * @throws LlmStreamError when the model refuses, or has not answered after 30 s
 */
export async function askForOneWord(
  model: ChatModel,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ firstMs: number; totalMs: number }> {
  let last: unknown;
  try {
    return await withDeadline(
      clock,
      SILENT_MS,
      "asking the model",
      (stop) => ask(model, clock, stop, (error) => (last = error)),
      signal,
    );
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    // What made it try again tells more than that time is up.
    throw findLlmError(last) ?? noAnswer(error);
  }
}

async function ask(
  model: ChatModel,
  clock: Clock,
  signal: AbortSignal,
  onRetry: (error: unknown) => void,
): Promise<{ firstMs: number; totalMs: number }> {
  const startedAt = clock.now();
  let firstMs: number | undefined;
  const messages = [{ role: "user", content: 'Answer with the single word "ok".' }] as const;
  for await (const part of model.streamTurn({ messages, signal, maxSteps: 1 })) {
    if (part.type === "retry") onRetry(part.error);
    if (part.type === "text-delta" || part.type === "reasoning-delta") firstMs ??= clock.now() - startedAt;
  }
  const totalMs = clock.now() - startedAt;
  return { firstMs: firstMs ?? totalMs, totalMs };
}

/** What to do when a model does not answer. */
export function explainModelError(failure: LlmStreamError | undefined, { models: words }: CliStrings): string {
  if (failure?.status === 401 || failure?.status === 403) return words.reasons.unauthorized;
  if (failure?.status === 404) return words.reasons.notFound;
  if (failure?.status === 402 || failure?.status === 429) return words.reasons.quota;
  return words.causes[failure?.code ?? ""] ?? words.otherCause;
}

/** The HTTP status, and the system's own name for a connection's failure. */
function detailsOf(failure: LlmStreamError): string[] {
  const details = failure.status === undefined ? [] : [`HTTP ${failure.status}`];
  for (let at: unknown = failure.cause; at instanceof Error; at = at.cause)
    if ("code" in at && typeof at.code === "string") return [...details, at.code];
  return details;
}

/** A failure with everything its operator needs: model, URL, HTTP status, the provider's own words, and what to do. */
export function describeModelFailure(
  { name, url, error }: { name: string; url: string; error: unknown },
  strings: CliStrings,
): string {
  const failure = findLlmError(error);
  const { models: words } = strings;
  const why =
    failure === undefined
      ? errorText(error)
      : words.why({ code: failure.code, message: failure.message, details: detailsOf(failure) });
  const lines = [words.failed(name, why), `    ${url}`];
  // What the provider says of itself, its keys taken out; the most telling line there is.
  if (failure?.providerMessage !== undefined) lines.push(`    “${failure.providerMessage}”`);
  return printableLines([...lines, `    → ${explainModelError(failure, strings)}`].join("\n"));
}
