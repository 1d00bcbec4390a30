import type { TaxProof } from '../../contracts/domain/tax.ts';
import { type Happening, raise } from '../chronicle/raise.ts';
import type { Judged } from '../delivery/judged.ts';
import type { Proven } from '../payments/proven.ts';
import type { RoomParts } from '../room.ts';
import type { Statement } from '../store/engine.ts';
import { headsFor } from './heads.ts';
import { linesOf } from './journal.ts';
import { duesOver, type ToldDues } from './notices-over.ts';
import { newProofs } from './proofs.ts';
import {
  type DueRow,
  duesOf,
  type HeadRow,
  indexPersons,
  insertDues,
  insertProof,
  type MovedDue,
  moveDues,
  type NewDue,
  type NewProof,
  type ProofRow,
  proofsOf,
  stampHeads,
} from './statements.ts';

export interface Told {
  readonly dues: readonly ToldDues[];
  readonly proofs: readonly TaxProof[];
  /** What they came by: its id stands with them. */
  readonly by: string;
  /** The row whose stamp the commit depends on. */
  readonly only: { readonly table: 'inbound' | 'watch'; readonly row: string };
  readonly actor: string;
  readonly system: string;
}
export interface Laid {
  readonly judgedBy: readonly Judged[];
  statements(token: string): readonly Statement[];
}
export type LayDues = (told: Told) => Promise<Laid>;

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'mayCall'>;

/** What is written of one dossier. */
interface DossierChange {
  readonly head: HeadRow;
  readonly fresh: readonly NewDue[];
  readonly moved: readonly MovedDue[];
  readonly receipts: readonly NewProof[];
  readonly payments: readonly Proven[];
  readonly hashes: readonly string[];
  readonly events: readonly Happening[];
}

/**
 * The one way by which dues change: what is held of the dossiers is read, what was told laid over it, judged in memory,
 * and written over the version that was read. A later notice takes the place of the one of its number, or stands beside
 * those of other numbers; the same again changes nothing. A proof may come before its notice.
 */
export function createLayDues(parts: Parts): LayDues {
  const { engine, vault } = parts;

  async function ofDossier(
    head: HeadRow,
    { dues, proofs, by, actor, system }: Told,
    held: readonly DueRow[],
    known: readonly ProofRow[],
  ): Promise<DossierChange | undefined> {
    const { dossier } = head;
    // Erased while this was judged: its head has moved on then, and all of it is judged again.
    if (head.salt === null) return undefined;
    const subject = { id: head.subject, salt: head.salt, epoch: head.epoch };
    const told = await newProofs(
      parts,
      proofs.filter(({ dossierCode }) => dossierCode === dossier),
      {
        ...{ dossier, subject, known, by, actor, system },
        present: held.filter(({ state }) => state !== 'replaced'),
      },
    );
    const { fresh, moved, events, persons } = await duesOver(
      parts,
      dues.filter((one) => one.dossier === dossier),
      {
        ...{ dossier, subject, held, by, system, provenOf: told.provenOf },
        touched: told.receipts.map(({ decision }) => decision),
      },
    );
    if (fresh.length + moved.length + told.receipts.length === 0) return undefined;
    const numbers = [...persons, ...told.persons].flatMap(({ identityNumber, taxCode }) => [identityNumber, taxCode]);
    const hashes = await vault.mac('identity', [...new Set(numbers.filter((one) => one !== null))]);
    const { receipts, payments } = told;
    return { head, fresh, moved, receipts, payments, hashes, events: [...told.events, ...events] };
  }

  return async (told) => {
    const dossiers = [
      ...new Set([...told.dues.map((one) => one.dossier), ...told.proofs.map((one) => one.dossierCode)]),
    ];
    const heads = await headsFor(parts, dossiers);
    const held = Map.groupBy(await engine.all<DueRow>(duesOf(dossiers)), ({ dossier }) => dossier);
    const known = Map.groupBy(await engine.all<ProofRow>(proofsOf(dossiers)), ({ dossier }) => dossier);
    const changes: DossierChange[] = [];
    for (const head of heads) {
      const change = await ofDossier(head, told, held.get(head.dossier) ?? [], known.get(head.dossier) ?? []);
      if (change !== undefined) changes.push(change);
    }
    return {
      judgedBy: heads.map(({ dossier, version }) => ({ table: 'tax_head', column: 'dossier', row: dossier, version })),
      statements: (token) =>
        changes.length === 0
          ? []
          : [
              stampHeads(
                changes.map(({ head }) => head),
                told.only,
                token,
              ),
              ...changes.flatMap((change) => statementsOf(change, told.actor, token)),
            ],
    };
  };
}

/** Each only where this commit stamped the dossier's head. */
const statementsOf = (
  { head: { dossier }, fresh, moved, receipts, payments, hashes, events }: DossierChange,
  actor: string,
  token: string,
): readonly Statement[] => [
  ...(fresh.length > 0 ? [insertDues(fresh, token)] : []),
  ...(moved.length > 0 ? [moveDues(moved, token)] : []),
  ...payments.flatMap((payment) => payment.statements(token)),
  ...receipts.map((receipt) => insertProof(receipt, token)),
  ...(hashes.length > 0 ? [indexPersons(dossier, hashes, token)] : []),
  ...linesOf(fresh, moved, receipts, actor, token),
  ...(events.length > 0
    ? [raise(events, 'join tax_head h on h.dossier = ?3 and h.written_by = ?2', token, dossier)]
    : []),
];
