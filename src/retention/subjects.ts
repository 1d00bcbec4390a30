import type { Erasures } from '../crypto/erasures.ts';
import { keptWords, readWords } from '../crypto/kept-words.ts';
import type { Keyring } from '../crypto/keyring.ts';
import { ofFormat } from '../crypto/stored-format.ts';
import { Tampered, type Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine, SqlValue, Statement } from '../store/engine.ts';
import { commandBytes, slices } from '../store/limits.ts';
import type { SealedColumn } from '../store/tables.ts';
import * as statements from './subject-statements.ts';

/** What personal data belongs to, without any of it. Times are epoch milliseconds. */
export interface SubjectView {
  readonly id: string;
  /** `dossier`, `inbound`, `call` … */
  readonly kind: string;
  /** What it belongs to: a dossier code, the id of a message. */
  readonly ref: string;
  readonly createdAt: number;
  readonly purgeAfter: number | null;
  readonly erasedAt: number | null;
  readonly hold: { readonly reason: string; readonly by: string; readonly at: number } | null;
}

export interface ExportedItem {
  readonly subject: string;
  /** `table.column` that it is kept in. */
  readonly kind: string;
  readonly id: string;
  readonly at: number;
  /** Null where it cannot be read. */
  readonly content: unknown;
  readonly state: 'read' | 'erased' | 'tampered';
}

export interface SubjectOutcome<Outcome extends string> {
  readonly id: string;
  readonly outcome: Outcome;
}
export type Erased = SubjectOutcome<'erased' | 'already-erased' | 'held' | 'not-found'>;
export type OnHold = SubjectOutcome<'held' | 'already-held' | 'erased' | 'not-found'>;
export type Released = SubjectOutcome<'released' | 'not-held' | 'not-found'>;

/** Finding, giving out, erasing and holding what is kept of people. Every act is a line of the journal. */
export interface Subjects {
  get(ids: readonly string[]): Promise<SubjectView[]>;
  /** By the exact number of an identity paper, one that only an earlier version of the content has included. */
  findByIdentity(number: string): Promise<SubjectView[]>;
  findByRef(ref: string): Promise<SubjectView[]>;
  /** Everything sealed under the subjects, opened. The journal has it before the first item is given. */
  export(ids: readonly string[], actor: string, purpose: string): AsyncIterable<ExportedItem>;
  /** Takes keys and blind indexes for ever: what was sealed is unreadable. A hold stops it. */
  erase(ids: readonly string[], actor: string, reason?: string): Promise<Erased[]>;
  hold(ids: readonly string[], actor: string, reason: string): Promise<OnHold[]>;
  release(ids: readonly string[], actor: string, reason?: string): Promise<Released[]>;
  /**
   * Erases what has passed its age; how many. A dossier that is worked on again, and what the province has not taken
   * up yet, are kept whatever their age.
   */
  eraseDue(limit: number, actor: string): Promise<number>;
  /** After a restore: erases again who was erased since the backup; how many. */
  eraseAgain(actor: string): Promise<number>;
  /** Destroys keys of past epochs that no living subject needs, so that backups fall silent too. */
  destroyUnusedEpochs(actor: string): Promise<number[]>;
}

interface HeldRow {
  readonly id: string;
  readonly at: number;
  readonly sealed: string | null;
  readonly [column: string]: SqlValue;
}

/** Two epochs at the newest end are in use whatever the store shows: subjects are made under them now. */
const EPOCHS_IN_USE = 2;
const IDS_A_BATCH = 200;

export function subjects(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly keyring: Pick<Keyring, 'epochs' | 'presentEpoch' | 'destroyEpoch'>;
  readonly platform: Platform;
  readonly erasures: Erasures;
  /** Every column that is sealed under a subject. */
  readonly sealed: readonly SealedColumn[];
  /** What is kept whatever its age, as SQL conditions on `s`. */
  readonly keeps: readonly string[];
  /** What else an erasure does, in its batch. The subjects that it took have no salt any more. */
  readonly alsoErase?: (ids: readonly string[], token: string, actor: string) => readonly Statement[];
}): Subjects {
  const { engine, vault, keyring, platform, erasures } = parts;
  const token = () => newId(platform, 't');

  /** Runs an act whose last statement tells what became of each; `word` says it. */
  async function act<Outcome extends string>(
    list: readonly Statement[],
    word: (row: statements.OutcomeRow) => Outcome,
  ): Promise<SubjectOutcome<Outcome>[]> {
    const rows = (await engine.batch(list)).at(-1) as unknown as statements.OutcomeRow[];
    // Those that do not exist first: that is what a caller has to look at.
    return rows
      .toSorted((a, b) => a.known - b.known || (a.id < b.id ? -1 : 1))
      .map((row) => ({ id: row.id, outcome: word(row) }));
  }
  const why = async (ids: readonly string[], batch: string, actor: string, reason: string | undefined) =>
    reason === undefined
      ? []
      : [statements.noteReason(ids, batch, actor, await keptWords(vault, { column: 'journal.to_state' }, reason))];
  const shown = async (rows: readonly statements.SubjectRow[]): Promise<SubjectView[]> => {
    const reasons = await readWords(
      vault,
      [{ column: 'subject.hold_reason' }],
      rows.map((row) => row.hold_reason),
    );
    return rows.map((row, index) => viewOf({ ...row, hold_reason: reasons[index] ?? null }));
  };
  const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

  async function eraseBatch(ids: readonly string[], actor: string, reason?: string, byAge = false): Promise<Erased[]> {
    const batch = token();
    const list = statements.erase(ids, batch, actor, byAge ? parts.keeps : undefined);
    return act(
      [
        ...list.slice(0, -1),
        ...(await why(ids, batch, actor, reason)),
        ...(parts.alsoErase?.(ids, batch, actor) ?? []),
        ...list.slice(-1),
      ],
      (row) =>
        row.known === 0 ? 'not-found' : row.changed === 1 ? 'erased' : row.purged === 1 ? 'already-erased' : 'held',
    );
  }
  async function erase(given: readonly string[], actor: string, reason?: string, byAge = false): Promise<Erased[]> {
    const outcomes = await eraseBatch(unique(given), actor, reason, byAge);
    // Also where it was erased before: the process may have died between the store and this file.
    const gone = outcomes.filter(({ outcome }) => outcome === 'erased' || outcome === 'already-erased');
    if (gone.length > 0) await erasures.append(gone.map(({ id }) => id));
    return outcomes;
  }

  return {
    get: async (ids) => shown(await engine.all<statements.SubjectRow>(statements.byIds(unique(ids)))),
    findByIdentity: async (number) => {
      const [hash = ''] = await vault.mac('identity', [number.trim()]);
      return shown(await engine.scan<statements.SubjectRow>(statements.byHash(hash)));
    },
    findByRef: async (ref) => shown(await engine.all<statements.SubjectRow>(statements.byRef(ref))),
    async *export(ids, actor, purpose) {
      await engine.batch([
        statements.noteExport(
          unique(ids),
          token(),
          actor,
          await keptWords(vault, { column: 'journal.to_state' }, purpose),
        ),
      ]);
      for (const subject of await engine.all<statements.SubjectRow>(statements.byIds(unique(ids))))
        for (const column of parts.sealed)
          for (const row of await engine.scan<HeldRow>(statements.heldIn(column, subject))) {
            const opened = await openOne(vault, subject, column, row);
            yield { subject: subject.id, kind: column.purpose, id: row.id, at: row.at, ...opened };
          }
    },
    erase: (ids, actor, reason) => erase(ids, actor, reason),
    hold: async (ids, actor, reason) =>
      act(
        statements.hold(unique(ids), token(), actor, await keptWords(vault, { column: 'subject.hold_reason' }, reason)),
        (row) =>
          row.known === 0 ? 'not-found' : row.changed === 1 ? 'held' : row.purged === 1 ? 'erased' : 'already-held',
      ),
    release: async (ids, actor, reason) => {
      const batch = token();
      const list = statements.release(unique(ids), batch, actor);
      return act([...list.slice(0, -1), ...(await why(unique(ids), batch, actor, reason)), ...list.slice(-1)], (row) =>
        row.known === 0 ? 'not-found' : row.changed === 1 ? 'released' : 'not-held',
      );
    },
    async eraseDue(limit, actor) {
      const rows = await engine.scan<{ id: string }>(statements.due(limit, parts.keeps));
      let done = 0;
      for (const some of slices(rows, ({ id }) => commandBytes({ id }), engine.limits)) {
        const ids = some.map(({ id }) => id);
        done += count(await erase(ids, actor, undefined, true), 'erased');
      }
      return done;
    },
    async eraseAgain(actor) {
      let done = 0;
      let ids: string[] = [];
      const flush = async (): Promise<void> => {
        if (ids.length > 0) done += count(await eraseBatch(unique(ids), actor), 'erased');
        ids = [];
      };
      for await (const id of erasures.read()) {
        ids.push(id);
        if (ids.length >= IDS_A_BATCH) await flush();
      }
      await flush();
      return done;
    },
    async destroyUnusedEpochs(actor) {
      const destroyed: number[] = [];
      for (const epoch of keyring.epochs().filter((each) => isPast(each, keyring.presentEpoch()))) {
        if ((await engine.all(statements.isEpochUsed(epoch))).length > 0) continue;
        await engine.batch([statements.noteDestroyed(epoch, actor)]);
        if (await keyring.destroyEpoch(epoch)) destroyed.push(epoch);
      }
      return destroyed.sort((a, b) => a - b);
    },
  };
}

/** Whether an epoch (`YYYYMM`) lies before those that are in use. */
function isPast(epoch: number, present: number): boolean {
  const months = (value: number): number => Math.floor(value / 100) * 12 + (value % 100);
  return months(present) - months(epoch) >= EPOCHS_IN_USE;
}

async function openOne(
  vault: Vault,
  { id, salt, epoch }: statements.SubjectRow,
  { purpose, row }: SealedColumn,
  found: HeldRow,
): Promise<Pick<ExportedItem, 'content' | 'state'>> {
  const { sealed } = found;
  if (sealed === null || salt === null) return { content: null, state: 'erased' };
  try {
    const [text] = await vault.open([{ subject: { id, salt, epoch }, purpose, row: row(found), sealed }]);
    return text === undefined
      ? { content: null, state: 'erased' }
      : { content: readable(text, purpose), state: 'read' };
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return { content: null, state: 'tampered' };
  }
}

/** Stored in a format of ours: its number is no part of what was handed over. */
const NUMBERED = new Set(['dossier.body', 'national_dossier.body']);

function readable(text: string, purpose: string): unknown {
  try {
    return NUMBERED.has(purpose) ? ofFormat(text).content : JSON.parse(text);
  } catch {
    return text;
  }
}

const count = (rows: readonly SubjectOutcome<string>[], outcome: string): number =>
  rows.filter((row) => row.outcome === outcome).length;

const viewOf = (row: statements.SubjectRow): SubjectView => ({
  id: row.id,
  kind: row.kind,
  ref: row.ref,
  createdAt: row.created_at,
  purgeAfter: row.purge_after,
  erasedAt: row.purged_at,
  hold: row.hold_at === null ? null : { reason: row.hold_reason ?? '', by: row.hold_by ?? '', at: row.hold_at },
});
