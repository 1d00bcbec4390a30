import { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * Lets this process kill itself at one commit. `order` is read at each: `before` or `after`, a colon, and a text that
 * stands in a statement of that commit; or a number for that commit since it was told so, whatever stands in it.
 * Empty: it lives. Answers what arms it.
 */
export function diesAt(order: () => string): () => void {
  let armed = false;
  let told = '';
  let commits = 0;
  let texts: string[] = [];
  for (const name of ['all', 'run', 'get'] as const) {
    const real = StatementSync.prototype[name] as (...given: unknown[]) => unknown;
    Object.defineProperty(StatementSync.prototype, name, {
      value(this: StatementSync, ...given: unknown[]) {
        if (armed) texts.push(this.sourceSQL);
        return real.apply(this, given);
      },
    });
  }
  const exec = DatabaseSync.prototype.exec;
  DatabaseSync.prototype.exec = function dying(this: DatabaseSync, text: string): void {
    if (armed && text.startsWith('begin')) texts = [];
    if (!armed || text !== 'commit') {
      exec.call(this, text);
      return;
    }
    const now = order();
    commits = now === told ? commits + 1 : 1;
    told = now;
    const [when = '', ...rest] = now.split(':');
    const what = rest.join(':');
    const here = /^\d+$/.test(what)
      ? commits === Number(what)
      : what !== '' && texts.some((statement) => statement.includes(what));
    if (here && when === 'before') process.kill(process.pid, 'SIGKILL');
    exec.call(this, text);
    if (here) process.kill(process.pid, 'SIGKILL');
  };
  return () => {
    armed = true;
  };
}
