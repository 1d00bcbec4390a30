import type { DossierStatus } from './status.ts';
import type { TaxKind } from './tax.ts';

/**
 * What the gateway and a provincial land system (VBDLIS, iLIS) say to each other of a land dossier. We hand it over,
 * supplement it, say that it was returned or that its result is wrong; they say where it stands. They judge nothing of
 * ours, and nothing here is sent while a fee that is due beforehand is open: that is for whoever sends.
 *
 * Times are RFC 3339 with an offset. What they do not say is null.
 */

/** A dossier as the land system is to receive it. All of the message is fixed in here before it is recorded. */
export interface LandDossier {
  /** The number under which they know it ever after (số biên nhận): at most one dossier stands under it. Ours is the dossier's code. */
  readonly receiptNumber: string;
  /** Of the one-gate. */
  readonly dossierCode: string;
  /** Their workflow is that of the provincial level. */
  readonly atProvince: boolean;
  /** Ids in their lists of units; a district may be empty since 1 July 2025. */
  readonly provinceId: string;
  readonly districtId: string | null;
  readonly communeId: string;
  /** Code or name of the officer who received it. */
  readonly receivedBy: string;
  readonly receivedAt: string;
  readonly dueAt: string;
  /** Where the property lies. */
  readonly propertyAddress: string | null;
  readonly applicant: LandApplicant;
  /** Quy trình, of their lists. */
  readonly workflow: { readonly code: string; readonly name: string };
  readonly parcels: readonly LandParcel[];
  readonly papers: readonly LandPaper[];
}
export interface LandApplicant {
  readonly name: string;
  readonly identityNumber: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly email: string | null;
}
export interface LandParcel {
  /** Số thứ tự thửa. */
  readonly number: string;
  /** Số hiệu bản đồ. */
  readonly mapSheet: string;
  readonly areaM2: number | null;
  readonly address: string | null;
}
export interface LandPaper {
  readonly name: string;
  readonly originals: number;
  readonly copies: number;
  readonly file: { readonly name: string; readonly base64: string } | null;
}

/** The papers that they had asked for, and the new day. */
export interface LandSupplement {
  readonly receiptNumber: string;
  readonly dueAt: string;
  readonly note: string | null;
  readonly papers: readonly LandPaper[];
}
/** The result is in the applicant's hands. */
export interface LandReturned {
  readonly receiptNumber: string;
  readonly returnedAt: string;
}
/** The result is wrong, and they are to do it again: the second of the two loops beside the normal line. */
export interface LandWrongResult {
  readonly receiptNumber: string;
  readonly content: string;
  readonly papers: readonly LandPaper[];
}

/** They have it. `before`: they said that it was there already, so that an earlier send had arrived. */
export interface LandTaken {
  readonly receiptNumber: string;
  readonly before: boolean;
}

/** A file or paper that they name. */
export interface LandFile {
  readonly name: string | null;
  readonly type: string | null;
  /** Where it lies, as they wrote it. */
  readonly url: string | null;
  /** Its content where they sent it along. */
  readonly base64: string | null;
  readonly originals: number | null;
  readonly copies: number | null;
}

interface Said {
  readonly receiptNumber: string;
  /** When it happened, by them. */
  readonly at: string | null;
  /** Code or name of their officer. */
  readonly officer: string | null;
  readonly note: string | null;
}

/** `land-step`: it went from one desk to another. `officer` is who sent it, `note` what was done. */
export interface LandStep extends Said {
  readonly to: string | null;
  /** Their code of the state, as text. */
  readonly theirStatus: string | null;
  /** `processing` unless they name one of the three others that a step may lead to. */
  readonly status: Extract<DossierStatus, 'processing' | 'supplementing' | 'completed' | 'result-returned'>;
  /** It went back to an earlier desk. */
  readonly sentBack: boolean;
  readonly dueAt: string | null;
  readonly files: readonly LandFile[];
}

/** `land-supplement-asked`: papers are wanted; `paused` says whether the time stands still meanwhile. */
export interface LandSupplementAsked extends Said {
  readonly paused: boolean | null;
  readonly files: readonly LandFile[];
}

/** `land-supplement-received`: they have the papers, and there is a new day. */
export interface LandSupplementReceived extends Said {
  readonly dueAt: string | null;
}

/** `land-tax-notices`: the tax office has answered. */
export interface LandTaxNotices extends Said {
  readonly notices: readonly LandTaxNotice[];
}
export interface LandTaxNotice {
  readonly owner: string | null;
  readonly kind: TaxKind;
  /** Their words or code for the kind. */
  readonly name: string | null;
  readonly number: string | null;
  /** Where the notice lies, as they wrote it. */
  readonly url: string | null;
}

/** `land-finished`. */
export interface LandFinished extends Said {
  /** Which of the two the second is they do not say. */
  readonly ending: 'result' | 'returned-or-withdrawn';
  /** Their code of the ending, as text; 0 is a result. */
  readonly theirEnding: string;
  readonly results: readonly LandFile[];
}

/**
 * What is called, and nothing published of its body but the receipt number: `land-returned-as-wrong` (the tax office
 * returned the dossier as wrong, the first of the two loops), `land-receipt-number`, `land-wrong-procedure`,
 * `land-update-asked`.
 */
export interface LandWord extends Said {
  /** Of the one-gate, where they name it. */
  readonly dossierCode: string | null;
  /** All of it as they wrote it, without the code that proves the sender. */
  readonly content: Readonly<Record<string, unknown>>;
}
