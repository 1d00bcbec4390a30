import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliveryState } from '../../contracts/domain/delivery.ts';
import { standing } from '../../test/kit/exchanges.ts';
import { ground } from '../../test/kit/room.ts';
import { openSqlite, sqliteText } from '../store/engine/sqlite.ts';
import { sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { createDossierViews, type ListFilter, listDossiers } from './views.ts';

const all: ListFilter = {
  ...{
    after: undefined,
    changedSince: undefined,
    status: undefined,
    agency: undefined,
    delivery: undefined,
    limit: 50,
  },
};

describe('how a list of dossiers is read', () => {
  const store = openSqlite({ file: ':memory:' });
  beforeAll(() => migrate(store));
  afterAll(() => store.close());
  const plan = (filter: Partial<ListFilter>): string[] => {
    const { sql: text, params } = listDossiers({ ...all, ...filter });
    const rows = store.database.prepare(`explain query plan ${sqliteText(text)}`).all(...params);
    return (rows as { detail: string }[]).map(({ detail }) => detail);
  };

  it.each([
    [{}, 'dossier_changed ('],
    [{ changedSince: 7 }, 'dossier_changed ('],
    [{ agency: 'H99' }, 'dossier_agency (agency=? AND '],
    [{ status: 'completed' }, 'dossier_status (status=? AND '],
    [{ agency: 'H99', changedSince: 7 }, 'dossier_agency (agency=? AND '],
  ])('along the times of change, without a dossier that it does not show: %j', (filter, index) => {
    expect(plan(filter)).toContainEqual(
      expect.stringContaining(`SEARCH d USING COVERING INDEX ${index}(changed_at,code)>(?,?)`),
    );
  });

  it('of one agency and one status, along the order of either', () => {
    expect(plan({ agency: 'H99', status: 'completed' })).toContainEqual(
      expect.stringMatching(/^SEARCH d USING (COVERING )?INDEX dossier_(agency|status) \(\w+=\?/),
    );
  });

  it.each(deliveryState.options.filter((state) => state !== 'sending'))('along those that are %s', (delivery) => {
    const details = plan({ delivery });
    expect(details).toContainEqual(
      expect.stringMatching(
        /^SEARCH s USING INDEX stream_standing \(system=\? AND standing=\? AND \(changed_at,key\)>\(\?,\?\)/,
      ),
    );
    expect(details.join('\n')).not.toContain('dossier_changed');
  });

  it('from the few streams that are held', () => {
    const details = plan({ delivery: 'sending' });
    expect(details).toContainEqual(expect.stringMatching(/^S[A-Z]+ h USING (COVERING )?INDEX stream_held/));
    expect(details.join('\n')).not.toContain('dossier_changed');
  });

  it("along an agency's own order, where most are delivered", () => {
    expect(plan({ delivery: 'delivered', agency: 'H99' })).toContainEqual(
      expect.stringMatching(/^SEARCH d USING (COVERING )?INDEX dossier_agency/),
    );
  });
});

it('every state of delivery has its own, however it is found', async () => {
  const on = await ground();
  const views = createDossierViews({ ...on, filled: () => [] });
  const exchanges = { waiting: 'pending', parked: 'retrying', recorded: null } as Readonly<
    Record<string, string | null>
  >;
  for (const [n, state] of deliveryState.options.entries()) {
    const code = `D${n}`;
    const exchange = exchanges[state] === undefined ? state : exchanges[state];
    await standing(
      on,
      [
        // An older one in another state, and a step: neither says how the dossier stands.
        ...(exchange === null ? [] : [{ id: `x_a${n}`, key: code, seq: 1, state: 'dead' }]),
        { id: `x_b${n}`, key: code, seq: 2, state: 'rejected', operation: 'sync-progress', kind: 'appended' as const },
        ...(exchange === null ? [] : [{ id: `x_c${n}`, key: code, seq: 3, state: exchange }]),
      ],
      { parkedReason: state === 'parked' ? 'needs-a-person' : null, owner: state === 'sending' ? 'o' : null },
    );
    await on.engine.batch([
      sql(
        `insert into dossier (code, subject, updated_at, content_mac, version, status, channel, agency, procedure, changed_at, step_keys, written_by)
         values (?1, ?1, 1, 'mac', 1, 'processing', 'online', ?2, 'p', ?3, '[]', 'test')`,
        code,
        n % 2 === 0 ? 'even' : 'odd',
        n,
      ),
      sql('update stream set changed_at = ?2 where key = ?1', code, n),
    ]);
  }
  const codes = async (filter: Partial<ListFilter>) =>
    (await views.list({ ...all, ...filter })).map(({ code }) => code);
  expect(await codes({})).toEqual(deliveryState.options.map((_, n) => `D${n}`));
  for (const [n, delivery] of deliveryState.options.entries()) {
    expect(await codes({ delivery })).toEqual([`D${n}`]);
    expect(await codes({ delivery, agency: n % 2 === 0 ? 'even' : 'odd', status: 'processing' })).toEqual([`D${n}`]);
    expect(await codes({ delivery, agency: n % 2 === 0 ? 'odd' : 'even' })).toEqual([]);
    expect(await codes({ delivery, changedSince: n + 1 })).toEqual([]);
    expect(await codes({ delivery, after: { changedAt: n, code: `D${n}` } })).toEqual([]);
  }
});
