import { type Engine, StoreUnavailable } from './engine.ts';
import { fitting, roomOf } from './limits.ts';

/**
 * Turns single commands into the set-based batches that the store is fast at: what arrives within one turn (or while
 * the previous batch is under way) goes down together. Two commands with the same key never share a batch, because
 * a set-based statement may change a row once only; the later one goes in the next. Nor does a batch take more than one
 * text of the store holds; a command that is more by itself is rejected with `TooLarge` and touches no other.
 *
 * When the store cannot take a batch, each of its commands is rejected with that. When a batch fails for any other
 * reason one of its commands is at fault: each is run again by itself, so that only that one is rejected. What `run`
 * does must therefore change nothing when it rejects.
 */
export function grouped<Command, Answer>(
  engine: Pick<Engine, 'turn' | 'limits'>,
  options: {
    readonly key: (command: Command) => string;
    readonly run: (commands: readonly Command[]) => Promise<readonly Answer[]>;
    /** Commands a batch takes at most. */
    readonly limit: number;
    /** UTF-8 bytes that a command adds to the longest text of its batch's statements, at most. Asked once. */
    readonly bytes: (command: Command) => number;
  },
): (command: Command) => Promise<Answer> {
  interface Waiting {
    readonly command: Command;
    readonly bytes: number;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (error: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let busy = false;

  function take(): Waiting[] {
    const keys = new Set<string>();
    const taken: Waiting[] = [];
    const left: Waiting[] = [];
    const most = Math.min(options.limit, engine.limits.commands);
    let room = roomOf(engine.limits);
    for (const item of waiting) {
      const key = options.key(item.command);
      // The first that finds no room ends the group: a later one of its key must not go before it.
      if (taken.length >= most || item.bytes > room) room = -1;
      if (room < 0 || keys.has(key)) left.push(item);
      else {
        keys.add(key);
        taken.push(item);
        room -= item.bytes;
      }
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
      if (group.length === 1 || error instanceof StoreUnavailable) for (const item of group) item.reject(error);
      else await singly(group);
    } finally {
      busy = false;
      if (waiting.length > 0) schedule();
    }
  }

  async function singly(group: readonly Waiting[]): Promise<void> {
    for (const item of group)
      try {
        const [answer] = await options.run([item.command]);
        item.resolve(answer as Answer);
      } catch (error) {
        item.reject(error);
      }
  }

  function schedule(): void {
    if (busy) return;
    busy = true;
    engine.turn(() => void flush());
  }

  return (command) =>
    new Promise<Answer>((resolve, reject) => {
      waiting.push({ command, bytes: fitting(options.bytes(command), engine.limits), resolve, reject });
      schedule();
    });
}
