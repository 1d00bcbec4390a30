import { describe, expect, it } from 'vitest';
import { delivered } from '../../test/kit/events.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { happened, raise as raiseAll } from '../chronicle/raise.ts';
import { nationalDossierReceived } from '../national-dossiers/event-types.ts';
import { createFeed, type Feed } from './feed.ts';
import { createSequencer } from './sequencer.ts';
import { restored } from './statements.ts';

const raise = (on: Ground, ...refs: string[]) =>
  on.engine.batch([
    raiseAll(
      refs.map((ref) =>
        ref.startsWith('N')
          ? happened(on.platform, nationalDossierReceived, {
              system: 'national-portal',
              ref,
              data: { nationalCode: ref, procedure: null, agency: null, version: 1 },
            })
          : delivered(on.platform, ref),
      ),
    ),
  ]);
const sequencerOn = (on: Ground, feed?: Feed, owner = 'p1') =>
  createSequencer({
    ...on,
    owner,
    placed: (head) => feed?.announce(head),
    failed: (error) => {
      throw error;
    },
  });
const signal = new AbortController().signal;

describe('the sequencer', () => {
  it('I1: gives consecutive positions in the order of time, to late commits later ones', async () => {
    const on = await ground();
    const sequencer = sequencerOn(on);
    await raise(on, 'D1');
    on.pass(5);
    await raise(on, 'D2', 'D3');
    await sequencer.tick();
    // A commit that was late carries an older time, and still comes after what a reader may have seen.
    on.pass(-1_000);
    await raise(on, 'D4');
    await sequencer.tick();
    const rows = await on.rows('select ref, position from event order by position');
    expect(rows.map((row) => row.position)).toEqual([1, 2, 3, 4]);
    expect([rows[0]?.ref, rows[3]?.ref]).toEqual(['D1', 'D4']);
  });

  it('works in one process at a time, and another goes on when it is gone', async () => {
    const on = await ground();
    const [first, second] = [sequencerOn(on, undefined, 'p1'), sequencerOn(on, undefined, 'p2')];
    await raise(on, 'D1');
    await first.tick();
    await raise(on, 'D2');
    await second.tick();
    expect(await on.rows('select ref from event where position is null')).toEqual([{ ref: 'D2' }]);
    on.pass(60_000);
    await second.tick();
    expect(await on.rows('select ref, position from event order by position')).toEqual([
      { ref: 'D1', position: 1 },
      { ref: 'D2', position: 2 },
    ]);
  });

  it('places thousands without leaving a gap', async () => {
    const on = await ground();
    await raise(on, ...Array.from({ length: 4_500 }, (_, n) => `D${n}`));
    const sequencer = sequencerOn(on);
    for (let turn = 0; turn < 3; turn++) await sequencer.tick();
    expect(
      await on.rows('select count(*) as n, max(position) as last, count(distinct position) as d from event'),
    ).toEqual([{ n: 4_500, last: 4_500, d: 4_500 }]);
  });
});

describe('the feed', () => {
  it('I1: who asks on from `next` hears every event once, in order', async () => {
    const on = await ground();
    const feed = createFeed(on);
    await raise(on, ...Array.from({ length: 25 }, (_, n) => `D${n}`));
    await sequencerOn(on).tick();
    const heard: string[] = [];
    let after = 0;
    for (;;) {
      const page = await feed.read({ after, limit: 10 });
      heard.push(...page.items.map((item) => item.id));
      after = page.next;
      if (!page.more) break;
    }
    expect(after).toBe(25);
    expect(new Set(heard).size).toBe(25);
    expect(heard).toEqual((await on.rows('select id from event order by position')).map((row) => row.id));
  });

  it('filters by type and still moves on', async () => {
    const on = await ground();
    const feed = createFeed(on);
    await raise(on, 'D1', 'D2');
    on.pass(5);
    await raise(on, 'N1');
    on.pass(5);
    await raise(on, 'D3');
    await sequencerOn(on).tick();
    const page = await feed.read({ after: 0, limit: 10, types: ['national-dossier.received'] });
    expect(page.items.map((item) => [item.ref, item.position])).toEqual([['N1', 3]]);
    expect(page).toMatchObject({ next: 4, more: false });
    expect(page.items[0]).toMatchObject({ type: 'national-dossier.received', data: { nationalCode: 'N1' } });
  });

  it('I1: after a restore whoever had read further than the copy hears all that comes, and that it was restored', async () => {
    const on = await ground();
    const feed = createFeed(on);
    const sequencer = sequencerOn(on, feed);
    await raise(on, 'D1');
    await sequencer.tick();
    // Read up to 40 from the lost store; the copy ends at 1, and one more had been raised that had no position yet.
    const held = { after: 40, limit: 10 };
    await raise(on, 'D2');
    await on.engine.batch([restored('evt_r', '2026-01-15T08:00:00+07:00')]);
    await raise(on, 'N1');
    await sequencer.tick();
    const page = await feed.read(held);
    expect(page.items.map(({ type, ref }) => [type, ref])).toEqual([
      ['store.restored', 'store'],
      ['exchange.delivered', 'D2'],
      ['national-dossier.received', 'N1'],
    ]);
    expect(page.items[0]?.data).toEqual({ takenAt: '2026-01-15T08:00:00+07:00' });
    // A filter does not have to feel its way over the gap.
    const found = await feed.read({ after: 0, limit: 10, types: ['national-dossier.received'] });
    expect(found.items.map(({ ref }) => ref)).toEqual(['N1']);
  });

  it('shows nothing that has no position yet', async () => {
    const on = await ground();
    await raise(on, 'D1');
    expect(await createFeed(on).read({ after: 0, limit: 10 })).toEqual({ items: [], next: 0, more: false });
  });

  it('waits for news of the types asked for, and ends when there are some', async () => {
    const on = await ground();
    const feed = createFeed(on);
    const sequencer = sequencerOn(on, feed);
    const waiting = feed.readOrWait({ after: 0, limit: 10, types: ['national-dossier.received'] }, 20_000, signal);
    await raise(on, 'D1');
    await sequencer.tick();
    await raise(on, 'N1');
    await sequencer.tick();
    expect((await waiting).items.map((item) => item.ref)).toEqual(['N1']);
  });

  it('gives up waiting when the time is over or the caller is gone', async () => {
    const on = await ground();
    const feed = createFeed(on);
    expect(await feed.readOrWait({ after: 0, limit: 10 }, 20, signal)).toMatchObject({ items: [] });
    const gone = new AbortController();
    const waiting = feed.readOrWait({ after: 0, limit: 10 }, 20_000, gone.signal);
    gone.abort();
    expect(await waiting).toMatchObject({ items: [] });
  });
});
