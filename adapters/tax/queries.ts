import type { TaxDue } from '../../contracts/domain/tax.ts';
import { type CallContext, completed, type Outcome, type QueryOperation } from '../adapter.ts';
import type { Answer } from '../kit/coded-answer.ts';
import type { Heard } from './answer.ts';
import type { TaxConfig } from './config.ts';
import { bookDue, bound, landDue } from './dues-from.ts';
import { queryPolicy } from './policy.ts';
import { atMostOne, each, fieldAs, misread, one, type Placed, required, shortWords, words } from './reading.ts';
import { converse } from './service.ts';
import { OWES, questions } from './wire.ts';

/** Who signed an answer, and whether by a key that is short. */
interface Signed {
  readonly signer: string;
  readonly weak: boolean;
}
const signed = ({ signer, weak }: Heard): Signed => ({ signer, weak });

export interface TaxAnswer extends Signed {
  readonly dues: readonly TaxDue[];
  /** TRANGTHAI as they write it, `01` where something is owed; null of a question whose answer has none. */
  readonly status: string | null;
  /** Theirs, to the status. */
  readonly words: string | null;
}
export interface LandDuesQuestion {
  readonly dossierCode: string;
  readonly identityNumber: string;
}
export interface TaxCodeQuestion {
  readonly taxCode: string;
}
export interface Taxpayer extends Signed {
  readonly taxCode: string;
  readonly name: string | null;
  readonly identityNumber: string | null;
  readonly address: string | null;
  /** As they write them. */
  readonly kind: string | null;
  readonly status: string | null;
  readonly chapter: string | null;
  /** MA_CQT_QL: the tax office that keeps them. */
  readonly office: string | null;
}

const query = <Input, Result>(
  name: string,
  run: (input: Input, context: CallContext) => Promise<Outcome<Result>>,
): QueryOperation<Input, Result> => ({ kind: 'query', name, policy: queryPolicy, run });

/** 00109, answered by 00110: what is owed of a dossier. */
export const queryLandDues = (config: TaxConfig): QueryOperation<LandDuesQuestion, TaxAnswer> =>
  query('query-land-dues', ({ dossierCode, identityNumber }, context) =>
    converse(config, context, {
      about: questions.landDues,
      ask: { MA_HS: dossierCode, SO: identityNumber },
      read: (heard) => {
        const book = one(heard.row, 'SOTHUE');
        const status = required(fieldAs(book, 'TRANGTHAI', shortWords), `${book.at}/TRANGTHAI`);
        const rows = each(book, 'TONG_TIEN').flatMap((total) => each(total, 'ROW_SOTHUE'));
        if (status === OWES && rows.length === 0) return misread(`${book.at}/TONG_TIEN`, 'what is owed', 'missing');
        const dues = rows.map((row) => landDue(row, dossierCode));
        return completed({ dues, status, words: fieldAs(book, 'MOTA_TRANGTHAI', words), ...signed(heard) });
      },
    }),
  );

/** 00046, answered by 00047: what a taxpayer owes. */
export const queryDues = (config: TaxConfig): QueryOperation<TaxCodeQuestion, TaxAnswer> =>
  query('query-dues', ({ taxCode }, context) =>
    converse(config, context, {
      about: questions.dues,
      ask: { MST: taxCode, SO_TKHAI: '' },
      read: (heard) => {
        const { taxpayer, person } = taxpayerIn(heard, taxCode);
        const { name, identityNumber, address } = person;
        const book = atMostOne(taxpayer, 'SOTHUE');
        const rows = book === undefined ? [] : each(book, 'ROW_SOTHUE');
        const dues = rows.map((row) => bookDue(row, { name, taxCode, identityNumber, address }, taxCode));
        const told = fieldAs(heard.row, 'NAME', words);
        return completed({ dues, status: null, words: told, ...signed(heard) });
      },
    }),
  );

export const queryTaxpayer = (config: TaxConfig): QueryOperation<TaxCodeQuestion, Taxpayer> =>
  query('query-taxpayer', ({ taxCode }, context) => askTaxpayer(config, taxCode, context));

/** 00003; the shape of its answer is not published, and that of 00047 is assumed. */
export const askTaxpayer = (config: TaxConfig, taxCode: string, context: CallContext): Promise<Answer<Taxpayer>> =>
  converse(config, context, {
    about: questions.taxpayer,
    ask: { MST: taxCode },
    read: (heard) => completed({ ...taxpayerIn(heard, taxCode).person, ...signed(heard) }),
  });

/** THONGTIN_NNT (WIRE.md A5). An address may be missing, a taxpayer never. */
function taxpayerIn(heard: Heard, taxCode: string) {
  const taxpayer = one(heard.row, 'THONGTIN_NNT');
  const row = one(one(taxpayer, 'THONGTINCHUNG'), 'ROW_NNT');
  const addresses = atMostOne(taxpayer, 'DIACHI');
  const [address] = addresses === undefined ? [] : each(addresses, 'ROW_DIACHI');
  const text = (name: string): string | null => fieldAs(row, name, shortWords);
  const person = {
    taxCode: bound(row, 'MST', taxCode),
    name: fieldAs(row, 'TEN_NNT', words),
    identityNumber: text('SO_CMND'),
    address: address === undefined ? null : fieldAs(address as Placed, 'MOTA_DIACHI', words),
    kind: text('LOAI_NNT'),
    status: text('TRANG_THAI'),
    chapter: text('CHUONG'),
    office: text('MA_CQT_QL'),
  };
  return { taxpayer, person };
}
