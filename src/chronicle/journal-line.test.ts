import { describe, expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { commands } from '../store/engine.ts';
import { journalLine, journalLines } from './journal-line.ts';

const LINES = 'select id, ref, from_state, to_state, actor, payload_hash from journal order by id';

describe('a line of the journal', () => {
  it('is written by its values; once where it is asked for', async () => {
    const on = await ground();
    const line = { id: 'a:1', ref: 'a', to: `said: it's "so"`, actor: 'x' };
    await on.engine.batch([journalLine(line), journalLine({ ...line, to: 'other' }, { once: true })]);
    await on.engine.batch([journalLine({ ...line, id: 'a:2', from: 'old', hash: 'h' })]);
    expect(await on.rows(LINES)).toEqual([
      { id: 'a:1', ref: 'a', from_state: null, to_state: line.to, actor: 'x', payload_hash: null },
      { id: 'a:2', ref: 'a', from_state: 'old', to_state: line.to, actor: 'x', payload_hash: 'h' },
    ]);
    await expect(on.engine.batch([journalLine(line)])).rejects.toThrow();
  });

  it('is written for each row of its source', async () => {
    const on = await ground();
    const parts = { ref: `v.value->>'ref'`, to: '?2', actor: `'x'`, source: 'from json_each(?1) v where true' };
    const rows = commands([{ ref: 'a' }, { ref: 'b' }]);
    const id = `(v.value->>'ref') || ':1'`;
    await on.engine.batch([
      journalLines({ id, ...parts, from: `'old'` }, rows, 'new'),
      journalLines({ id, ...parts, once: true }, rows, 'other'),
    ]);
    expect(await on.rows(LINES)).toEqual(
      ['a', 'b'].map((ref) => ({
        ...{ id: `${ref}:1`, ref, from_state: 'old', to_state: 'new', actor: 'x', payload_hash: null },
      })),
    );
  });
});
