import { asObject, isProviderJson } from "../provider-wire/index.ts";
import { fromAiSdk } from "./from-ai-sdk.ts";
import { fromBody, fromStrings } from "./from-wire.ts";
import type { WireOptions } from "./from-wire.ts";
import type { FeedPart } from "./part.ts";

/** One item of a source: text, bytes of a body, an event as a provider's own SDK gives it, or a part of the AI SDK. */
export type SourceItem = string | Uint8Array | object;

/**
 * The items of a source, all of the kind of the first one. Events of a provider's SDK are read as its stream is.
 * @throws TypeError for items of another kind; what the reader of their kind throws
 */
export async function* fromItems(
  source: AsyncIterable<SourceItem>,
  options: WireOptions = {},
): AsyncGenerator<FeedPart> {
  const iterator: AsyncIterator<SourceItem> = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  const all = again(first, iterator);
  const value: unknown = first.value;
  if (value instanceof Uint8Array) yield* fromBody(checked(all, isBytes, "bytes"), options);
  else if (isProviderJson(value))
    yield* fromStrings(toEvents(checked(all, isObject, "an event")), { ...options, hint: "sse" });
  else if (typeof asObject(value)["type"] === "string") yield* fromAiSdk(all, options.thinkTags);
  else yield* fromStrings(checked(all, isString, "a string"), options);
}

/** What an iterator gives, from the item on that has been taken from it. */
async function* again(
  first: IteratorResult<SourceItem, unknown>,
  iterator: AsyncIterator<SourceItem>,
): AsyncGenerator<SourceItem> {
  let step = first;
  try {
    for (; step.done !== true; step = await iterator.next()) yield step.value;
  } finally {
    if (step.done !== true) await iterator.return?.();
  }
}

const isString = (value: unknown): value is string => typeof value === "string";
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

async function* checked<T>(
  source: AsyncIterable<unknown>,
  isOne: (value: unknown) => value is T,
  what: string,
): AsyncGenerator<T> {
  for await (const value of source) {
    if (!isOne(value)) throw new TypeError(`the source gave ${nameOf(value)} where ${what} was expected`);
    yield value;
  }
}

const nameOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `something of type ${typeof value}`;

async function* toEvents(source: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const event of source) yield `data: ${JSON.stringify(event)}\n\n`;
}
