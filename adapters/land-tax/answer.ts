import type { TaxDue, TaxPayer } from '../../contracts/domain/tax.ts';
import type { LandTaxAnswer, LandTaxQuestion, SignatureStrength } from '../../contracts/domain/transfer-slip.ts';
import { completed, type Drift } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import { readValue } from '../kit/json.ts';
import { type Fields, ROW } from './fields.ts';
import { type About, BLOCK_FIELDS, BLOCKS, block, payer, sums } from './wire.ts';

/** A complete answer in our words. */
export function answerOf(
  question: LandTaxQuestion,
  about: About,
  { fields, signature }: { readonly fields: Fields; readonly signature: SignatureStrength },
): Answer<LandTaxAnswer> {
  const dues = duesIn(question, about, fields);
  if ('kind' in dues) return dues;
  return completed<LandTaxAnswer>({
    question,
    dossierCode: about.MA_HS,
    slipNumber: about.SO_PHIEU,
    dues,
    explanation: about.DIEN_GIAI,
    signature,
  });
}

type Known = Pick<TaxDue, 'dossierCode' | 'certificateNumber' | 'payer'>;

function duesIn(question: LandTaxQuestion, about: About, fields: Fields): readonly TaxDue[] | Drift {
  if (question === 'dossier') return [];
  const read = readValue(fields, payer, ROW);
  if (!read.ok) return read.failure as Drift;
  const { MA_GCN: certificateNumber, ...whom } = read.value;
  const known = { dossierCode: about.MA_HS, certificateNumber, payer: payerOf(whom) };
  return question === 'notice' ? blocksIn(known, fields) : sumIn(known, fields);
}

const payerOf = (
  told: Readonly<Record<'NNT_TEN' | 'NNT_MST' | 'NNT_CMT' | 'NNT_DIA_CHI', string | null>>,
): TaxPayer => ({
  name: told.NNT_TEN,
  taxCode: told.NNT_MST,
  identityNumber: told.NNT_CMT,
  address: told.NNT_DIA_CHI,
});

/** What no answer of theirs tells. */
const UNTOLD = { name: null, chapter: null, subItem: null, treasury: { code: null, account: null } } as const;

/** The sums are told as they tell them, also where they do not add up. */
function sumIn(known: Known, fields: Fields): readonly TaxDue[] | Drift {
  const read = readValue(fields, sums, ROW);
  if (!read.ok) return read.failure as Drift;
  const { TONG_PHAI_NOP, TONG_MIEN_GIAM, TONG_DA_NOP, TONG_CON_PNOP } = read.value;
  return [
    {
      ...known,
      ...UNTOLD,
      kind: 'other',
      decision: { number: null, date: null },
      dueVnd: TONG_PHAI_NOP,
      exemptVnd: TONG_MIEN_GIAM,
      paidVnd: TONG_DA_NOP,
      remainingVnd: TONG_CON_PNOP,
      dueDate: null,
    },
  ];
}

function blocksIn(known: Known, fields: Fields): readonly TaxDue[] | Drift {
  const dues: TaxDue[] = [];
  for (const [prefix, kind] of BLOCKS) {
    const own = Object.fromEntries(
      BLOCK_FIELDS.flatMap((name) => {
        const text = fields[`${prefix}_${name}`];
        return text === undefined ? [] : [[name, text]];
      }),
    );
    if (Object.values(own).every(saysNothing)) continue;
    const read = readValue(own, block);
    if (!read.ok) return atBlock(prefix, read.failure as Drift);
    const told = read.value;
    dues.push({
      ...known,
      ...UNTOLD,
      kind,
      decision:
        told.SO_THONG_BAO === null
          ? { number: told.SO_QDMG, date: told.NGAY_QD }
          : { number: told.SO_THONG_BAO, date: told.NGAY_THONG_BAO },
      dueVnd: told.PHAI_NOP,
      exemptVnd: told.MIEN_GIAM,
      paidVnd: told.DA_NOP,
      remainingVnd: told.CON_PNOP,
      dueDate: told.HAN_NOP,
    });
  }
  return dues;
}

/** Zeros and empty text. */
const saysNothing = (text: string): boolean => /^\s*0*\s*$/.test(text);
const atBlock = (prefix: string, { path, ...failure }: Drift): Drift => ({
  ...failure,
  path: `${ROW}/${prefix}_${path.slice(1)}`,
});
