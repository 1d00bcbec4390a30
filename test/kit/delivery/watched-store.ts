import type { Engine, Statement } from '../../../src/store/engine.ts';

/** Whether a batch fails; where it takes a promise, the batch waits for it. */
export type BreaksWhen = (statements: readonly Statement[]) => boolean | Promise<boolean>;

/** A store that a test shares between processes of its own, knowing when nothing of it is under way. */
export interface WatchedStore {
  /** The store as one process sees it: once dead, nothing comes back to it. `committing` hears of each batch. */
  engineOf(isDead: () => boolean, committing?: (when: 'before' | 'after') => void): Engine;
  /** Batches for which this holds fail with the error; undefined mends the store. */
  break(how: { readonly error: Error; readonly when: BreaksWhen } | undefined): void;
  /** Settles when nothing is under way, seen several times in a row. */
  idle(): Promise<void>;
}

export function watchedStore(store: Engine): WatchedStore {
  let underWay = 0;
  const waiting: (() => void)[] = [];
  const ended = (): void => {
    underWay -= 1;
    for (const resolve of waiting.splice(0)) resolve();
  };
  let broken: Parameters<WatchedStore['break']>[0];
  return {
    engineOf(isDead, committing = () => {}) {
      function watch<Answer>(work: () => Promise<Answer>): Promise<Answer> {
        if (isDead()) return new Promise(() => {});
        underWay += 1;
        const done = work().finally(ended);
        return new Promise((resolve, reject) => {
          done.then(
            (answer) => !isDead() && resolve(answer),
            (error: unknown) => !isDead() && reject(error),
          );
        });
      }
      return {
        ...store,
        all: (statement) => watch(() => store.all(statement)),
        scan: (statement) => watch(() => store.scan(statement)),
        batch: (statements) =>
          watch(async () => {
            const breaks = broken?.when(statements);
            if (breaks === true || (breaks instanceof Promise && (await breaks))) throw broken?.error;
            committing('before');
            if (isDead()) return [];
            const rows = await store.batch(statements);
            committing('after');
            return rows;
          }),
        turn: (flush) => {
          underWay += 1;
          store.turn(() => {
            ended();
            if (!isDead()) flush();
          });
        },
      };
    },
    break: (how) => {
      broken = how;
    },
    idle: async () => {
      for (let quiet = 0; quiet < 3; quiet = underWay === 0 ? quiet + 1 : 0) {
        // A store that answers from elsewhere is waited for, not looked at again and again.
        if (underWay > 0) await new Promise<void>((resolve) => void waiting.push(resolve));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
  };
}
