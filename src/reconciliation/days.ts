import type { DayState } from '../../contracts/domain/reconciliation.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { approve, ask, end, type Hand, secondVerdict } from '../access/four-eyes.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { happened, raise } from '../chronicle/raise.ts';
import { keptWords } from '../crypto/kept-words.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';
import type { DayRefusal } from './day-refusals.ts';
import {
  approveDay,
  closeDay,
  type DayMark,
  type DayRow,
  dayRow,
  daysBetween,
  factsOf,
  lastRunOf,
  lockOf,
  lockPeriod,
  markOf,
  reopenDay,
  signFacts,
  type ToClose,
  unapprovedDays,
  unmoved,
} from './day-rows.ts';
import { reconciliationEvents } from './event-types.ts';
import { lockGate } from './gate.ts';
import type { DayReports } from './reports/day-report.ts';
import { insertSigned } from './reports/signed.ts';

export type Days = ReturnType<typeof createDays>;

/** Days: closed by one person, approved by another, opened again with a reason; months and quarters locked for good. */
export function createDays(
  { engine, platform, vault }: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  reports: Pick<DayReports, 'toSign'>,
) {
  const one = async (day: string): Promise<DayRow | undefined> => (await engine.all<DayRow>(dayRow(day)))[0];
  const actOf = (day: string, n: number) => ({ kind: 'day-close', ref: `${day}:${n}` }) as const;
  /** A line of the journal, where this batch moved the day. */
  const noted = (day: string, from: DayState, actor: string, token: string): Statement =>
    journalLines(
      {
        ...{
          id: `'day:' || d.day || ':' || ?2`,
          ref: `'day:' || d.day`,
          from: '?3',
          to: 'd.state',
          actor: '?4',
          hash: 'd.digest',
        },
        source: 'from reconciliation_day d where d.day = ?1 and d.written_by = ?2',
      },
      ...[day, token, from, actor],
    );
  const moved = (day: string, token: string): Statement =>
    sql('select d.day from reconciliation_day d where d.day = ?1 and d.written_by = ?2', day, token);

  return {
    one,
    between: (from: string, to: string) => engine.all<DayRow>(daysBetween(from, to)),
    async close(day: string, by: Hand): Promise<DayRow | DayRefusal> {
      const before = await one(day);
      if (before !== undefined && before.state !== 'open') return 'closed-already';
      const [last] = await engine.all<ToClose>(lastRunOf(day));
      if (Number(last?.running ?? 0) > 0) return 'running';
      if (last === undefined) return 'not-run';
      if (Number(last.broken) > 0 || Number(last.newer) > 0) return 'run-again';
      const n = Number(before?.n ?? 0) + 1;
      const [mark] = await engine.all<DayMark>(markOf(day, last.run));
      const facts = await engine.all<{ fact: string }>(factsOf(day));
      const signed = await reports.toSign(last.run);
      if (mark === undefined || signed === undefined) return 'not-run';
      if (facts.length !== Number(mark.facts)) return 'moved';
      // Of everything that is signed: of the run with the digests of its inputs, and of what people did about it since.
      const [digest = ''] = await vault.digest([JSON.stringify([last.digest, signed])]);
      const token = newId(platform, 't');
      const answers = await engine.batch([
        lockGate('days'),
        // Asked for only where the day is closed by it. The day is a checked one.
        ...ask(actOf(day, n), by, { weight: 1, limit: 0, token, open: () => closable(day, last.run, mark) }),
        closeDay({ day, n, run: last.run, digest, actor: by.id }, unmoved(day, last.run, mark), token),
        ...insertSigned(engine, day, signed, token),
        ...commandTexts(facts, engine.limits).map((text) => signFacts(text, day, token)),
        noted(day, 'open', by.id, token),
        moved(day, token),
      ]);
      if (answers.at(-1)?.length === 0) return by.kind === 'person' ? 'moved' : 'second-person';
      return (await one(day)) ?? 'moved';
    },
    async approve(day: string, by: Hand): Promise<DayRow | DayRefusal> {
      const row = await one(day);
      if (row?.state !== 'closed') return 'not-closed';
      const act = actOf(day, Number(row.n));
      const verdict = await secondVerdict(engine, act, by);
      if (verdict !== 'may') return verdict;
      const token = newId(platform, 't');
      const told = {
        ...happened(platform, reconciliationEvents.dayClosed, {
          ...{ system: null, ref: day, data: { date: day, digest: row.digest, run: row.run } },
        }),
        day,
      };
      const answers = await engine.batch([
        lockGate('days'),
        ...approve(act, by, { token }),
        approveDay(day, Number(row.n), by.id, token),
        noted(day, 'closed', by.id, token),
        raise([told], `join reconciliation_day d on d.day = v.value->>'day' and d.written_by = ?2`, token),
        moved(day, token),
      ]);
      if (answers.at(-1)?.length === 0) {
        const meanwhile = await secondVerdict(engine, act, by);
        return meanwhile === 'may' ? 'moved' : meanwhile;
      }
      return (await one(day)) ?? 'moved';
    },
    async reopen(day: string, reason: string, by: Hand): Promise<DayRow | DayRefusal> {
      const row = await one(day);
      if (row === undefined || row.state === 'open') return 'not-closed';
      const token = newId(platform, 't');
      const why = await keptWords(vault, { column: 'reconciliation_day.reason', row: day }, reason);
      const answers = await engine.batch([
        lockGate('days'),
        reopenDay(day, Number(row.version), why, token),
        // Whatever still waited for a second pair of eyes is over.
        end(
          actOf(day, Number(row.n)),
          token,
          () => `exists (select 1 from reconciliation_day d where d.written_by = '${token}')`,
        ),
        noted(day, row.state, by.id, token),
        moved(day, token),
      ]);
      if (answers.at(-1)?.length === 0) return (await one(day))?.state === row.state ? 'locked' : 'moved';
      return (await one(day)) ?? 'moved';
    },
    /** Days that stand in the way; none: it is locked. `period`: `YYYY-MM` or `YYYY-Qn`. */
    async lock(period: string, by: Hand): Promise<readonly string[] | 'not-over'> {
      const [from, to] = daysOf(period);
      if (to >= vietnamTime(platform.wall()).slice(0, 10)) return 'not-over';
      const open = (await engine.all<{ day: string }>(unapprovedDays(from, to))).map(({ day }) => day);
      if (open.length > 0) return open;
      if ((await engine.all(lockOf(period))).length > 0) return [];
      const token = newId(platform, 't');
      await engine.batch([
        lockGate('days'),
        lockPeriod(period, from, to, by.id, token),
        journalLines(
          {
            ...{ id: `'period:' || k.period`, ref: `'period:' || k.period`, to: `'locked'`, actor: '?3' },
            source: 'from reconciliation_lock k where k.period = ?1 and k.written_by = ?2',
          },
          ...[period, token, by.id],
        ),
      ]);
      // A day may have been opened again meanwhile.
      return (await engine.all<{ day: string }>(unapprovedDays(from, to))).map(({ day }) => day);
    },
  };
}

/** SQL: no run of the day is under way, and nobody has closed it. */
const closable = (day: string, run: string, mark: DayMark): string =>
  `not exists (select 1 from reconciliation_run o where o.day = '${day}' and o.about = 'money' and o.state = 'running')
   and not exists (select 1 from reconciliation_day d where d.day = '${day}' and d.state <> 'open') and ${unmoved(day, run, mark)}`;

/** First and last day of a month or a quarter. */
export function daysOf(period: string): readonly [string, string] {
  const [year = '', part = ''] = period.split('-');
  const quarter = /^Q([1-4])$/.exec(part)?.[1];
  const first = quarter === undefined ? Number(part) : Number(quarter) * 3 - 2;
  const last = quarter === undefined ? first : first + 2;
  const two = (n: number): string => String(n).padStart(2, '0');
  return [
    `${year}-${two(first)}-01`,
    `${year}-${two(last)}-${two(new Date(Date.UTC(Number(year), last, 0)).getUTCDate())}`,
  ];
}
