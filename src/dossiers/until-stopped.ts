/** The gateway was told to stop while a body was read. */
export class Stopped extends Error {}

/**
 * The chunks of a body until the gateway is told to stop: then, however slowly or fast they come, it throws `Stopped`
 * instead of the next one.
 */
export async function* untilStopped(
  body: AsyncIterable<Uint8Array>,
  stopping: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (stopping === undefined) return yield* body;
  const chunks = body[Symbol.asyncIterator]();
  let told = (): void => {};
  const stopped = new Promise<'stopped'>((resolve) => {
    told = () => resolve('stopped');
  });
  stopping.addEventListener('abort', told, { once: true });
  try {
    for (;;) {
      const next = stopping.aborted ? 'stopped' : await Promise.race([chunks.next(), stopped]);
      if (next === 'stopped') throw new Stopped('the gateway is told to stop');
      if (next.done) return;
      yield next.value;
    }
  } finally {
    stopping.removeEventListener('abort', told);
    // Not waited for: a chunk that is still awaited holds it up.
    void chunks.return?.()?.catch(() => {});
  }
}
