import type { z } from 'zod';
import type { taxKind } from './tax-state.ts';
import { composed } from './text.ts';

/**
 * What the gateway and the tax department's systems say to each other of land taxes. A system tells what it knows of a
 * due and judges nothing: whether its amounts add up is for the gateway to find.
 */

/** More is nobody's due, whole đồng: as much leaves room to add many up exactly. */
export const MOST_TAX_VND = 10_000_000_000_000;

/** What a due is for; `other` where nobody can tell from their sub-item or words. */
export type TaxKind = z.infer<typeof taxKind>;

/** One due as a system tells it. What it does not tell is null; amounts are whole đồng. */
export interface TaxDue {
  readonly dossierCode: string | null;
  /** Of the land-use certificate (MA_GCN). */
  readonly certificateNumber: string | null;
  readonly payer: TaxPayer;
  /** The notice or decision by which it is due: its number names it among the dues of a dossier. */
  readonly decision: { readonly number: string | null; readonly date: string | null };
  readonly kind: TaxKind;
  /** Their words for it. */
  readonly name: string | null;
  /** Budget chapter, such as 757, and sub-item, such as 1006. */
  readonly chapter: string | null;
  readonly subItem: string | null;
  /** SHKB and the budget account, such as 7111. */
  readonly treasury: { readonly code: string | null; readonly account: string | null };
  readonly dueVnd: number;
  readonly exemptVnd: number;
  readonly paidVnd: number;
  readonly remainingVnd: number;
  /** `YYYY-MM-DD`. */
  readonly dueDate: string | null;
}
export interface TaxPayer {
  readonly name: string | null;
  readonly taxCode: string | null;
  readonly identityNumber: string | null;
  readonly address: string | null;
}

/** What a notice of the portal says: `tax-notice`. Each due names its dossier. */
export interface TaxNotice {
  readonly dues: readonly TaxDue[];
}

/** What the portal says of a payment of land taxes: `tax-proof`. No payment of ours precedes it. */
export interface TaxProof {
  readonly dossierCode: string;
  /** MaThongBaoThue: equals the number of the decision of the notice that is paid. */
  readonly noticeNumber: string;
  readonly amountVnd: number;
  /** Their time, RFC 3339 in Vietnam's offset. */
  readonly paidAt: string;
  /** TrangThaiThanhToan as text; `1` is paid, nothing else is known. */
  readonly status: string;
  readonly content: string | null;
  /** Where the document of the payment lies. */
  readonly documentUrl: string | null;
  readonly payer: TaxPayer;
}

/** Sub-items that were seen (WIRE.md 3.2); what others stand for is not known. */
const KIND_OF_SUB_ITEM: Readonly<Record<string, TaxKind>> = {
  '1006': 'personal-income',
  '1401': 'land-use',
  '2801': 'registration-fee',
};

/** By the sub-item, else by what their words say. */
export function taxKindOf(subItem: string | null, name: string | null): TaxKind {
  const known = subItem === null ? undefined : KIND_OF_SUB_ITEM[subItem];
  if (known !== undefined) return known;
  const words = composed(name ?? '').toLowerCase();
  return KINDS_BY_WORDS.find(([word]) => words.includes(word))?.[1] ?? 'other';
}
const KINDS_BY_WORDS: readonly (readonly [string, TaxKind])[] = [
  ['trước bạ', 'registration-fee'],
  ['thu nhập cá nhân', 'personal-income'],
  ['mặt nước', 'water-rent'],
  ['thuê đất', 'land-rent'],
  ['sử dụng đất', 'land-use'],
];

/** The amounts of a due agree: what is left is what is due without what is exempt and paid. */
export const addsUp = ({
  dueVnd,
  exemptVnd,
  paidVnd,
  remainingVnd,
}: Pick<TaxDue, 'dueVnd' | 'exemptVnd' | 'paidVnd' | 'remainingVnd'>): boolean =>
  dueVnd - exemptVnd - paidVnd === remainingVnd;
