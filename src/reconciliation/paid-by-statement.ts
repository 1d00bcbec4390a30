import type { Change, ChangePayments } from '../payments/change.ts';
import { channels } from '../payments/channel.ts';
import { SAME_CREDIT_DAYS } from '../payments/credits.ts';
import { type FactRow, factsOf, type PaymentRow, paymentsBy } from '../payments/statements.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { commands, sql } from '../store/engine.ts';
import { daysBetween } from './matching/time.ts';
import { aliveRun, type RunRow } from './run-rows.ts';
import type { UntiedLine } from './untied-lines.ts';

/** Payments that one commit changes. */
const AT_ONCE = 100;
/** Payments that nobody can be asked about: a transfer is paid when the bank says so. */
const TRANSFERS: ReadonlySet<string> = new Set(
  channels.filter(({ system }) => system === null).map(({ name }) => name),
);

/**
 * What a bank's statement says of transfers that nothing else has said: money that came, of the right amount or another,
 * and money that went back. A line is tied one to one to a fact of equal amount; only one without is a new fact. Answers
 * whether there were any.
 */
export async function paidByStatement(
  { engine, platform }: Pick<RoomParts, 'engine' | 'platform'>,
  change: ChangePayments,
  lines: readonly UntiedLine[],
  run: RunRow,
): Promise<boolean> {
  const named = Map.groupBy(
    lines.filter(({ side, reference, amount }) => side === 'bank' && reference !== null && (amount ?? 0) > 0),
    ({ reference }) => reference ?? '',
  );
  let changed = false;
  const all = [...named.keys()].sort();
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const references = all.slice(at, at + AT_ONCE);
    const rows = (
      await engine.all<PaymentRow & { account: string | null }>(paymentsBy('reference', references))
    ).filter(({ channel }) => TRANSFERS.has(channel));
    const facts = Map.groupBy(await engine.all<FactRow>(factsOf(rows.map(({ id }) => id))), ({ payment }) => payment);
    const told = await accountsOf(engine, rows);
    const tied = await tiedOf(engine, rows);
    const changes = rows.flatMap((row): Change[] => {
      const fresh = newFacts(
        row,
        told.get(row.id) ?? null,
        named.get(row.reference) ?? [],
        (facts.get(row.id) ?? []).filter(({ id }) => !tied.has(id)),
      );
      return fresh.length === 0
        ? []
        : [
            {
              reference: row.reference,
              row: run.id,
              facts: fresh.map((fact) => ({ id: newId(platform, 'fact'), ...fact })),
            },
          ];
    });
    if (changes.length === 0) continue;
    const made = await change(changes, { only: { table: 'reconciliation_run', column: 'id' }, actor: `run:${run.id}` });
    const token = newId(platform, 't');
    await engine.batch([...aliveRun(run.id, token).slice(0, 1), ...made.statements(token)]);
    changed = true;
  }
  return changed;
}

async function accountsOf(
  engine: RoomParts['engine'],
  rows: readonly PaymentRow[],
): Promise<ReadonlyMap<string, string | null>> {
  const found = await engine.all<{ id: string; account: string | null }>(
    sql(
      `select p.id, p.account from json_each(?1) v join payment p on p.id = v.value->>'is'`,
      commands(rows.map(({ id }) => ({ is: id }))),
    ),
  );
  return new Map(found.map(({ id, account }) => [id, account]));
}

/** Facts that a line of a bank has already: another line speaks of other money. */
async function tiedOf(engine: RoomParts['engine'], rows: readonly PaymentRow[]): Promise<ReadonlySet<string>> {
  const found = await engine.all<{ fact: string }>(
    sql(
      `select t.fact from json_each(?1) v join payment_fact f on f.payment = v.value->>'is'
         join reconciliation_tie t on t.fact = f.id and t.status <> 'proposed' join statement s on s.id = t.statement and s.side = 'bank'`,
      commands(rows.map(({ id }) => ({ is: id }))),
    ),
  );
  return new Set(found.map(({ fact }) => fact));
}

const NO_MONEY: ReadonlySet<string> = new Set(['failed', 'cancelled', 'expired']);
const keyOf = ({ identity }: UntiedLine): string => `statement:${identity}`;

type FromLine = Omit<NonNullable<Change['facts']>[number], 'id'>;

function newFacts(
  row: PaymentRow,
  account: string | null,
  lines: readonly UntiedLine[],
  held: readonly FactRow[],
): FromLine[] {
  // What a line told in an earlier run is that line's, whatever came before it since.
  const told = new Map(held.map((fact) => [fact.fact_key, fact.id]));
  const own = new Set(lines.flatMap((line) => told.get(keyOf(line)) ?? []));
  const left = held.filter(({ id, kind }) => !own.has(id) && !NO_MONEY.has(kind));
  return [...lines]
    .filter((line) => !told.has(keyOf(line)))
    .sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : one.number - other.number))
    .flatMap((line): FromLine[] => {
      // What the bank takes back of money that went out is no payment: a person looks at it.
      if (line.direction === 'credit' && line.reversal) return [];
      const isOut = line.direction === 'debit';
      const kinds = isOut ? ['refunded', 'reversed'] : ['paid', 'under-review'];
      const at = left.findIndex(
        (fact) =>
          kinds.includes(fact.kind) &&
          fact.amount === line.amount &&
          Math.abs(daysBetween(line.day, fact.day ?? line.day)) <= SAME_CREDIT_DAYS,
      );
      if (at >= 0) {
        left.splice(at, 1);
        return [];
      }
      const isRight = account === null || account === line.account;
      if (isOut && !isRight) return [];
      const kind = isOut
        ? line.reversal
          ? 'reversed'
          : 'refunded'
        : isRight && line.amount === row.amount
          ? 'paid'
          : 'under-review';
      return [
        {
          ...{ key: keyOf(line), kind, amount: line.amount, currency: 'VND', transaction: null },
          ...{ at: line.day, source: 'statement', attested: 0, replaces: [], code: null },
        },
      ];
    });
}
