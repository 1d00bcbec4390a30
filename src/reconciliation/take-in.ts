import { sha256 } from '@noble/hashes/sha2.js';
import { referencesIn } from '../../contracts/domain/payment-reference.ts';
import type { StatementFormat } from '../../contracts/domain/statement.ts';
import { journalLines } from '../chronicle/journal-line.ts';
import { toBase64Url } from '../crypto/bytes.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { CommandRun } from '../routes/route.ts';
import { type Row, sql } from '../store/engine.ts';
import { commandTexts } from '../store/limits.ts';
import { lockGate } from './gate.ts';
import { documentKey, identityText } from './line-identity.ts';
import { type Decimal, decimalText } from './sources/decimal.ts';
import { type ProblemTold, problemAt } from './sources/source.ts';
import type { OpenedSource } from './sources/sources.ts';
import { createUnderstander, type Understanding, type UnderstoodLine } from './sources/understand.ts';
import {
  beginStatement,
  countTaken,
  dropLines,
  dropStatement,
  insertAccounts,
  insertBlocks,
  insertLines,
  keepAlive,
  markRepeats,
  numberTwins,
  takenByDigest,
  takeStatement,
} from './statement-rows.ts';
import { textsToSeal } from './statement-texts.ts';
import { blockRow, NARRATIVES } from './tables.ts';

/** Entries that one commit writes. */
const LINES_AT_ONCE = 2_500;
/** Narratives that are sealed together. */
const LINES_A_BLOCK = 200;
/** Entries that one commit compares with earlier files. */
const COMPARED_AT_ONCE = 5_000;

export interface ToTakeIn {
  readonly file: AsyncIterable<Uint8Array>;
  /** What it is a statement of; undefined: its content decides. */
  readonly source: string | undefined;
  readonly account: string | null;
  /** Nothing is written: only what would be. */
  readonly preview: boolean;
  readonly actor: string;
  /** What it says, where that is known already; its digest is over `file` all the same. */
  readonly opened?: OpenedSource;
  /** For the key of the command that takes it: remembers the statement in the commit from which on it counts. */
  readonly remember?: CommandRun['remember'] | undefined;
}

export interface TakenIn {
  readonly kind: 'taken' | 'preview';
  /** Null of a preview. */
  readonly id: string | null;
  readonly source: string;
  readonly format: StatementFormat;
  readonly digest: string;
  readonly understanding: Understanding;
  /** Entries that no earlier file had; null of a preview. */
  readonly fresh: number | null;
}

export type TakeIn = (
  given: ToTakeIn,
) => Promise<
  | TakenIn
  | { readonly kind: 'already-taken'; readonly statement: string }
  | { readonly kind: 'unreadable'; readonly problems: readonly ProblemTold[] }
>;

/**
 * Takes a file in, in constant memory where its format allows it. Its entries are written down while it is read and count
 * for nobody until it is known to add up: then all of them count at once, but those that an earlier file had. A file that
 * is refused, or whose sender or taker goes away in the middle, leaves nothing.
 */
export function createTakeIn(
  parts: Pick<RoomParts, 'engine' | 'platform' | 'vault'>,
  open: (given: Pick<ToTakeIn, 'file' | 'source' | 'account'>) => Promise<OpenedSource | ProblemTold>,
): TakeIn {
  const { engine, platform } = parts;
  /** One file after the other is compared with those before it, so that an entry of two files counts in one. */
  let comparing: Promise<unknown> = Promise.resolve();
  const alone = <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    const next = comparing.then(work);
    comparing = next.catch(() => {});
    return next;
  };

  return async (given) => {
    const digest = sha256.create();
    async function* digested(): AsyncGenerator<Uint8Array> {
      for await (const piece of given.file) {
        digest.update(piece);
        yield piece;
      }
    }
    const bytes = digested();
    const opened = given.opened ?? (await open({ ...given, file: bytes }));
    if ('message' in opened) return { kind: 'unreadable', problems: [opened] };
    const { source, side, format, told } = opened;
    const understander = createUnderstander({ expected: given.account });
    const statement = given.preview ? undefined : newId(platform, 'stm');
    const subject = parts.vault.newSubject();
    let begun = false;
    let waiting: UnderstoodLine[] = [];
    const write = async (all: boolean): Promise<void> => {
      if (statement === undefined) return;
      if (!begun) {
        await engine.batch(
          beginStatement({ id: statement, subject, source, side, format, actor: given.actor }, newId(platform, 't')),
        );
        begun = true;
      }
      while (waiting.length >= LINES_AT_ONCE || (all && waiting.length > 0)) {
        const some = waiting.slice(0, LINES_AT_ONCE);
        waiting = waiting.slice(LINES_AT_ONCE);
        await writeLines(parts, statement, subject, some);
      }
    };
    try {
      for await (const group of told) {
        for (const line of understander.take(group)) waiting.push(line);
        if (understander.isHopeless) break;
        if (statement === undefined) waiting = [];
        else if (waiting.length >= LINES_AT_ONCE) await write(false);
      }
      const understanding = understander.end();
      if (understanding.problems.length > 0) return { kind: 'unreadable', problems: understanding.problems };
      // What a reader leaves unread behind the end of its format belongs to the file all the same.
      for await (const _rest of bytes);
      const name = toBase64Url(digest.digest());
      const [before] = await engine.all<{ id: string }>(takenByDigest(name));
      if (before !== undefined) return { kind: 'already-taken', statement: before.id };
      if (statement === undefined)
        return { kind: 'preview', id: null, source, format, digest: name, understanding, fresh: null };
      await write(true);
      const taken = await alone(() =>
        finish(parts, {
          ...{ id: statement, digest: name, understanding },
          actor: given.actor,
          remember: given.remember,
        }),
      );
      if (taken === undefined) {
        const [other] = await engine.all<{ id: string }>(takenByDigest(name));
        return other === undefined
          ? { kind: 'unreadable', problems: [problemAt(1, null, 'took too long to arrive: send it again')] }
          : { kind: 'already-taken', statement: other.id };
      }
      begun = false;
      return { kind: 'taken', id: statement, source, format, digest: name, understanding, fresh: taken };
    } finally {
      if (begun && statement !== undefined) await dropTaking(engine, statement);
    }
  };
}

/** Nothing of a file that never counted is left. */
export async function dropTaking(engine: RoomParts['engine'], statement: string): Promise<void> {
  let left: readonly Row[] = [{}];
  while (left.length > 0) left = (await engine.batch(dropLines(statement, COMPARED_AT_ONCE))).at(-1) ?? [];
  await engine.batch(dropStatement(statement));
}

async function writeLines(
  { engine, vault }: Pick<RoomParts, 'engine' | 'vault'>,
  statement: string,
  subject: SubjectKey,
  lines: readonly UnderstoodLine[],
): Promise<void> {
  const blocks = Array.from({ length: Math.ceil(lines.length / LINES_A_BLOCK) }, (_, n) =>
    lines.slice(n * LINES_A_BLOCK, (n + 1) * LINES_A_BLOCK),
  );
  const firstOf = (block: readonly UnderstoodLine[]): number => block[0]?.number ?? 0;
  const [hashes, sealed] = await Promise.all([
    vault.mac('statement-line', lines.map(identityText)),
    vault.seal(
      blocks.map((block) => ({
        ...{ subject, purpose: NARRATIVES, row: blockRow(statement, firstOf(block)) },
        text: textsToSeal(block),
      })),
    ),
  ]);
  const documents = await clearDocuments(vault, lines);
  const rows = lines.map((line, index) => {
    const named = referencesIn(line.narrative);
    return {
      ...{
        n: line.number,
        part: line.part,
        row: line.row,
        account: line.account,
        currency: line.currency,
        day: line.date,
      },
      ...{ time: line.time, direction: line.direction, amount: line.amountVnd, fee: line.feeVnd },
      ...{ other: line.amountVnd === null ? line.amount : null, document: documents[index] ?? null },
      ...{ reference: named.length === 1 ? named[0] : null, named: named.length },
      // By day and account first, so that what comes together lies together.
      identity: `${line.date}:${line.account}:${hashes[index]}`,
      ...{
        reversal: line.reversal ? 1 : 0,
        status: line.status === null || WORD.test(line.status) ? line.status : 'other',
      },
    };
  });
  await engine.batch([
    ...commandTexts(rows, engine.limits).map((text) => insertLines(text, statement)),
    ...commandTexts(
      blocks.map((block, n) => ({ first: firstOf(block), last: block.at(-1)?.number ?? 0, sealed: sealed[n] })),
      engine.limits,
    ).map((text) => insertBlocks(text, statement)),
    keepAlive(statement),
  ]);
}

/** A number of a document, or a bank's reference; anything else may be a person's name or number. */
const DOCUMENT = /^[A-Z0-9./]{1,35}$/;
const PERSONAL = /^(?:\d{9}|\d{12})$/;
const WORD = /^[A-Za-z0-9_-]{1,30}$/;

/** Numbers of documents as they may stand in clear: what does not look like one stands as a keyed digest. */
async function clearDocuments(
  vault: Pick<RoomParts['vault'], 'mac'>,
  lines: readonly UnderstoodLine[],
): Promise<(string | null)[]> {
  const keys = lines.map(({ documentNumber }) => documentKey(documentNumber));
  const odd = [...new Set(keys.filter((key) => key !== null && (!DOCUMENT.test(key) || PERSONAL.test(key))))];
  if (odd.length === 0) return keys;
  const digests = await vault.mac('statement-document', odd as string[]);
  const clear = new Map(odd.map((key, index) => [key, `digest#${digests[index]}`]));
  return keys.map((key) => clear.get(key) ?? key);
}

interface Finishing {
  readonly id: string;
  readonly digest: string;
  readonly understanding: Understanding;
  readonly actor: string;
  readonly remember: ToTakeIn['remember'];
}
/** How many entries are new, once the file counts; undefined where it was taken for abandoned, or was taken by another hand. */
async function finish(parts: Pick<RoomParts, 'engine' | 'platform'>, done: Finishing): Promise<number | undefined> {
  const { engine } = parts;
  const { id, understanding } = done;
  const compare = async (steps: readonly (typeof markRepeats)[]): Promise<void> => {
    for (let from = 1; from <= understanding.lines; from += COMPARED_AT_ONCE)
      await engine.batch([...steps.map((step) => step(id, from, from + COMPARED_AT_ONCE - 1)), keepAlive(id)]);
  };
  const counting = async () => Number((await engine.all<{ n: number }>(countTaken()))[0]?.n ?? 0);
  for (let steps = [numberTwins, markRepeats]; ; steps = [markRepeats]) {
    const beside = await counting();
    await compare(steps);
    const fresh = await takeBeside(parts, done, beside);
    // Where another process took a file meanwhile, the two have not been compared yet.
    if (fresh !== undefined || (await counting()) === beside) return fresh;
  }
}

async function takeBeside(
  { engine, platform }: Pick<RoomParts, 'engine' | 'platform'>,
  done: Finishing,
  beside: number,
): Promise<number | undefined> {
  const { id, understanding } = done;
  const token = newId(platform, 't');
  const text = (amount: Decimal | null, currency: string) => (amount === null ? null : decimalText(amount, currency));
  const accounts = understanding.accounts.map((account, place) => ({
    ...{ place, account: account.account, currency: account.currency, from: account.from, to: account.to },
    ...{ opening: text(account.opening, account.currency), closing: text(account.closing, account.currency) },
    ...{ credits: text(account.credits, account.currency), debits: text(account.debits, account.currency) },
    lines: account.lines,
  }));
  const answers = await engine.batch([
    lockGate('statements'),
    takeStatement({ id, digest: done.digest, lines: understanding.lines, beside }, token),
    ...commandTexts(accounts, engine.limits).map((each) => insertAccounts(each, id, token)),
    journalLines(
      {
        ...{ id: `s.id || ':' || ?2`, ref: 's.id', to: `'taken'`, actor: '?3', hash: 's.digest' },
        source: 'from statement s where s.id = ?1 and s.written_by = ?2',
      },
      ...[id, token, done.actor],
    ),
    ...(done.remember === undefined ? [] : [done.remember(id, { table: 'statement', column: 'id', row: id, token })]),
    sql('select s.fresh from statement s where s.id = ?1 and s.written_by = ?2', id, token),
  ]);
  const [row] = answers.at(-1) ?? [];
  return row === undefined ? undefined : Number(row.fresh);
}
