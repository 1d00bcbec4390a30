import type { TaxDue, TaxProof } from '../../contracts/domain/tax.ts';

/** What is sealed of a due: whom it concerns, and the words that name it. */
export type DueContent = Pick<TaxDue, 'payer' | 'decision' | 'name' | 'certificateNumber'>;
export const DUE_CONTENT = 'tax_due.content';
/** What is sealed of a proof. */
export type ProofContent = Pick<TaxProof, 'noticeNumber' | 'payer' | 'content' | 'documentUrl'>;
export const PROOF_CONTENT = 'tax_proof.content';
