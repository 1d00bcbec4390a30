import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JournalFixture, journalFixture, type Written } from '../../test/kit/journal.ts';
import { type Row, sql } from '../store/engine.ts';

const MOVES: Record<string, readonly string[]> = {
  pending: ['delivered', 'retrying', 'uncertain', 'rejected', 'superseded', 'cancelled'],
  retrying: ['delivered', 'retrying', 'dead', 'superseded'],
  uncertain: ['delivered', 'retrying', 'dead'],
  dead: ['pending'],
};

/** A journal as the delivery writes it: each reference walks through its states, at any pace, sealed at any moment. */
const steps = fc.array(
  fc.record({
    ref: fc.integer({ min: 0, max: 8 }),
    pick: fc.nat({ max: 20 }),
    wait: fc.integer({ min: 0, max: 3 }),
    sending: fc.boolean(),
    seal: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);
type Steps = typeof steps extends fc.Arbitrary<infer T> ? T : never;

async function write(fixture: JournalFixture, walk: Steps): Promise<void> {
  const states = new Map<number, string>();
  let at = 1_000_000;
  for (const step of walk) {
    at += step.wait;
    const before = states.get(step.ref);
    const moves = before === undefined ? ['pending'] : (MOVES[before] ?? []);
    const to = moves[step.pick % Math.max(1, moves.length)];
    if (to === undefined) continue;
    const around = before === 'pending' || before === 'retrying' || before === 'uncertain';
    const line: Written = {
      ref: `x_${step.ref}`,
      from: around && step.sending ? 'sending' : (before ?? null),
      to,
      at,
      hash: `hash of ${step.pick}`,
    };
    states.set(step.ref, to);
    await fixture.write([line]);
    if (step.seal) await fixture.sealer.seal();
  }
}

it('I8: a random journal is sound, sealed at any moment in seals of any size', async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 12 }), async (walk, limit) => {
      const fixture = await journalFixture(limit);
      try {
        await write(fixture, walk);
        expect(await fixture.verify()).toMatchObject({ ok: true });
        expect(await fixture.verifyExported()).toMatchObject({ ok: true });
        await fixture.sealAll();
        expect(await fixture.verify()).toMatchObject({ ok: true, unsealed: 0 });
      } finally {
        await fixture.engine.close();
      }
    }),
    { numRuns: 40 },
  );
});

const COLUMNS = ['id', 'ref', 'from_state', 'to_state', 'actor', 'at', 'payload_hash'] as const;

it('I8: whichever sealed line is changed or removed in whichever way, exactly it is named', async () => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      fc.constantFrom(...COLUMNS, 'delete' as const),
      async (walk, limit, which, column) => {
        const fixture = await journalFixture(limit);
        try {
          await write(fixture, walk);
          await fixture.sealAll();
          const rows = await fixture.engine.all<Row>(sql('select * from journal order by position'));
          const row = rows[which % rows.length];
          const position = Number(row?.position);
          if (column === 'delete') await fixture.run('delete from journal where position = ?1', position);
          else
            await fixture.run(
              `update journal set ${column} = ?1 where position = ?2`,
              column === 'at' ? Number(row?.at) + 1 : `${row?.[column] ?? ''}x`,
              position,
            );
          const expected = { ok: false, problem: column === 'delete' ? 'removed' : 'changed', position };
          expect(await fixture.verify()).toMatchObject(expected);
          expect(await fixture.verifyExported()).toMatchObject(expected);
        } finally {
          await fixture.engine.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});
