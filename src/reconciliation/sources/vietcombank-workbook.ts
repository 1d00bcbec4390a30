import type { Template } from './template.ts';

/**
 * The statement of retail and small-business accounts (WIRE.md A4.1): one sheet, its head about row 13 behind a hidden first
 * column, day and document number in one cell, amounts as text.
 */
export const vietcombankWorkbook: Template = {
  format: 'vietcombank-workbook',
  fits: (_sheet, columns) => columns.balance !== undefined && columns.documentNumber?.at === columns.date.at,
  rules: { closedBy: 'total or closing balance' },
};
