import type { Platform } from '../platform.ts';

/** Does something again and again, the next time counted from the end of the last; the answer stops it. */
export function every(
  platform: Pick<Platform, 'after'>,
  ms: number,
  work: () => Promise<unknown>,
  failed: (error: unknown) => void,
): () => Promise<void> {
  let stopped = false;
  let cancel: () => void = () => {};
  let under: Promise<void> = Promise.resolve();
  const wait = (): void => {
    if (!stopped) cancel = platform.after(ms, run);
  };
  const run = (): void => {
    under = work()
      .then(() => {}, failed)
      .then(wait);
  };
  wait();
  return () => {
    stopped = true;
    cancel();
    return under;
  };
}
