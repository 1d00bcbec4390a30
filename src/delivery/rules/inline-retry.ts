import pRetry from 'p-retry';

/** Waits between inline tries, milliseconds: blips only, because a person or a lease waits. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 500;

/**
 * Repeats `attempt` while it says so, at most `tries` times in all. Each try is a call of its own, recorded beforehand
 * by the caller. Aborting ends the waiting and gives the last answer.
 */
export async function inlineRetry<Answer>(
  attempt: (n: number) => Promise<Answer>,
  options: {
    readonly tries: number;
    readonly again: (answer: Answer) => boolean;
    readonly signal: AbortSignal;
    /** Uniform in [0, 1): spreads the waits. */
    readonly random?: number;
  },
): Promise<Answer> {
  let last: { readonly answer: Answer } | undefined;
  class Again extends Error {}
  try {
    return await pRetry(
      async (n) => {
        const answer = await attempt(n);
        last = { answer };
        if (n < options.tries && !options.signal.aborted && options.again(answer)) throw new Again();
        return answer;
      },
      {
        retries: options.tries - 1,
        minTimeout: FIRST_WAIT_MS * (1 + (options.random ?? 0.5)),
        maxTimeout: LONGEST_WAIT_MS,
        factor: 3,
        randomize: false,
        signal: options.signal,
        shouldRetry: ({ error }) => error instanceof Again,
      },
    );
  } catch (error) {
    if (last !== undefined && (error instanceof Again || options.signal.aborted)) return last.answer;
    throw error;
  }
}
