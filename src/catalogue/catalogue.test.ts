import { describe, expect, it } from 'vitest';
import { completed, notSent, type Outcome } from '../../adapters/adapter.ts';
import { askable, scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createCatalogue } from './catalogue.ts';
import { refreshCatalogue } from './refresh.ts';

const field = { code: 'G15-TP01', name: 'Hộ tịch' };
const procedures = [
  { code: '1.001193', name: 'Thủ tục đăng ký khai sinh', field },
  { code: '1.000656', name: 'Thủ tục đăng ký khai tử', field },
  { code: '1.000656', name: 'Thủ tục đăng ký khai tử', field },
  { code: '2.000488', name: 'Cấp Phiếu lý lịch tư pháp', field: { code: 'G15-TP02', name: 'Lý lịch tư pháp' } },
];
const DAY = 86_400_000;

async function room(on: Ground, portal: { answers: Record<string, () => Outcome>; asked: string[] }, owner = 'o1') {
  const names = ['list-procedures', 'list-agencies', 'list-fields', 'get-procedure'];
  const adapter = scriptedPortal(
    Object.fromEntries(
      names.map((name) => [
        name,
        () => {
          portal.asked.push(name);
          return portal.answers[name]?.() ?? completed([{ code: 'A', name: 'A' }]);
        },
      ]),
    ),
  );
  const { queries } = await askable(on, adapter);
  return { ...on, queries, owner };
}
const portalWith = (
  answers: Record<string, () => Outcome> = {},
): { answers: Record<string, () => Outcome>; asked: string[] } => ({
  answers: { 'list-procedures': () => completed(procedures), ...answers },
  asked: [],
});
const any = { q: undefined, after: undefined, limit: 50 };

describe('the catalogues', () => {
  it('are fetched when missing, then once a day, by one process', async () => {
    const on = await ground();
    const portal = portalWith();
    const parts = await room(on, portal);
    await Promise.all([refreshCatalogue(parts, false), refreshCatalogue(parts, false)]);
    expect(portal.asked.toSorted()).toEqual(['list-agencies', 'list-fields', 'list-procedures']);
    on.pass(DAY / 2);
    await refreshCatalogue(parts, false);
    expect(portal.asked).toHaveLength(3);
    on.pass(DAY / 2);
    await refreshCatalogue(parts, false);
    expect(portal.asked).toHaveLength(6);
  });

  it('serve pages, and search by words without accents', async () => {
    const on = await ground();
    const parts = await room(on, portalWith());
    await refreshCatalogue(parts, true);
    const catalogue = createCatalogue(parts);
    const codes = async (filter: object) =>
      (await catalogue.list('procedure', { ...any, ...filter })).items.map(({ code }) => code);
    expect(await codes({})).toEqual(['1.000656', '1.001193', '2.000488']);
    expect(await codes({ limit: 1 })).toEqual(['1.000656', '1.001193']);
    expect(await codes({ after: '1.001193' })).toEqual(['2.000488']);
    expect(await codes({ q: 'DANG KY sinh' })).toEqual(['1.001193']);
    expect(await codes({ q: '2.0004' })).toEqual(['2.000488']);
  });

  it('drop what the nation no longer lists', async () => {
    const on = await ground();
    let list = procedures;
    const parts = await room(on, portalWith({ 'list-procedures': () => completed(list) }));
    const catalogue = createCatalogue(parts);
    await catalogue.refresh();
    expect((await catalogue.list('procedure', any)).items).toHaveLength(3);
    list = procedures.slice(0, 1);
    on.pass(1_000);
    await catalogue.refresh();
    expect((await catalogue.list('procedure', any)).items).toHaveLength(1);
  });

  it.each<[string, () => Outcome, string]>([
    ['the portal is away', () => notSent('unavailable'), 'unavailable'],
    ['it answers with an empty list', () => completed([]), 'empty'],
  ])('keep the old list and say since when, where %s', async (_name, failure, outcome) => {
    const on = await ground();
    const portal = portalWith();
    const parts = await room(on, portal);
    const catalogue = createCatalogue(parts);
    await catalogue.refresh();
    portal.answers['list-procedures'] = failure;
    on.pass(2 * DAY);
    await refreshCatalogue(parts, false);
    const answer = await catalogue.list('procedure', any);
    expect(answer.items).toHaveLength(3);
    expect(answer.freshness).toMatchObject({ state: 'stale', lastOutcome: outcome });
    expect(answer.freshness.ageSeconds).toBeGreaterThanOrEqual(2 * 86_400);
    // It is tried again, but not at once.
    portal.asked.length = 0;
    await refreshCatalogue(parts, false);
    expect(portal.asked).toEqual([]);
    on.pass(16 * 60_000);
    await refreshCatalogue(parts, false);
    expect(portal.asked).toEqual(['list-procedures']);
  });

  it('say that nothing was fetched yet', async () => {
    const on = await ground();
    const answer = await createCatalogue(await room(on, portalWith())).list('agency', any);
    expect(answer).toMatchObject({ items: [], freshness: { state: 'never-fetched', fetchedAt: null } });
  });
});

describe('a single procedure', () => {
  const whole = { code: '1.001193', name: 'Thủ tục đăng ký khai sinh' };

  it('is asked once, kept for a day, and served old while the portal is away', async () => {
    const on = await ground();
    const portal = portalWith({ 'get-procedure': () => completed(whole) });
    const catalogue = createCatalogue(await room(on, portal));
    const [first] = await Promise.all([catalogue.procedure('1.001193'), catalogue.procedure('1.001193')]);
    expect(first).toMatchObject({ kind: 'found', procedure: whole, freshness: { state: 'fresh' } });
    await catalogue.procedure('1.001193');
    expect(portal.asked).toEqual(['get-procedure']);
    on.pass(DAY + 1_000);
    portal.answers['get-procedure'] = () => notSent('unavailable');
    expect(await catalogue.procedure('1.001193')).toMatchObject({
      kind: 'found',
      procedure: whole,
      freshness: { state: 'stale', lastOutcome: 'unavailable' },
    });
  });

  it('that the portal does not know is not asked about all day', async () => {
    const on = await ground();
    const portal = portalWith({ 'get-procedure': () => completed(null) });
    const catalogue = createCatalogue(await room(on, portal));
    expect(await catalogue.procedure('9')).toEqual({ kind: 'not-found' });
    expect(await catalogue.procedure('9')).toEqual({ kind: 'not-found' });
    expect(portal.asked).toEqual(['get-procedure']);
  });

  it('that cannot be had says why', async () => {
    const on = await ground();
    const catalogue = createCatalogue(await room(on, portalWith({ 'get-procedure': () => notSent('unavailable') })));
    expect(await catalogue.procedure('9')).toEqual({ kind: 'not-had', answer: notSent('unavailable') });
  });
});
