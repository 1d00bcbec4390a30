import type { Engine } from './engine.ts';

/**
 * Turns single commands into the set-based batches that the store is fast at: what arrives within one turn (or while
 * the previous batch is under way) goes down together. Two commands with the same key never share a batch, because
 * a set-based statement may change a row once only; the later one goes in the next.
 *
 * A batch that fails as a whole rejects each of its commands with the same error.
 */
export function grouped<Command, Answer>(
  engine: Pick<Engine, 'turn'>,
  options: {
    readonly key: (command: Command) => string;
    readonly run: (commands: readonly Command[]) => Promise<readonly Answer[]>;
    /** Commands a batch takes at most. */
    readonly limit: number;
  },
): (command: Command) => Promise<Answer> {
  interface Waiting {
    readonly command: Command;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let busy = false;

  function take(): Waiting[] {
    const keys = new Set<string>();
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    for (const item of waiting) {
      const key = options.key(item.command);
      if (taken.length < options.limit && !keys.has(key)) {
        keys.add(key);
        taken.push(item);
      } else left.push(item);
    }
    waiting = left;
    return taken;
  }

  async function flush(): Promise<void> {
    const group = take();
    try {
      const answers = await options.run(group.map((item) => item.command));
      group.forEach((item, index) => {
        item.resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const item of group) item.reject(error);
    } finally {
      busy = false;
      if (waiting.length > 0) schedule();
    }
  }

  function schedule(): void {
    if (busy) return;
    busy = true;
    engine.turn(() => void flush());
  }

  return (command) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ command, resolve, reject });
      schedule();
    });
}
