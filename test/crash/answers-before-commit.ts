import { DatabaseSync } from 'node:sqlite';

/**
 * A gateway that is broken on purpose: it answers first and commits a while later. Whoever kills it must find that
 * acknowledged dossiers are gone, or the crash suite could not fail.
 */
const COMMIT_AFTER_MS = 400;
let listening = false;
const real = DatabaseSync.prototype.exec;
const waiting = new WeakSet<DatabaseSync>();

DatabaseSync.prototype.exec = function exec(this: DatabaseSync, text: string): void {
  if (text === 'begin immediate' && waiting.has(this)) return;
  if (text !== 'commit' || !listening) {
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
