import type { TaxPayer, TaxProof } from '../../contracts/domain/tax.ts';
import { type Happening, happened } from '../chronicle/raise.ts';
import { sealJson } from '../crypto/subject-keys.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import { clearCode } from '../payments/clear-words.ts';
import { type Proven, provenPayment } from '../payments/proven.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { PROOF_CONTENT, type ProofContent } from './contents.ts';
import { decisionOf } from './decision.ts';
import { documentOf } from './documents.ts';
import { taxEvents } from './event-types.ts';
import type { DueRow, NewProof, ProofRow } from './statements.ts';

/** The status of a proof that says "paid" (WIRE.md 3.1); no other is known. */
const PAID = '1';

/** What is held of a dossier, and what a message adds. */
export interface ProofsOver {
  readonly dossier: string;
  readonly subject: SubjectKey;
  readonly present: readonly DueRow[];
  readonly known: readonly ProofRow[];
  /** The id of the message. */
  readonly by: string;
  readonly actor: string;
  readonly system: string;
}
export interface NewProofs {
  readonly receipts: readonly NewProof[];
  readonly payments: readonly Proven[];
  readonly events: readonly Happening[];
  readonly persons: readonly TaxPayer[];
  /** What all proofs of a notice amount to, these among them, whole đồng. */
  provenOf(decision: string): number;
}

type Parts = Pick<RoomParts, 'engine' | 'platform' | 'vault' | 'mayCall'>;

/**
 * Those that nobody told before, each with the payment that it makes. One payment is told from another by its notice,
 * amount, time, status, payer and document: told again it is the same.
 */
export async function newProofs(
  parts: Parts,
  proofs: readonly TaxProof[],
  { dossier, subject, present, known, by, actor, system }: ProofsOver,
): Promise<NewProofs> {
  const { platform, vault } = parts;
  const seen = new Set(known.map(({ identity }) => identity));
  const sums = new Map<string, number>();
  const add = (decision: string, amount: number): void => {
    sums.set(decision, Math.min(Number.MAX_SAFE_INTEGER, (sums.get(decision) ?? 0) + amount));
  };
  for (const { decision, amount, payment } of known) if (payment !== null) add(decision, amount);

  const receipts: NewProof[] = [];
  const payments: Proven[] = [];
  const events: Happening[] = [];
  const persons: TaxPayer[] = [];
  for (const proof of proofs) {
    const { noticeNumber, payer, amountVnd: amount, paidAt: said_at, documentUrl } = proof;
    const decision = await decisionOf(vault, noticeNumber, 'other');
    const numbers = [payer.identityNumber, payer.taxCode];
    const told = [decision, amount, said_at, proof.status, ...numbers, placeOf(documentUrl)];
    const [identity = ''] = await vault.mac('tax-proof', [JSON.stringify(told)]);
    if (seen.has(identity)) continue;
    seen.add(identity);
    const id = newId(platform, 'txp');
    const due = present.find((one) => one.decision === decision);
    const payment =
      proof.status !== PAID
        ? undefined
        : await provenPayment(parts, {
            ...{ dossier, decision, identity, amountVnd: amount, at: said_at, payer, actor },
            ...{ treasuryAccount: due?.treasury_account ?? null, chapter: due?.chapter ?? null },
            ...{ subItem: due?.sub_item ?? null, isSurplus: isCovered(decision, present, sums.get(decision) ?? 0) },
            only: { table: 'tax_head', column: 'dossier', row: dossier },
          });
    if (payment !== undefined) {
      payments.push(payment);
      add(decision, amount);
      const data = { receipt: id, dossierCode: dossier, payment: payment.id, amountVnd: amount };
      events.push(happened(platform, taxEvents.paid, { system, ref: dossier, data }));
    }
    const content: ProofContent = { noticeNumber, payer, content: proof.content, documentUrl };
    receipts.push({
      ...{ id, dossier, subject: subject.id, decision, amount, said_at, status: clearCode(proof.status), identity },
      ...{ payment: payment?.id ?? null, message: by, document: documentOf(documentUrl, parts.mayCall) },
      content: (await sealJson(vault, subject, PROOF_CONTENT, id, content)) ?? '',
    });
    persons.push(payer);
  }
  return { receipts, payments, events, persons, provenOf: (decision) => sums.get(decision) ?? 0 };
}

/** All of a notice was paid before; while nobody told what is due, nobody knows. */
function isCovered(decision: string, present: readonly DueRow[], provenVnd: number): boolean {
  const dues = present.filter((one) => one.decision === decision);
  const owed = dues.reduce((sum, { due, exempt }) => sum + Math.max(0, due - exempt), 0);
  return dues.length > 0 && provenVnd >= owed;
}

/** Where a document lies, without what an address says besides: a key that is good for an hour is no other document. */
const placeOf = (url: string | null): string | null => (url === null ? null : (url.split(/[?#]/, 1)[0] ?? null));
