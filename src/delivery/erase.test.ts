import { expect, it } from 'vitest';
import { standing } from '../../test/kit/exchanges.ts';
import { ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { cancelErased } from './erase.ts';

it('I2: an erased act that may have taken effect stays in doubt for a person; what was not sent ends, its room told', async () => {
  const on = await ground();
  const act = { seq: 1, kind: 'act', version: null } as const;
  const parked = { doubt: 'ask-first', parkedReason: 'needs-a-person' } as const;
  await standing(on, [{ ...act, id: 'x1', key: 'A1', state: 'uncertain' }], parked);
  await standing(on, [
    { ...act, id: 'x2', key: 'A2', state: 'retrying' },
    { ...act, id: 'x3', key: 'A3', state: 'rejected' },
  ]);
  const keys = ['A1', 'A2', 'A3'];
  await on.engine.batch([
    ...keys.map((ref) =>
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at, purged_at) values ('of ' || ?1, 'thing', ?1, null, 1, 1, 1)`,
        ref,
      ),
    ),
    sql(`update exchange set told = 1 where state = 'rejected'`),
    sql(`update exchange set subject = 'of ' || replace(stream, 'national-portal:', '')`),
  ]);
  await on.engine.batch([
    ...cancelErased(
      keys.map((ref) => `of ${ref}`),
      't',
      'retention',
    ),
  ]);
  expect(await on.rows('select id, state, cause, told from exchange order by id')).toMatchObject([
    { id: 'x1', state: 'uncertain' },
    { id: 'x2', state: 'cancelled', cause: 'erased', told: 0 },
    { id: 'x3', state: 'rejected', told: 1 },
  ]);
  expect(await on.rows(`select doubt, parked_reason from stream where key = 'A1'`)).toEqual([
    { doubt: 'ask-first', parked_reason: 'needs-a-person' },
  ]);
});

it('I6: of a stream that is on the wire, what waits behind is cancelled, and it is told how it stands', async () => {
  const on = await ground();
  const snapshot = { key: 'D1', operation: 'sync-dossier' };
  await standing(
    on,
    [
      { ...snapshot, id: 'x1', seq: 1, state: 'sending' },
      { ...snapshot, id: 'x2', seq: 2, state: 'pending' },
    ],
    { owner: 'process-1' },
  );
  await on.engine.batch([
    sql(`insert into subject (id, kind, ref, epoch, created_at, purged_at) values ('sub_1', 'dossier', 'D1', 1, 1, 1)`),
    sql(`update exchange set subject = 'sub_1'`),
  ]);
  await on.engine.batch([...cancelErased(['sub_1'], 't', 'retention')]);
  expect(await on.rows('select id, state from exchange order by id')).toEqual([
    { id: 'x1', state: 'sending' },
    { id: 'x2', state: 'cancelled' },
  ]);
  expect(await on.rows('select owner, standing from stream')).toEqual([{ owner: 'process-1', standing: 'cancelled' }]);
});
