import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../store/engine.ts';
import { explain } from './failure.ts';

/** The real error of SQLite where no page is left, as on a full disk. */
function full(): unknown {
  const database = new DatabaseSync(':memory:');
  database.exec('create table t (x text); pragma max_page_count = 3');
  try {
    for (;;) database.exec(`insert into t values ('${'x'.repeat(4_000)}')`);
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
}

const file = (code: string) => Object.assign(new Error(`${code}: x, write`), { code, syscall: 'write' });
const sqlite = (errcode: number) => Object.assign(new Error('x'), { code: 'ERR_SQLITE_ERROR', errcode });
const wrapped = (cause: unknown) => new StoreUnavailable('the store cannot be written: x', 5, { cause });

describe('what the machine keeps from being used is said in one sentence', () => {
  it.each<[string, unknown, RegExp]>([
    ['no page left in SQLite', full(), /the disk is full/],
    ['the same below the store', wrapped(full()), /the disk is full/],
    ['no space for a file', file('ENOSPC'), /the disk is full/],
    ['a quota', wrapped(file('EDQUOT')), /the disk is full/],
    ['PostgreSQL without space', wrapped(Object.assign(new Error('x'), { code: '53100' })), /the disk is full/],
    ['SQLite without room for its index of the log', wrapped(sqlite(4874)), /the disk is full/],
    ['a disk that fails', wrapped(sqlite(778)), /reports errors or is full/],
    ['a disk that is read only', file('EROFS'), /read-only/],
    ['SQLite that may not write', wrapped(sqlite(1032)), /read-only/],
    ['a damaged file', sqlite(11), /restore a backup/],
    ['no database at all', sqlite(26), /restore a backup/],
    ['a store that is not there', new StoreUnavailable('the store cannot be reached: ECONNREFUSED'), /cannot be used/],
  ])('%s', (_name, error, words) => {
    const { text, status, unexpected } = explain(error);
    expect(text).toMatch(words);
    expect(text).not.toMatch(/\n|\.ts\b|StoreUnavailable|unexpected/);
    expect([status, unexpected]).toEqual([1, undefined]);
  });

  it('but a fault of the program shows where it is', () => {
    const fault = Object.assign(new TypeError('x is not a function'), { code: 'ERR_SQLITE_ERROR', errcode: 1 });
    expect(explain(fault)).toMatchObject({ unexpected: true, text: expect.stringMatching(/failure\.test/) });
  });
});
