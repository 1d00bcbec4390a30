import type { TaxDue } from './tax.ts';

/** What the land office tells the tax department of a dossier, so that the dues can be set. */
export interface TransferSlip {
  /** Ours, as SEQ_ID: names the message among all that we send. */
  readonly id: string;
  /** `supplement`: a slip was sent before (type 11); else the first one (type 10). */
  readonly occasion: 'first' | 'supplement';
  readonly dossierCode: string;
  readonly certificateNumber: string | null;
  readonly slipNumber: string;
  /** RFC 3339. */
  readonly approvedAt: string;
  readonly approvedBy: string | null;
  /** The land user asks that the money be recorded as a debt (DK_GHINO_NVTC). */
  readonly deferDebt: boolean;
  readonly content: SlipContent;
}

/** The five groups of the slip. A group that does not concern the dossier is null. */
export interface SlipContent {
  readonly landUser: LandUser;
  readonly parcel: LandParcel | null;
  readonly house: House | null;
  readonly transfer: Transfer | null;
  readonly exemption: Exemption | null;
}
export interface LandUser {
  readonly name: string;
  readonly taxCode: string | null;
  readonly identityNumber: string | null;
  readonly phone: string | null;
  readonly address: string | null;
}
export interface LandParcel {
  readonly sheetNumber: string | null;
  readonly parcelNumber: string | null;
  readonly address: string | null;
  /** Square metres, as a decimal text. */
  readonly area: string | null;
  readonly purpose: string | null;
  readonly origin: string | null;
  readonly term: string | null;
}
export interface House {
  readonly kind: string | null;
  readonly grade: string | null;
  readonly floorArea: string | null;
  readonly structure: string | null;
  readonly floors: number | null;
  readonly builtIn: number | null;
}
export interface Transfer {
  readonly kind: string | null;
  readonly priceVnd: number | null;
  /** `YYYY-MM-DD`. */
  readonly contractDate: string | null;
  readonly from: LandUser | null;
}
export interface Exemption {
  readonly reason: string | null;
  readonly amountVnd: number | null;
  readonly document: string | null;
}

/** How well an answer is signed that was believed. */
export type SignatureStrength = 'good' | 'weak' | 'unchecked';

/** What is asked of the tax department about a dossier: type 14 or 15, 16, 17. */
export type LandTaxQuestion = 'notice' | 'obligation' | 'dossier';

/** A question about a dossier whose slip was sent. */
export interface LandTaxAsk {
  /** Ours, as SEQ_ID. */
  readonly id: string;
  /** SEQ_REFID: the slip's id. */
  readonly slipId: string;
  readonly question: LandTaxQuestion;
  readonly dossierCode: string;
  readonly certificateNumber: string | null;
  readonly slipNumber: string;
}

/** What came of a question once it is complete (MA_KETQUA 0). */
export interface LandTaxAnswer {
  readonly question: LandTaxQuestion;
  readonly dossierCode: string;
  readonly slipNumber: string;
  /** The blocks of a notice that say something (14, 15), or the one sum of an obligation (16); none for a dossier (17). */
  readonly dues: readonly TaxDue[];
  /** Their words (DIEN_GIAI). */
  readonly explanation: string | null;
  /** `weak`: theirs, by SHA-1 or a short key; `unchecked`: nobody told by which certificates it could be. */
  readonly signature: SignatureStrength;
}
