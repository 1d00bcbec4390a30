import type { BreakState } from '../../contracts/domain/reconciliation.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { keptWords, readWord } from '../crypto/kept-words.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import {
  type AcceptedPair,
  actOnBreak,
  type BreakRow,
  breakById,
  breaksOfRun,
  freeFacts,
  lineOf,
  settleWith,
  tieAccepted,
} from './break-rows.ts';
import { type DayRow, dayRow } from './day-rows.ts';
import { lockGate } from './gate.ts';
import type { Candidate } from './matching/entry.ts';

export interface BreakAct {
  readonly act: 'assign' | 'explain' | 'correct' | 'write-off' | 'accept';
  readonly reason: string;
  readonly assignee: string | undefined;
  readonly candidate:
    | { readonly payment: string }
    | { readonly line: { readonly statement: string; readonly number: number } }
    | undefined;
}

export type BreakRefusal =
  | 'not-found'
  /** It moved on since it was read. */
  | 'moved'
  /** It is settled already. */
  | 'settled'
  | 'assignee-missing'
  /** It has several candidates, or none: which one is accepted must be said. */
  | 'candidate-missing'
  | 'unknown-candidate'
  /** What would be accepted does not come to what the line moved. */
  | 'amounts-differ'
  /** The line or the money has another pair by now, or a run is under way. */
  | 'taken';

export interface SeenBreak extends BreakRow {
  /** What the person who acted last gave as the reason. */
  readonly said: string | null;
}

const BECOMES: Readonly<Record<BreakAct['act'], BreakState>> = {
  ...{ assign: 'assigned', explain: 'explained', correct: 'corrected', 'write-off': 'written-off', accept: 'accepted' },
};
const SETTLED: ReadonlySet<BreakState> = new Set<BreakState>(['written-off', 'accepted', 'cleared']);

/** Payments that come to a line's amount only together. */
const TOGETHER = 'several-payments';

export type Breaks = ReturnType<typeof createBreaks>;

/** Breaks as they are seen, and what people do about them. */
export function createBreaks({ engine, platform, vault }: Pick<RoomParts, 'engine' | 'platform' | 'vault'>) {
  const reasonAt = (id: string) => ({ column: 'reconciliation_break.reason', row: id }) as const;
  const seen = async (row: BreakRow): Promise<SeenBreak> => ({
    ...row,
    said: row.reason === null ? null : await readWord(vault, reasonAt(row.id), row.reason),
  });
  const one = async (id: string): Promise<BreakRow | undefined> => (await engine.all<BreakRow>(breakById(id)))[0];

  /** Which recorded money and which line the candidate makes a pair of. */
  async function pairOf(row: BreakRow, act: BreakAct) {
    const all = JSON.parse(row.candidates) as Candidate[];
    const { candidate } = act;
    const [only, ...others] = all;
    const chosen =
      candidate === undefined
        ? others.length === 0
          ? only
          : undefined
        : all.find((each) =>
            'payment' in candidate
              ? each.payment === candidate.payment
              : each.line?.statement === candidate.line.statement && each.line.number === candidate.line.number,
          );
    if (chosen === undefined)
      return candidate === undefined ? ('candidate-missing' as const) : ('unknown-candidate' as const);
    const line =
      chosen.line ??
      (row.statement === null || row.number === null ? null : { statement: row.statement, number: Number(row.number) });
    if (line === null) return 'unknown-candidate' as const;
    // What comes to a line's amount only together is accepted together.
    const together = chosen.rule === TOGETHER ? all.filter(({ rule }) => rule === TOGETHER) : [chosen];
    const [moved] = await engine.all<{ side: string; amount: number | null }>(lineOf(line.statement, line.number));
    if (moved === undefined) return 'unknown-candidate' as const;
    let sum = 0;
    const facts: { fact: string; payment: string }[] = [];
    for (const each of together) {
      const payment = each.payment ?? row.payment;
      if (payment === null) return 'unknown-candidate' as const;
      const free = await engine.all<{ id: string; amount: number }>(freeFacts(payment, moved.side));
      const alone = together.length === 1;
      const fact = free.find(({ id, amount }) => id === row.fact || (alone && amount === moved.amount)) ?? free[0];
      if (fact === undefined) return 'taken' as const;
      sum += Number(fact.amount);
      facts.push({ fact: fact.id, payment });
    }
    if (sum !== moved.amount) return 'amounts-differ' as const;
    return { ...line, side: moved.side, rule: chosen.rule, facts } satisfies AcceptedPair;
  }

  /** Where the pair counts: what is closed stays as it was sealed, so then it is of today. */
  async function openDay(day: string): Promise<string> {
    const [row] = await engine.all<DayRow>(dayRow(day));
    return row === undefined || row.state === 'open' ? day : vietnamTime(platform.wall()).slice(0, 10);
  }

  return {
    /** One more than `limit`, where there is one. */
    ofRun: async (
      run: string,
      only: { readonly state?: string | undefined; readonly kind?: string | undefined },
      after: string | undefined,
      limit: number,
    ): Promise<SeenBreak[]> =>
      Promise.all(
        (
          await engine.all<BreakRow>(
            breaksOfRun(run, { state: only.state ?? null, kind: only.kind ?? null }, after ?? '', limit + 1),
          )
        ).map(seen),
      ),
    async one(id: string): Promise<SeenBreak | undefined> {
      const row = await one(id);
      return row && seen(row);
    },
    async act(id: string, version: number, act: BreakAct, actor: string): Promise<SeenBreak | BreakRefusal> {
      const row = await one(id);
      if (row === undefined) return 'not-found';
      if (row.version !== version) return 'moved';
      if (SETTLED.has(row.state)) return 'settled';
      if (act.act === 'assign' && act.assignee === undefined) return 'assignee-missing';
      const pair = act.act === 'accept' ? await pairOf(row, act) : undefined;
      if (typeof pair === 'string') return pair;
      const day = pair === undefined ? row.run_day : await openDay(row.run_day);
      const token = newId(platform, 't');
      const reason = await keptWords(vault, reasonAt(id), act.reason);
      const to = BECOMES[act.act];
      const answers = await engine.batch([
        lockGate('days'),
        actOnBreak({ id, version, to, assignee: act.assignee ?? null, reason, actor, day }, pair, token),
        ...(pair === undefined
          ? []
          : [tieAccepted(id, day, pair, actor, token), ...settleWith(id, pair, actor, token)]),
        journalLines(
          {
            ...{ id: `b.id || ':' || ?2`, ref: 'b.id', from: '?3', to: 'b.state', actor: '?4' },
            source: 'from reconciliation_break b where b.id = ?1 and b.written_by = ?2',
          },
          ...[id, token, row.state, actor],
        ),
        sql('select b.id from reconciliation_break b where b.id = ?1 and b.written_by = ?2', id, token),
      ]);
      if (answers.at(-1)?.length === 0) return 'moved';
      const after = await one(id);
      return after === undefined ? 'not-found' : seen(after);
    },
  };
}
