import { DatabaseSync, StatementSync } from 'node:sqlite';

/**
 * A gateway that is broken on purpose: it answers first and commits a while later. Whoever kills it must find that
 * acknowledged dossiers are gone, or the crash suite could not fail. Seals it commits at once: one that is anchored and then
 * lost is refused by the next start, before anybody could look for dossiers.
 */
const COMMIT_AFTER_MS = 400;
let listening = false;
const real = DatabaseSync.prototype.exec;
const waiting = new WeakSet<DatabaseSync>();
let sealed = false;

const realAll = StatementSync.prototype.all;
StatementSync.prototype.all = function all(this: StatementSync, ...given: Parameters<typeof realAll>) {
  sealed ||= this.sourceSQL.includes('into seal');
  return realAll.apply(this, given);
} as typeof realAll;

DatabaseSync.prototype.exec = function exec(this: DatabaseSync, text: string): void {
  if (text === 'begin immediate' && waiting.has(this)) return;
  if (text !== 'commit' || !listening) {
    real.call(this, text);
    return;
  }
  if (sealed) {
    sealed = false;
    waiting.delete(this);
    real.call(this, text);
    return;
  }
  if (waiting.has(this)) return;
  waiting.add(this);
  setTimeout(() => {
    waiting.delete(this);
    if (this.isTransaction) real.call(this, 'commit');
  }, COMMIT_AFTER_MS);
};

const { serve } = await import('../../src/runtime/node/cli/actions/serve.ts');
await serve();
listening = true;
