import { expect, it } from 'vitest';
import { standing } from '../../../test/kit/exchanges.ts';
import { ground } from '../../../test/kit/room.ts';
import { sql } from '../../store/engine.ts';
import type { OnSettled } from '../operations.ts';
import { createTellRooms } from './tell-rooms.ts';

it('I2: of one end its room is told once, though two processes find it untold', async () => {
  const on = await ground();
  await standing(on, [{ id: 'x1', key: 'A1', seq: 1, kind: 'act', version: null, state: 'cancelled' }]);
  await on.engine.batch([sql(`update exchange set told = 0`)]);
  let tokens = 0;
  const failures: unknown[] = [];
  const teller = (meanwhile: () => Promise<void>) => {
    const settled: OnSettled = async ([end], token) => {
      await meanwhile();
      const write = sql(
        `insert into journal (id, ref, to_state, actor, at) select ?2, 'told', 'told', 'room', {at} from stream s where s.id = ?1 and s.written_by = ?2`,
        end?.stream ?? '',
        token,
      );
      return { statements: [write] };
    };
    const room = { settled, compose: () => Promise.reject(new Error('nothing is sent')) };
    return createTellRooms({
      ...on,
      operations: new Map([['national-portal/sync-dossier', room]]),
      token: () => `t${++tokens}`,
      roomFailed: (error) => void failures.push(error),
    }).bind(undefined, { mine: async () => true });
  };
  await teller(teller(async () => undefined))();
  expect(failures).toEqual([]);
  expect(tokens).toBe(2);
  expect(await on.rows(`select id from journal where ref = 'told'`)).toEqual([{ id: 't2' }]);
  expect(await on.rows('select told from exchange')).toEqual([{ told: 1 }]);
});
