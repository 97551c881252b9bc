import type { ReadableStreamReadResult } from "node:stream/web";
import { WireError } from "./wire-error.ts";

/** Bytes as they come: of a socket, a file, a pipe. */
export type ByteSource = AsyncIterable<Uint8Array>;

/**
 * The bytes of a source, unpacked when they are gzip that nobody unpacked: some proxies forget the header that says so. What `source`
 * throws is thrown on; packed bytes that break off or are damaged end it.
 * @throws WireError `truncated`
 */
export async function* unpacked(source: ByteSource): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let over = false;
  try {
    let first = await iterator.next();
    // A first chunk of one byte does not tell.
    while (first.done !== true && first.value.length < 2) {
      const next = await iterator.next();
      if (next.done === true) {
        over = true;
        yield first.value;
        return;
      }
      first = { done: false, value: Buffer.concat([first.value, next.value]) };
    }
    if (first.done === true) {
      over = true;
      return;
    }
    const rest = remaining(first.value, iterator);
    if (isGzip(first.value)) yield* gunzip(rest);
    else yield* rest;
    over = true;
  } finally {
    if (!over) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}

/** RFC 1952, section 2.3.1: the two bytes that every gzip member begins with. No UTF-8 text does. */
const GZIP = [0x1f, 0x8b] as const;
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === GZIP[0] && bytes[1] === GZIP[1];

async function* remaining(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return;
    yield next.value;
  }
}

async function* gunzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // The platform's type wants bytes that no other thread shares, which a body's are.
  const body = ReadableStream.from(source) as ReadableStream<Uint8Array<ArrayBuffer>>;
  const reader = body.pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new WireError("truncated", "the packed bytes break off or are damaged");
  } finally {
    void reader.cancel().catch(() => {});
  }
}

/** What is read of a body: chunk by chunk, and given up. */
export interface ChunkReader {
  read(): Promise<ReadableStreamReadResult<Uint8Array>>;
  cancel(reason?: unknown): Promise<void>;
}

/** The chunks of a body, unpacked as by {@link unpacked}. Nothing is read before it is asked for; `cancel` goes to the body at once. */
export function unpackedReader(body: ReadableStream<Uint8Array>): ChunkReader {
  const packed = body.getReader();
  let isFirst = true;
  let inner: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return {
    async read() {
      if (inner !== undefined) return inner.read();
      let next = await packed.read();
      if (!isFirst || next.done) return next;
      isFirst = false;
      // A first chunk of one byte does not tell.
      if (next.value.length === 1 && next.value[0] === GZIP[0]) {
        const more = await packed.read();
        if (!more.done) next = { done: false, value: Buffer.concat([next.value, more.value]) };
      }
      if (!isGzip(next.value)) return next;
      inner = gunzipped(next.value, packed);
      return inner.read();
    },
    cancel: (reason) => packed.cancel(reason),
  };
}

function gunzipped(
  first: Uint8Array,
  packed: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStreamDefaultReader<Uint8Array> {
  let begun = false;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const next = begun ? await packed.read() : { done: false as const, value: first };
        begun = true;
        if (next.done) controller.close();
        // The platform's type wants bytes that no other thread shares, which a body's are.
        else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
      },
    },
    { highWaterMark: 0 },
  );
  return body.pipeThrough(new DecompressionStream("gzip")).getReader();
}
