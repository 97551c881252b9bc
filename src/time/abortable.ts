/**
 * Reads `source` and throws the signal's reason as soon as it aborts, whether or not the source takes notice. However the loop ends, the
 * source is left (`return`), without waiting for it: a source that is stuck is why it was left.
 */
export async function* abortable<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  // One listener for all reads; a race against one promise would remember every read of a long answer.
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal?.addEventListener("abort", onAbort, { once: true });
  let over = false;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const next = await new Promise<IteratorResult<T, unknown>>((resolve, reject) => {
        wake = () => reject(signal?.reason);
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        over = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    if (!over) void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
