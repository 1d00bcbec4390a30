import type { BreakKind } from '../../contracts/domain/reconciliation.ts';
import { idFrom, newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import {
  afterClosing,
  type LateTie,
  lateTies,
  type OddFact,
  type OddPayment,
  oddPayments,
  type Unreturned,
  uncredited,
  unreturned,
} from './odd-rows.ts';
import type { RunRow, Window } from './run-rows.ts';
import type { BreakToWrite } from './write-breaks.ts';

const PAGE = 2_000;
/** How far before the window what belongs together is still looked for. */
const BEFORE_MS = 60 * 86_400_000;

/**
 * What is odd beside pairs and lines: payments by their own standing, what came later than its day, money that stands with
 * one side and not with the next. `broken`: facts that have a break already.
 */
export async function oddities(
  { engine, platform }: Pick<RoomParts, 'engine' | 'platform'>,
  run: RunRow,
  window: Window,
  broken: ReadonlySet<string>,
): Promise<readonly BreakToWrite[]> {
  const base = (
    kind: BreakKind,
    of: { readonly payment: string; readonly dossier: string; readonly fact?: string; readonly day: string },
    more: Pick<BreakToWrite, 'why'> & Partial<BreakToWrite>,
  ): BreakToWrite => ({
    ...{ id: newId(platform, 'brk'), item: `payment:${of.payment}:${kind}`, kind, side: 'recorded', day: of.day },
    ...{ ours: 0, theirs: 0, payment: of.payment, fact: of.fact ?? null, dossier: of.dossier },
    ...{ statement: null, number: null, candidates: '[]', state: 'open' },
    ...more,
  });
  const found: BreakToWrite[] = [];
  const from = Date.parse(`${window.from}T00:00:00Z`);
  const since = new Date(from - BEFORE_MS).toISOString().slice(0, 10);
  // Longer ago than the window, so that a break which is of the day it was found on is found as long as it may clear.
  const recordedSince = idFrom('fact', from - BEFORE_MS);
  for (const each of await engine.scan<OddPayment>(oddPayments(window))) {
    const { surplus, amount: ours } = each;
    if (surplus > 0)
      found.push(base('duplicate-theirs', each, { theirs: surplus, why: 'more money came than is due' }));
    if (each.fee_differs === 1)
      found.push(base('fee-policy', each, { ours, why: 'its amount is not what the register of fees says' }));
    if ((each.cancelled !== 'no' || each.expired !== 'no') && each.state === 'paid')
      found.push(base('late', each, { ours, why: 'was paid after it was cancelled or its time was over' }));
  }
  for (const each of await engine.scan<LateTie>(lateTies(run.day)))
    found.push(
      base('late', each, {
        ...{ item: `fact:${each.fact}:late:${each.side}`, side: each.side },
        ...{ statement: each.statement, number: each.number, ours: each.amount, theirs: each.amount },
        ...{ state: 'explained', why: `was recorded on ${each.day} and booked on ${each.booked}` },
      }),
    );
  for (const each of await engine.scan<OddFact>(afterClosing(window, recordedSince)))
    found.push(
      base('late', each, {
        ...{ item: `fact:${each.fact}:after-closing`, day: run.day, ours: each.amount },
        why: `is of ${each.day} and was recorded after that day had been closed`,
      }),
    );
  for (let after = ''; ; ) {
    const page = await engine.scan<OddFact>(uncredited(window, after, PAGE));
    for (const each of page)
      if (!broken.has(each.fact))
        found.push(
          base('missing-theirs', each, {
            ...{ item: `fact:${each.fact}:bank`, side: 'bank', ours: each.amount },
            why: 'was collected, and the statement of its account shows no credit for it',
          }),
        );
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.fact;
  }
  for (const each of await engine.scan<Unreturned>(unreturned(window, since)))
    found.push(
      base('missing-theirs', each, {
        item: `payment:${each.payment}:not-returned`,
        ours: Number(each.moved) - Number(each.returned),
        why: 'is recorded as given back, and no statement shows that it went out',
      }),
    );
  return found;
}
