import { type TaxDue, type TaxNotice, taxKindOf } from '../../contracts/domain/tax.ts';
import { bytesOf } from '../kit/base64.ts';
import { examineXml } from '../kit/xml.ts';
import { dayOf } from './dates.ts';
import { dossierCode, fieldAs, misread, one, type Placed, shortWords, some, wholeDong, words } from './reading.ts';

/**
 * The XML of `FileThongBaoThue`, in base64 whose lines may be broken (WIRE.md 3.1). `at` is where it stands. A notice
 * says what is due and not what was paid of it: all of it remains.
 */
export function noticeIn(file: string, at: string): TaxNotice {
  const bytes = bytesOf(file.replace(/[\r\n\t ]+/g, '')) ?? misread(at, 'base64', 'another text');
  const read = examineXml(bytes);
  if (!read.ok) {
    const { why, line } = read;
    return misread(at, 'an XML document in UTF-8', line === undefined ? why : `${why}, line ${line}`);
  }
  if (read.root.name !== 'DATA') return misread(at, 'DATA', 'another element');
  const body = one({ element: read.root, at: `${at}/DATA` }, 'BODY');
  return { dues: some(body, 'ROW_LIST').flatMap(duesIn) };
}

function duesIn(rows: Placed): TaxDue[] {
  const code = fieldAs(rows, 'MA_HSO', dossierCode);
  return some(rows, 'LIST').map((row) => dueIn(row, code));
}

const day = dayOf('dd-MM-yyyy', 'dd/MM/yyyy');

function dueIn(row: Placed, code: string): TaxDue {
  const name = fieldAs(row, 'TEN_TIEUMUC', words);
  const amountVnd = fieldAs(row, 'SO_TIEN', wholeDong);
  return {
    dossierCode: code,
    certificateNumber: null,
    payer: { name: null, taxCode: fieldAs(row, 'MA_SO_THUE', shortWords), identityNumber: null, address: null },
    decision: {
      number: fieldAs(row, 'SO_QUYET_DINH', shortWords),
      date: fieldAs(row, 'NGAY_QUYET_DINH', day),
    },
    kind: taxKindOf(null, name),
    name,
    chapter: null,
    subItem: null,
    treasury: { code: null, account: null },
    dueVnd: amountVnd,
    exemptVnd: 0,
    paidVnd: 0,
    remainingVnd: amountVnd,
    dueDate: null,
  };
}
