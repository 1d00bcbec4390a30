import { journalLine } from '../chronicle/journal-line.ts';
import type { ChangePayments } from '../payments/change.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { type Statement, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';
import type { Break, OurFact, OurPayment, Side, Tie } from './matching/entry.ts';
import { alikeOf, match } from './matching/match.ts';
import { namesIn } from './matching/names.ts';
import { type Rule, rulesWith } from './matching/rules.ts';
import { oddities } from './odd.ts';
import { paidByStatement } from './paid-by-statement.ts';
import { createRules } from './rules.ts';
import {
  aliveRun,
  carryOlder,
  clearBreaks,
  dropTies,
  endRun,
  type FactOfPayment,
  insertTies,
  listWritten,
  paymentsCut,
  paymentsNamed,
  type RunRow,
  type StatementIn,
  statementsIn,
  type TieRow,
  tiedOf,
  tieExact,
  tieExactOf,
  tiesToDigest,
  totalsOf,
  unlist,
  untiedFacts,
  type Window,
} from './run-rows.ts';
import { type UntiedLine, untied } from './untied-lines.ts';
import { type BreakToWrite, writeBreaks } from './write-breaks.ts';

/** How far back a run looks for what has not found its other side: longer than any statement is late. */
const LOOK_BACK_DAYS = 45;
const PAGE = 2_000;
/** Lines that one commit ties, so that none keeps the store from others for long. */
const LINES_AT_ONCE = 5_000;

/** A run that somebody stopped, or took away. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
}

/** The order in which sides are held against what is recorded, and whose payments each of them may speak of. */
const SIDES: readonly { readonly side: Side; readonly channels: readonly string[] | null }[] = [
  { side: 'platform', channels: ['national'] },
  { side: 'orders', channels: ['vietcombank'] },
  { side: 'tax', channels: ['land-tax'] },
  { side: 'bank', channels: null },
];

/**
 * Carries one run out, from its beginning: what an earlier run of its day tied goes first, so that the same files and
 * facts come to the same however often it is begun. Asks between its steps whether it is still wanted (`RunStopped`).
 */
export async function carryOut(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  change: ChangePayments,
  run: RunRow,
  mine: () => Promise<boolean>,
): Promise<void> {
  const { engine, platform } = parts;
  const window: Window = { from: daysBefore(run.day, LOOK_BACK_DAYS), to: run.day };
  /** These statements in one commit with the run's sign of life. */
  const goOn = async (...statements: readonly Statement[]): Promise<void> => {
    // Another process may have taken it over where this one stood still for long.
    if (!(await mine())) throw new RunStopped();
    const answers = await engine.batch([...statements, ...aliveRun(run.id, newId(platform, 't'))]);
    if (answers.at(-1)?.length === 0) throw new RunStopped();
  };

  await goOn(...unlist(run.id, newId(platform, 't')));
  for (;;) if (((await engine.batch(dropTies(run.day, PAGE))).at(-1) ?? []).length === 0) break;
  const statements = await engine.all<StatementIn>(statementsIn(window));
  const rules = rulesWith(await createRules(parts).all());
  for (const { id, lines } of statements)
    for (let from = 1; from <= lines; from += LINES_AT_ONCE)
      await goOn(tieExact(window, { statement: id, from, to: from + LINES_AT_ONCE - 1 }));

  let lines = await untied(parts, statements, window);
  // A transfer is paid by the bank's word alone: what the statement says first is a fact, and then agrees with itself.
  if (await paidByStatement(parts, change, lines, run)) {
    for (const { statement, numbers } of byFile(engine, lines)) await goOn(tieExactOf(window, statement, numbers));
    lines = await stillUntied(engine, lines);
  }
  await goOn();

  const ties: Tie[] = [];
  const breaks: Break[] = [];
  const isTied = new Set<string>();
  const missing = new Map<string, Break>();
  for (const { side, channels } of SIDES) {
    const of = lines.filter((line) => line.side === side);
    if (of.length === 0 && side !== 'bank') continue;
    const facts = await factsWithout(engine, window, side, channels);
    const payments = await paymentsFor(engine, side, of, facts);
    const matched = match({ side, rules, lines: of, facts: facts.map(ourFact), payments });
    ties.push(...matched.ties);
    breaks.push(...matched.breaks);
    for (const tie of matched.ties) if (tie.status !== 'proposed') for (const { fact } of tie.facts) isTied.add(fact);
    for (const { fact } of matched.breaks) if (fact !== null) isTied.add(fact.fact);
    const rows = new Map(facts.map((fact) => [fact.fact, fact]));
    const byPayment = new Map(payments.map((each) => [each.payment, each]));
    for (const { fact, candidates } of matched.left) {
      const payment = byPayment.get(fact.payment) ?? null;
      if ((rows.get(fact.fact)?.ties ?? 0) > 0) continue;
      const isSecond = (payment?.tied ?? 0) > 0;
      missing.set(fact.fact, {
        ...{
          kind: isSecond ? 'duplicate-ours' : 'missing-theirs',
          side: 'recorded',
          day: fact.day,
          ours: fact.amount,
          theirs: 0,
        },
        ...{ payment, fact, line: null, candidates },
        why: isSecond ? 'is recorded once more than any line says' : 'no line of any statement is known for it',
      });
    }
    await goOn();
  }
  breaks.push(...[...missing].flatMap(([fact, each]) => (isTied.has(fact) ? [] : [each])));

  for (const text of commandTexts(ties.flatMap(tieRows), engine.limits)) await goOn(insertTies(text, run.day, run.id));
  const broken = new Set(breaks.flatMap(({ fact }) => fact?.fact ?? []));
  const odd = await oddities(parts, run, window, broken);
  const rows = [...breaks.map((each) => breakRow(parts, each)), ...odd];
  await writeBreaks(parts, run.id, rows, goOn);
  await end(parts, run, window, statements, rules);
}

/** Numbers of lines as statements take them, file by file. */
const byFile = ({ limits }: Pick<RoomParts['engine'], 'limits'>, lines: readonly UntiedLine[]) =>
  [...Map.groupBy(lines, ({ statement }) => statement)].flatMap(([statement, some]) =>
    commandTexts(
      some.map(({ number }) => ({ n: number })),
      limits,
    ).map((numbers) => ({ statement, numbers })),
  );

async function stillUntied(engine: RoomParts['engine'], lines: readonly UntiedLine[]): Promise<UntiedLine[]> {
  const tied = new Set<string>();
  for (const { statement, numbers } of byFile(engine, lines))
    for (const { number } of await engine.all<{ number: number }>(tiedOf(statement, numbers)))
      tied.add(`${statement}:${number}`);
  return lines.filter(({ statement, number }) => !tied.has(`${statement}:${number}`));
}

async function factsWithout(
  engine: RoomParts['engine'],
  window: Window,
  side: Side,
  channels: readonly string[] | null,
): Promise<FactOfPayment[]> {
  const found: FactOfPayment[] = [];
  for (let after = ''; ; ) {
    const page = await engine.scan<FactOfPayment>(untiedFacts(window, side, channels, after, PAGE));
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return found;
    after = last.fact;
  }
}

const ourFact = (row: FactOfPayment): OurFact => ({
  ...{ fact: row.fact, payment: row.payment, amount: row.fact_amount, day: row.day },
});

/** The payments that these lines and facts speak of, and those that could be taken for them. */
async function paymentsFor(
  engine: RoomParts['engine'],
  side: Side,
  lines: readonly UntiedLine[],
  facts: readonly FactOfPayment[],
): Promise<OurPayment[]> {
  const names = lines.map((line) => ({ line, ...namesIn(line.narrative) }));
  const references = new Set([...names.flatMap((each) => each.references), ...facts.map(({ reference }) => reference)]);
  const unnamed = names.filter((each) => each.references.length === 0 && each.line.amount !== null);
  const wanted = new Set(unnamed.map(({ line }) => alikeOf(side, line.account, line.amount ?? 0)));
  const dossiers = new Set(
    facts.filter((fact) => wanted.has(alikeOf(side, fact.account, fact.fact_amount))).map(({ dossier }) => dossier),
  );
  const cuts = unnamed.flatMap(({ line, cut }) => cut.map((from) => ({ from, to: `${from}~`, amount: line.amount })));
  const found = new Map<string, OurPayment>();
  const take = (rows: readonly OurPayment[]): void => {
    for (const row of rows) found.set(row.payment, { ...row, tied: Number(row.tied), returned: Number(row.returned) });
  };
  const asked = (values: ReadonlySet<string>) =>
    commandTexts(
      [...values].map((is) => ({ is })),
      engine.limits,
    );
  for (const text of asked(references)) take(await engine.scan<OurPayment>(paymentsNamed('reference', text, side)));
  for (const text of asked(dossiers)) take(await engine.scan<OurPayment>(paymentsNamed('dossier', text, side)));
  for (const text of commandTexts(cuts, engine.limits)) take(await engine.scan<OurPayment>(paymentsCut(text, side)));
  return [...found.values()];
}

/** One row a pair; of what agrees only together every payment and every line once, and one line for all beside each. */
function tieRows(tie: Tie) {
  const [first] = tie.lines;
  const key = first === undefined ? (tie.facts[0]?.fact ?? '') : `${first.statement}:${first.number}`;
  const grp = tie.status === 'proposed' ? `${key}:proposed` : key;
  return Array.from({ length: Math.max(tie.facts.length, tie.lines.length) }, (_, place) => {
    const fact = tie.facts[place];
    const line = tie.lines[tie.status !== 'proposed' && tie.lines.length === 1 ? 0 : place];
    return {
      ...{ grp, place, rule: tie.rule, status: tie.status, why: tie.why, fact: fact?.fact ?? null },
      ...{ payment: fact?.payment ?? null, statement: line?.statement ?? null, number: line?.number ?? null },
    };
  });
}

const itemOf = ({ line, fact, payment }: Break): string =>
  line !== null ? `line:${line.statement}:${line.number}` : `fact:${fact?.fact ?? payment?.payment ?? ''}`;

const breakRow = ({ platform }: Pick<RoomParts, 'platform'>, each: Break): BreakToWrite => ({
  ...{
    id: newId(platform, 'brk'),
    item: itemOf(each),
    kind: each.kind,
    side: each.side,
    day: each.day,
    ours: each.ours,
  },
  ...{
    theirs: each.theirs,
    payment: each.payment?.payment ?? each.fact?.payment ?? null,
    fact: each.fact?.fact ?? null,
  },
  ...{
    dossier: each.payment?.dossier ?? null,
    statement: each.line?.statement ?? null,
    number: each.line?.number ?? null,
  },
  ...{ why: each.why, candidates: JSON.stringify(each.candidates), state: 'open' },
});

type Digested = Pick<TieRow, 'grp' | 'place' | 'rule' | 'status' | 'fact' | 'statement' | 'number'>;

/** What is not found any more has cleared; counts, sums of every side, and one digest of all that it came to. */
async function end(
  { engine, platform, vault }: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  run: RunRow,
  window: Window,
  statements: readonly StatementIn[],
  rules: readonly Rule[],
): Promise<void> {
  const token = newId(platform, 't');
  const totals = (await engine.scan<{ side: string; n: number; amount: number }>(totalsOf(run.day))).map(
    ({ side, n, amount }) => ({
      ...{ side, count: Number(n), amount: Number(amount) },
    }),
  );
  const byRules = await vault.digest([JSON.stringify(rules)]);
  const inputs = [...statements.map(({ digest }) => digest).sort(), ...byRules];
  let digest = '';
  const mix = async (text: string): Promise<void> => {
    [digest = ''] = await vault.digest([`${digest}\n${text}`]);
  };
  await mix(JSON.stringify([run.day, inputs, totals]));
  for (let after: Pick<TieRow, 'grp' | 'place'> = { grp: '', place: -1 }; ; ) {
    const rows = await engine.all<Digested>(tiesToDigest(run.day, after, PAGE));
    const last = rows.at(-1);
    if (last === undefined) break;
    await mix(
      JSON.stringify(rows.map(({ rule, status, fact, statement, number }) => [rule, status, fact, statement, number])),
    );
    after = last;
  }
  const found = await engine.scan<{ item: string; kind: string; ours: number; theirs: number }>(
    sql(
      `select b.item, b.kind, b.ours, b.theirs from reconciliation_listed k join reconciliation_break b on b.id = k.brk and b.last_run = k.run
        where k.run = ?1 order by b.item`,
      run.id,
    ),
  );
  await mix(JSON.stringify(found.map(({ item, kind, ours, theirs }) => [item, kind, ours, theirs])));
  const ended = await engine.batch([
    carryOlder(window, run.id, token),
    clearBreaks(window, run.id, token),
    listWritten(run.id, token),
    endRun({ id: run.id, totals: JSON.stringify(totals), inputs: JSON.stringify(inputs), digest }, token),
    sql('select r.id from reconciliation_run r where r.id = ?1 and r.written_by = ?2', run.id, token),
  ]);
  if (ended.at(-1)?.length === 0) throw new RunStopped();
  await engine.batch([
    journalLine({
      id: `${run.id}:${token}`,
      ref: run.id,
      from: 'running',
      to: 'done',
      actor: 'reconciliation',
      hash: digest,
    }),
  ]);
}

const DAY_MS = 86_400_000;
const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);
