import { type TaxDue, taxKindOf } from '../../contracts/domain/tax.ts';
import { dayOf } from './dates.ts';
import { field, fieldAs, misread, type Placed, shortWords, wholeDong, words } from './reading.ts';

/** A field that has to say whom was asked about; where it is empty nothing is bound by it. */
export function bound(row: Placed, name: string, asked: string): string {
  const said = field(row, name)?.trim() ?? '';
  return said === asked
    ? said
    : misread(`${row.at}/${name}`, 'what was asked about', said === '' ? 'missing' : 'another');
}

const text = (row: Placed, name: string): string | null => fieldAs(row, name, shortWords);
const long = (row: Placed, name: string): string | null => fieldAs(row, name, words);
/** Year first, with a time of no meaning (WIRE.md A5). */
const landDay = dayOf('yyyy-MM-dd', 'dd/MM/yyyy');

/** What remains is told and nothing else: as much is due. */
const remaining = (row: Placed, name: string) => {
  const amountVnd = fieldAs(row, name, wholeDong);
  return { dueVnd: amountVnd, exemptVnd: 0, paidVnd: 0, remainingVnd: amountVnd };
};

/** ROW_SOTHUE of 00110 (WIRE.md 3.2). */
export function landDue(row: Placed, dossierCode: string): TaxDue {
  const [subItem, name] = [text(row, 'MA_TMUC'), long(row, 'TEN_TMUC')];
  return {
    dossierCode: bound(row, 'MA_HS', dossierCode),
    certificateNumber: text(row, 'MA_GCN'),
    payer: {
      name: long(row, 'TEN_NNT'),
      taxCode: text(row, 'MA_SO_THUE'),
      identityNumber: text(row, 'SO'),
      address: long(row, 'MOTA_DIACHI'),
    },
    decision: { number: text(row, 'SO_QUYET_DINH'), date: fieldAs(row, 'NGAY_QUYET_DINH', landDay) },
    kind: taxKindOf(subItem, name),
    name,
    chapter: text(row, 'MA_CHUONG'),
    subItem,
    treasury: { code: text(row, 'SHKB'), account: text(row, 'LOAI_TK_NSNN') },
    ...remaining(row, 'SO_CON_PHAI_NOP'),
    dueDate: fieldAs(row, 'HAN_NOP', landDay),
  };
}

/** ROW_SOTHUE of 00047 (WIRE.md 3.2, A5); its payer stands once, beside the rows. */
export function bookDue(row: Placed, payer: TaxDue['payer'], taxCode: string): TaxDue {
  bound(row, 'MST', taxCode);
  const currency = field(row, 'LOAI_TIEN')?.trim() ?? '';
  if (currency !== '' && currency !== 'VND') return misread(`${row.at}/LOAI_TIEN`, 'VND', 'another');
  const [subItem, name] = [text(row, 'MA_TMUC'), long(row, 'TEN_TMUC')];
  return {
    dossierCode: null,
    certificateNumber: null,
    payer,
    decision: { number: text(row, 'SO_QDINH'), date: fieldAs(row, 'NGAY_QDINH', dayOf('dd/MM/yyyy')) },
    kind: taxKindOf(subItem, name),
    name,
    chapter: text(row, 'MA_CHUONG'),
    subItem,
    treasury: { code: text(row, 'SHKB'), account: text(row, 'SO_TAI_KHOAN_CO') },
    ...remaining(row, 'NO_CUOI_KY'),
    dueDate: null,
  };
}
