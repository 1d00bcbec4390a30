import type { Template } from './template.ts';

/** The statement of CashUp (WIRE.md A4.2): any number of accounts one below the other, each closed by its total. */
export const vietcombankCashup: Template = {
  format: 'vietcombank-cashup',
  fits: (sheet, columns) =>
    columns.balance !== undefined &&
    (/VCBACCOUNTDETAIL/i.test(sheet.name) ||
      (columns.sequence?.at === 0 && columns.documentNumber?.at === columns.date.at)),
  rules: { closedBy: 'total' },
};

/** Its template "AccountStatement" (A4.2): several accounts too, document number and day in two columns. */
export const vietcombankAccounts: Template = {
  format: 'vietcombank-cashup',
  fits: (_sheet, { balance, documentNumber, date }) =>
    balance !== undefined && documentNumber !== undefined && documentNumber.at < date.at,
  rules: { closedBy: 'total or closing balance' },
};
