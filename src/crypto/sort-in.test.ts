import { expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { commands, sql } from '../store/engine.ts';
import { isWorthSorting, sortIn } from './sort-in.ts';
import { blindIndexFrom, subjectsByHash } from './subject-rows.ts';

it('new entries are found at once, sorted in together, and found afterwards', async () => {
  const on = await ground();
  const entries = [...'-0AZ_az'].flatMap((first) =>
    [1, 2].map((n) => ({ hash: `${first}-hash`, subject: `sub_${n}` })),
  );
  const put = () =>
    on.engine.batch([
      blindIndexFrom(
        { hash: `v.value->>'hash'`, subject: `v.value->>'subject'`, source: 'from json_each(?1) v where true' },
        commands(entries),
      ),
    ]);
  const found = async (hash: string) =>
    (await on.engine.all<{ subject: string }>(sql(`${subjectsByHash('?1')} order by 1`, hash))).map(
      (row) => row.subject,
    );
  const count = (table: string) => on.rows(`select count(*) as n from ${table}`);

  const person = (id: string, salt: string | null) =>
    sql(`insert into subject (id, kind, ref, salt, epoch, created_at) values (?1, 'dossier', 'D', ?2, 1, 1)`, id, salt);
  await on.engine.batch([person('sub_1', 's'), person('sub_2', 's')]);
  await put();
  for (const { hash } of entries) expect(await found(hash)).toEqual(['sub_1', 'sub_2']);
  expect(await isWorthSorting(on.engine, 14)).toBe(true);
  expect(await isWorthSorting(on.engine, 15)).toBe(false);

  const cut = new AbortController();
  cut.abort();
  await sortIn(on.engine, cut.signal);
  expect(await count('blind_index_new')).toEqual([{ n: 14 }]);

  await sortIn(on.engine);
  expect(await count('blind_index_new')).toEqual([{ n: 0 }]);
  expect(await count('blind_index')).toEqual([{ n: 14 }]);
  // Of somebody who is erased meanwhile nothing is sorted in, and nothing stays.
  await on.engine.batch([
    person('sub_3', null),
    sql(`insert into blind_index_new (subject, hash) values ('sub_3', 'm-hash')`),
  ]);
  await sortIn(on.engine);
  expect(await found('m-hash')).toEqual([]);

  // What stands there already is not put in twice.
  await put();
  for (const { hash } of entries) expect(await found(hash)).toEqual(['sub_1', 'sub_2']);
  await sortIn(on.engine);
  expect(await count('blind_index_new')).toEqual([{ n: 0 }]);
  expect(await count('blind_index')).toEqual([{ n: 14 }]);
});
