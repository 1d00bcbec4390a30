import { dayAfter } from '../../mocks/statements/entry.ts';
import { makeMonth } from '../../mocks/statements/month.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeMt940 } from '../../mocks/statements/write-mt940.ts';
import { createChange } from '../../src/payments/change.ts';
import { newId } from '../../src/platform.ts';
import { type BreakRow, breaksOfRun } from '../../src/reconciliation/break-rows.ts';
import { carryOut } from '../../src/reconciliation/run.ts';
import { insertRun, type RunRow, runById, type TieRow, tiesOfDay } from '../../src/reconciliation/run-rows.ts';
import { readers } from '../../src/reconciliation/sources/readers.ts';
import { openSource } from '../../src/reconciliation/sources/sources.ts';
import { createTakeIn } from '../../src/reconciliation/take-in.ts';
import type { Engine } from '../../src/store/engine.ts';
import { type SeenDay, scoreMonth } from '../kit/month-score.ts';
import { paidMonth } from '../kit/paid-month.ts';
import { storeIn } from './reconciliation-store.ts';
import { round, row, table } from './report.ts';
import type { Section } from './section.ts';

const MOST_PAYMENTS = 20_000;
const SEEDS = [1, 2, 3];
const PAGE = 1_000;

/** A month with planted faults, run day by day: what was found of them, and whether anything was paired wrongly. */
export const scoringMonths: Section = async ({ folder, backlog }) => {
  table('Reconciliation: months with 1 % faults of thirteen kinds, run day by day', [
    ...['seed', 'payments', 'lines', 'pairs', 'wrong', 'faults', 'found', 'not struck', 'of these broken', 's a day'],
  ]);
  for (const seed of SEEDS) {
    const month = makeMonth({ seed, payments: Math.min(backlog, MOST_PAYMENTS), units: 12, faults: 0.01 });
    const { engine, platform, vault, close } = await storeIn(`${folder}-${seed}`);
    const parts = { engine, platform, vault };
    await paidMonth(engine, month.payments, Date.now());
    const file = writeMt940(statementsOf(month.ledger, { from: month.from, to: month.to }));
    const takeIn = createTakeIn(parts, (given) => openSource(readers, given, async () => undefined));
    const bytes = (async function* () {
      yield file;
    })();
    const taken = await takeIn({ file: bytes, source: undefined, account: null, preview: false, actor: 'bench' });
    if (taken.kind !== 'taken') throw new Error(`the statement was not taken in: ${JSON.stringify(taken)}`);
    const days: SeenDay[] = [];
    const begun = performance.now();
    let ran = 0;
    for (let day = month.from; day <= month.to; day = dayAfter(day)) {
      const id = newId(platform, 'run');
      await engine.batch([insertRun({ id, day, about: 'money' }, 'bench', newId(platform, 't'))]);
      const [run] = await engine.all<RunRow>(runById(id));
      if (run === undefined) throw new Error('the run is gone');
      const before = performance.now();
      await carryOut(parts, createChange(parts), run, async () => true);
      ran += performance.now() - before;
      days.push(await seenOn(engine, run));
    }
    const score = scoreMonth(month, days);
    row(
      ...[String(seed), round(month.payments.length), round(taken.fresh ?? 0), round(score.automatic)],
      ...[round(score.wrong.length), round(score.planted), round(score.planted - score.missed.length)],
      ...[round(score.innocent), round(score.broken.length), round(ran / days.length / 1_000, 2)],
    );
    await close();
    if (score.wrong.length + score.missed.length + score.broken.length + score.unseen.length > 0)
      throw new Error(
        `month ${seed}: ${JSON.stringify(score).slice(0, 2_000)} (${round((performance.now() - begun) / 1_000)} s)`,
      );
  }
};

async function seenOn(engine: Engine, run: RunRow): Promise<SeenDay> {
  const ties: TieRow[] = [];
  for (let after = ''; ; ) {
    const page = await engine.all<TieRow>(tiesOfDay(run.day, null, after, PAGE));
    const last = page.at(-1);
    if (last === undefined) break;
    ties.push(...page);
    after = last.grp;
  }
  const breaks: BreakRow[] = [];
  for (let after = ''; ; ) {
    const page = await engine.all<BreakRow>(breaksOfRun(run.id, { state: null, kind: null }, after, PAGE));
    const last = page.at(-1);
    if (last === undefined) break;
    breaks.push(...page);
    after = last.id;
  }
  return {
    matches: [...Map.groupBy(ties, ({ grp }) => grp).values()].map((rows) => ({
      ...{ rule: rows[0]?.rule ?? '', status: rows[0]?.status ?? '' },
      payments: [...new Set(rows.flatMap(({ payment }) => payment ?? []))],
      lines: [...new Set(rows.flatMap(({ number }) => (number === null ? [] : [Number(number)])))].map((number) => ({
        number,
      })),
    })),
    breaks: breaks.map(({ kind, payment, number }) => ({
      ...{ kind, payment, line: number === null ? null : { number: Number(number) } },
    })),
  };
}
