import type { TaxDue, TaxProof } from '../../contracts/domain/tax.ts';
import type { TransferSlip } from '../../contracts/domain/transfer-slip.ts';

/** What is sealed of a due: whom it concerns, and the words that name it. */
export type DueContent = Pick<TaxDue, 'payer' | 'decision' | 'name' | 'certificateNumber'>;
export const DUE_CONTENT = 'tax_due.content';
/** What is sealed of a proof. */
export type ProofContent = Pick<TaxProof, 'noticeNumber' | 'payer' | 'content' | 'documentUrl'>;
export const PROOF_CONTENT = 'tax_proof.content';
/** What is sealed of a slip: by it the questions after it are asked. */
export type SlipContent = Pick<TransferSlip, 'certificateNumber' | 'slipNumber'>;
export const SLIP_CONTENT = 'tax_slip.content';
