import type { TaxDue, TaxPayer, TaxProof } from '../../contracts/domain/tax.ts';
import { type Happening, happened, raise } from '../chronicle/raise.ts';
import { sealJson } from '../crypto/subject-keys.ts';
import type { Judged } from '../delivery/judged.ts';
import { clearId } from '../payments/clear-words.ts';
import { provenPayment } from '../payments/proven.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import type { Statement } from '../store/engine.ts';
import { DUE_CONTENT, type DueContent, PROOF_CONTENT, type ProofContent } from './contents.ts';
import { documentOf } from './documents.ts';
import { taxEvents } from './event-types.ts';
import { headsFor } from './heads.ts';
import { linesOf } from './journal.ts';
import { remainingOf } from './judge-dues.ts';
import { amountsOf, layOver, type ToldDue } from './lay-over.ts';
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

/** Dues of one dossier as somebody told them. */
export interface ToldDues {
  readonly dossier: string;
  readonly dues: readonly TaxDue[];
  /** They are recorded as a debt. */
  readonly deferred: boolean;
}
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

/** The status of a proof that says "paid" (WIRE.md 3.1); no other is known. */
const PAID = '1';

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'mayCall'>;
type Payment = Awaited<ReturnType<typeof provenPayment>>;

/** What is written of one dossier. */
interface DossierChange {
  readonly fresh: readonly NewDue[];
  readonly moved: readonly MovedDue[];
  readonly receipts: readonly NewProof[];
  readonly payments: readonly Payment[];
  readonly hashes: readonly string[];
  readonly events: readonly Happening[];
}

/**
 * The one way by which dues change: what is held of the dossiers is read, what was told laid over it, judged in memory,
 * and written over the version that was read. A later notice takes the place of the one of its number, or stands beside
 * those of other numbers; the same again changes nothing. A proof may come before its notice.
 */
export function createLayDues(parts: Parts): LayDues {
  const { engine, platform, vault } = parts;

  /** The number that names a notice, as a clear column takes it; a due without one is known by what it is for. */
  const decisionOf = (number: string | null, kind: string): Promise<string> =>
    number === null ? Promise.resolve(`-${kind}`) : clearId(vault, number.trim());

  async function ofDossier(
    head: HeadRow,
    { dues: told, proofs, by, actor, system }: Told,
    held: readonly DueRow[],
    known: readonly ProofRow[],
  ): Promise<DossierChange> {
    const { dossier } = head;
    const subject = head.salt === null ? undefined : { id: head.subject, salt: head.salt, epoch: head.epoch };
    const present = held.filter(({ state }) => state !== 'replaced');
    const events: Happening[] = [];
    const persons: TaxPayer[] = [];
    const proven: Pick<ProofRow, 'decision' | 'amount' | 'said_at' | 'status'>[] = [...known];
    const receipts: NewProof[] = [];
    const payments: Payment[] = [];

    for (const proof of proofs.filter(({ dossierCode }) => dossierCode === dossier)) {
      const decision = await decisionOf(proof.noticeNumber, 'other');
      const row = { decision, amount: proof.amountVnd, said_at: proof.paidAt, status: proof.status };
      if (proven.some((one) => isSameProof(one, row))) continue;
      const id = newId(platform, 'txp');
      const payment = row.status === PAID ? await paymentOf(proof, decision, present, actor) : undefined;
      if (payment !== undefined) {
        payments.push(payment);
        const data = { receipt: id, dossierCode: dossier, payment: payment.id, amountVnd: row.amount };
        events.push(happened(platform, taxEvents.paid, { system, ref: dossier, data }));
      }
      const { noticeNumber, payer, content: words, documentUrl } = proof;
      const content: ProofContent = { noticeNumber, payer, content: words, documentUrl };
      receipts.push({
        ...{ ...row, id, dossier, payment: payment?.id ?? null, message: by },
        document: documentOf(documentUrl, parts.mayCall),
        content: (await sealJson(vault, subject, PROOF_CONTENT, id, content)) ?? '',
      });
      proven.push(row);
      persons.push(payer);
    }

    const notices = new Map<string, ToldDue[]>();
    for (const { dues, deferred } of told.filter((one) => one.dossier === dossier))
      for (const due of dues) {
        const decision = await decisionOf(due.decision.number, due.kind);
        notices.set(decision, [...(notices.get(decision) ?? []), { due, deferred }]);
      }
    const fresh: NewDue[] = [];
    const moved: MovedDue[] = [];
    for (const decision of new Set([...notices.keys(), ...receipts.map((receipt) => receipt.decision)])) {
      const paid = proven.filter((one) => one.decision === decision && one.status === PAID);
      const laid = layOver(
        decision,
        present.filter((one) => one.decision === decision),
        notices.get(decision),
        paid.reduce((sum, { amount }) => sum + amount, 0),
        () => newId(platform, 'due'),
      );
      moved.push(...laid.moved);
      for (const { id, place, due, state, proven: covered, finding } of laid.made) {
        const amounts = amountsOf(due);
        const { payer, decision: named, name, certificateNumber, chapter, subItem, treasury, dueDate, kind } = due;
        const content: DueContent = { payer, decision: named, name, certificateNumber };
        const left = remainingOf({ ...amounts, proven: covered });
        const data = {
          obligation: id,
          dossierCode: dossier,
          kind,
          state,
          finding,
          dueVnd: amounts.due,
          remainingVnd: left,
        };
        events.push(happened(platform, taxEvents.obligation, { system, ref: dossier, data }));
        fresh.push({
          ...{
            id,
            dossier,
            decision,
            place,
            kind,
            chapter,
            sub_item: subItem,
            ...amounts,
            proven: covered,
            state,
            finding,
          },
          ...{ treasury_code: treasury.code, treasury_account: treasury.account, due_date: dueDate, notice: by },
          content: (await sealJson(vault, subject, DUE_CONTENT, id, content)) ?? '',
        });
        persons.push(payer);
      }
    }
    const numbers = persons.flatMap(({ identityNumber, taxCode }) => [identityNumber, taxCode]);
    const hashes = await vault.mac('identity', [...new Set(numbers.filter((one) => one !== null))]);
    return { fresh, moved, receipts, payments, hashes, events };
  }

  const paymentOf = (
    proof: TaxProof,
    decision: string,
    present: readonly DueRow[],
    actor: string,
  ): Promise<Payment> => {
    const due = present.find((one) => one.decision === decision);
    return provenPayment(parts, {
      ...{
        dossier: proof.dossierCode,
        decision,
        amountVnd: proof.amountVnd,
        at: proof.paidAt,
        payer: proof.payer,
        actor,
      },
      ...{
        treasuryAccount: due?.treasury_account ?? null,
        chapter: due?.chapter ?? null,
        subItem: due?.sub_item ?? null,
      },
      only: { table: 'tax_head', column: 'dossier', row: proof.dossierCode },
    });
  };

  return async (told) => {
    const dossiers = [
      ...new Set([...told.dues.map((one) => one.dossier), ...told.proofs.map((one) => one.dossierCode)]),
    ];
    const rows = await headsFor(parts, dossiers);
    const held = Map.groupBy(await engine.all<DueRow>(duesOf(dossiers)), ({ dossier }) => dossier);
    const known = Map.groupBy(await engine.all<ProofRow>(proofsOf(dossiers)), ({ dossier }) => dossier);
    const changes: { readonly head: HeadRow; readonly change: DossierChange }[] = [];
    for (const head of rows) {
      const { dossier } = head;
      const change = await ofDossier(head, told, held.get(dossier) ?? [], known.get(dossier) ?? []);
      if (change.fresh.length + change.moved.length + change.receipts.length > 0) changes.push({ head, change });
    }
    return {
      judgedBy: rows.map(({ dossier, version }) => ({ table: 'tax_head', column: 'dossier', row: dossier, version })),
      statements: (token) =>
        changes.length === 0
          ? []
          : [
              stampHeads(
                changes.map(({ head }) => head),
                told.only,
                token,
              ),
              ...changes.flatMap(({ head, change }) => statementsOf(head, change, told.actor, token)),
            ],
    };
  };
}

const isSameProof = (
  a: Pick<ProofRow, 'decision' | 'amount' | 'said_at'>,
  b: Pick<ProofRow, 'decision' | 'amount' | 'said_at'>,
): boolean => a.decision === b.decision && a.amount === b.amount && a.said_at === b.said_at;

/** Each only where this commit stamped the dossier's head. */
const statementsOf = (
  { dossier }: HeadRow,
  { fresh, moved, receipts, payments, hashes, events }: DossierChange,
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
