import { findLlmError, LlmStreamError } from "../../llm/index.ts";
import type { ChatModel, StreamPart, TurnRequest } from "../../llm/index.ts";
import type { Logger } from "../../log/index.ts";
import type { Clock } from "../../time/index.ts";

/** What watches a model. */
export interface WatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where the model's requests go, for people. */
  readonly url: string;
  /** Told of every failure, the passing ones too. */
  readonly onFailure?: ((failure: LlmStreamError) => void) | undefined;
  /** A turn in which nothing at all comes for 30 s fails then, where the model itself would try again. @defaultValue false */
  readonly failWhenSilent?: boolean | undefined;
}

/** A model that says nothing at all for this long is worth a word. */
export const SILENT_MS = 30_000;
/** The failure of a model that said nothing for that long. */
export const noAnswer = (cause?: unknown): LlmStreamError =>
  new LlmStreamError("header-timeout", `no answer within ${SILENT_MS / 1000} s`, { cause });
/** Refusals that are about the account or the address, never about what was asked; their words may be logged. */
const ABOUT_THE_ACCOUNT: readonly number[] = [401, 402, 403, 404, 429];
const MAX_WORDS = 200;

/** The same model, whose silence and failures are logged with everything its operator needs: URL, model, HTTP status, words. */
export function watchModel(model: ChatModel, options: WatchOptions): ChatModel {
  const { clock, logger, url, onFailure } = options;
  const name = `${model.provider}/${model.model}`;
  const report = (error: unknown): void => {
    const failure = findLlmError(error);
    if (failure === undefined || failure.code === "closed") return;
    onFailure?.(failure);
    const { code, status, providerMessage } = failure;
    const said =
      status !== undefined && ABOUT_THE_ACCOUNT.includes(status) ? providerMessage?.slice(0, MAX_WORDS) : undefined;
    logger.warn("the model failed", { model: name, url, code, status, said });
  };
  async function* streamTurn(request: TurnRequest): AsyncGenerator<StreamPart, void, undefined> {
    const silent = new AbortController();
    const signal = AbortSignal.any([silent.signal, ...(request.signal === undefined ? [] : [request.signal])]);
    let tried: LlmStreamError | undefined;
    const quiet = clock.setTimer(SILENT_MS, () => {
      logger.warn(`the model has not answered for ${SILENT_MS / 1000} s`, { model: name, url });
      // What made it try again tells more than that time is up.
      if (options.failWhenSilent === true) silent.abort(tried ?? noAnswer());
    });
    try {
      for await (const part of model.streamTurn({ ...request, signal })) {
        if (part.type === "retry") {
          tried = findLlmError(part.error);
          report(part.error);
        } else if (part.type !== "start-step") quiet();
        yield part;
      }
    } catch (error) {
      const failure: unknown = silent.signal.aborted ? silent.signal.reason : error;
      report(failure);
      throw failure;
    } finally {
      quiet();
    }
  }
  return { provider: model.provider, model: model.model, streamTurn, close: () => model.close() };
}
