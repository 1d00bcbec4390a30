/** Lets what ends close together go on together: answers when it may. */
export type Gathering = (underWay: number) => Promise<void>;

/**
 * The settlements of calls that end close together share a commit, which the disk is asked for once instead of for
 * each. They go on when half of the calls under way have ended, or `ms` after the first: nobody waits for longer, and
 * a call that is alone does not wait.
 */
export function createGathering(after: (ms: number, run: () => void) => () => void, ms: number): Gathering {
  const ended: (() => void)[] = [];
  let cancel: () => void = () => {};

  function goOn(): void {
    cancel();
    for (const resolve of ended.splice(0)) resolve();
  }

  return (underWay) =>
    new Promise((resolve) => {
      ended.push(resolve);
      if (ended.length * 2 >= underWay) goOn();
      else if (ended.length === 1) cancel = after(ms, goOn);
    });
}
