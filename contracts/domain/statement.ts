import { z } from 'zod';

/**
 * Layouts in which the other sides say what moved: how a file is written, whoever wrote it. Which of them a file has is
 * told by its content, never by its name (Vietcombank calls HTML `.xls`; WIRE.md A4.2).
 */
export const statementFormat = z
  .enum([
    /** Header in row 13, amounts as text (WIRE.md A4.1). */
    'vietcombank-workbook',
    /** Bilingual, several accounts a file (A4.2). */
    'vietcombank-cashup',
    /** Date, reference, debit, credit, description (A4.2). */
    'vietcombank-simple',
    'vietcombank-html',
    /** Text that was taken out of the bank's PDF (WIRE-2.md 6.3). */
    'vietcombank-pdf-text',
    'mt940',
    'mt942',
    'camt.052',
    'camt.053',
    'camt.054',
    /** The national payment platform's pipe file (WIRE-2.md 2.6). */
    'platform-pipe',
    /** Vietcombank's payment gateway: its list of orders, asked for by API (WIRE.md 6.2). */
    'gateway-orders',
    /** Rows of a treasury account as JSON (WIRE-2.md 3.3a). */
    'treasury-rows',
    /** CSV or XLSX whose columns somebody declared. */
    'declared-columns',
  ])
  .meta({ id: 'StatementFormat' });
export type StatementFormat = z.output<typeof statementFormat>;

/** Which way money moved, seen by the holder of the account: a credit comes in (the bank's own view of his account). */
export const direction = z.enum(['credit', 'debit']);
export type Direction = z.output<typeof direction>;
