import { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * The same gateway, which kills itself at one commit: `DIE_AT` is `before` or `after`, a colon, and a text that stands in
 * a statement of that commit; or a number for that commit after the start, whatever stands in it.
 */
const [when = '', ...rest] = (process.env.DIE_AT ?? '').split(':');
const what = rest.join(':');
const nth = /^\d+$/.test(what) ? Number(what) : undefined;
let armed = false;
let commits = 0;
let met = false;

const meets = (statement: StatementSync): void => {
  if (armed && nth === undefined && statement.sourceSQL.includes(what)) met = true;
};
for (const name of ['all', 'run', 'get'] as const) {
  const real = StatementSync.prototype[name] as (...given: unknown[]) => unknown;
  Object.defineProperty(StatementSync.prototype, name, {
    value(this: StatementSync, ...given: unknown[]) {
      meets(this);
      return real.apply(this, given);
    },
  });
}
const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function dying(this: DatabaseSync, text: string): void {
  if (!armed || text !== 'commit') {
    exec.call(this, text);
    return;
  }
  commits += 1;
  const now = nth === undefined ? met : commits === nth;
  if (now && when === 'before') process.kill(process.pid, 'SIGKILL');
  exec.call(this, text);
  if (now) process.kill(process.pid, 'SIGKILL');
};

await import('./main.ts');
armed = true;
