import { z } from 'zod';
import { MOST_TAX_VND, type TaxKind } from '../../contracts/domain/tax.ts';
import { unstorable, words } from '../../contracts/domain/text.ts';
import { civilDate } from '../../contracts/domain/time.ts';
import type { LandTaxQuestion, TransferSlip } from '../../contracts/domain/transfer-slip.ts';

/** Names and codes between land office and tax department (WIRE-2 3.4a). What is assumed says so. */

export const SLIP_TYPE: Readonly<Record<TransferSlip['occasion'], string>> = { first: '10', supplement: '11' };
/** 15 asks for the notice again. */
export const ASK_TYPE: Readonly<Record<LandTaxQuestion, string>> = { notice: '14', obligation: '16', dossier: '17' };
export const QUESTION_OF: ReadonlyMap<string, LandTaxQuestion> = new Map([
  ['14', 'notice'],
  ['15', 'notice'],
  ['16', 'obligation'],
  ['17', 'dossier'],
]);

/** The default namespace of what we write [assumed]; of theirs any is taken. */
export const NAMESPACE = 'http://lienthongthue.gdt.gov.vn';

/** What the gateway answers to every POST. 1 is a yes, 0 a "no" [assumed]; no list is published. */
export const envelope = z.object({
  ResultCode: z.union([z.int(), z.string().regex(/^-?\d{1,9}$/)]).transform(String),
  Message: z.string().nullish(),
  ReturnValue: z.string().nullish(),
});
export type Envelope = z.output<typeof envelope>;
export const RESULT = { yes: '1', no: '0' } as const;
/** With or without braces and hyphens. */
export const GUID = /^\{?([0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12})\}?$/i;

/** ERROR_CODE: 0 accepted, 1 to 4 seen as a "no"; their texts are not published. */
export const ERROR = { none: '0', refuses: /^[1-4]$/ } as const;
/** MA_KETQUA: 0 complete, others of its question not yet. */
export const RESULTS: Readonly<Record<LandTaxQuestion, RegExp>> = {
  notice: /^[0-9]$/,
  obligation: /^[0-2]$/,
  dossier: /^[0-5]$/,
};
export const COMPLETE = '0';

/** The five groups of a slip, ours to theirs: every field below TT_NSD to TT_MIENGIAM is assumed. */
export const GROUPS = {
  landUser: {
    name: 'TT_NSD',
    fields: { name: 'TEN_NSD', taxCode: 'MST', identityNumber: 'SO_GIAY_TO', phone: 'DIEN_THOAI', address: 'DIA_CHI' },
  },
  parcel: {
    name: 'TT_THUADAT',
    fields: {
      sheetNumber: 'SO_TO',
      parcelNumber: 'SO_THUA',
      address: 'DIA_CHI_THUA',
      area: 'DIEN_TICH',
      purpose: 'MUC_DICH_SD',
      origin: 'NGUON_GOC',
      term: 'THOI_HAN_SD',
    },
  },
  house: {
    name: 'TT_NHA',
    fields: {
      kind: 'LOAI_NHA',
      grade: 'CAP_NHA',
      floorArea: 'DIEN_TICH_SAN',
      structure: 'KET_CAU',
      floors: 'SO_TANG',
      builtIn: 'NAM_XAY_DUNG',
    },
  },
  transfer: {
    name: 'TT_CHUYENNHUONG',
    fields: { kind: 'LOAI_CN', priceVnd: 'GIA_CN', contractDate: 'NGAY_HOP_DONG' },
    from: {
      name: 'TEN_BEN_CHUYEN',
      taxCode: 'MST_BEN_CHUYEN',
      identityNumber: 'SO_GIAY_TO_BEN_CHUYEN',
      phone: 'DIEN_THOAI_BEN_CHUYEN',
      address: 'DIA_CHI_BEN_CHUYEN',
    },
  },
  exemption: { name: 'TT_MIENGIAM', fields: { reason: 'LY_DO', amountVnd: 'SO_TIEN', document: 'VAN_BAN' } },
} as const;

/** In NFC, trimmed. */
const text = (max: number) => words(max, 0).refine((given) => unstorable(given) === undefined);
/** What must be there. */
const code = text(100).min(1);
const orNull = (max: number) =>
  text(max)
    .optional()
    .transform((given) => given || null);
/** Of what is short whatever it says. */
const short = z.string().max(50, { abort: true }).trim();
/** Whole đồng in digits: no sign, no separator, no fraction. */
const amount = short
  .regex(/^[0-9]{1,15}$/)
  .transform(Number)
  .refine((vnd) => vnd <= MOST_TAX_VND, `at most ${MOST_TAX_VND} đồng`);
const date = short
  .optional()
  .transform((given) => given || null)
  .pipe(civilDate.nullable());

/** What every answer says, of whatever phase. */
export const about = z.object({
  MSG_TYPE: code,
  MA_HS: code,
  SO_PHIEU: code,
  SEQ_ID: orNull(100),
  SEQ_REFID: orNull(100),
  ERROR_CODE: orNull(50),
  ERROR_DESC: orNull(2_000),
  MA_KETQUA: orNull(50),
  DIEN_GIAI: orNull(4_000),
});
export type About = z.output<typeof about>;

/** Of a complete answer, whose it is: a payer is told by a notice alone. */
export const payer = z.object({
  MA_GCN: orNull(200),
  NNT_TEN: orNull(500),
  NNT_MST: orNull(50),
  NNT_CMT: orNull(50),
  NNT_DIA_CHI: orNull(1_000),
});

/** 16: the sums. */
export const sums = z.object({
  TONG_PHAI_NOP: amount,
  TONG_MIEN_GIAM: amount,
  TONG_DA_NOP: amount,
  TONG_CON_PNOP: amount,
});

/** 14, 15: the blocks, by what stands before their fields. */
export const BLOCKS: readonly (readonly [string, TaxKind])[] = [
  ['LPTB', 'registration-fee'],
  ['TSDD', 'land-use'],
  ['TNCN', 'personal-income'],
  ['TMD', 'land-rent'],
  ['TMN', 'water-rent'],
];
export const block = z.object({
  SO_THONG_BAO: orNull(200),
  NGAY_THONG_BAO: date,
  HAN_NOP: date,
  SO_QDMG: orNull(200),
  NGAY_QD: date,
  PHAI_NOP: amount,
  MIEN_GIAM: amount,
  DA_NOP: amount,
  CON_PNOP: amount,
});
/** Everything that a block may say, its document besides. */
export const BLOCK_FIELDS: readonly string[] = [...Object.keys(block.shape), 'DULIEU'];
