/**
 * Their codes, of which no list is published: those named here are assumed. Without a code it is done (WIRE-2 2.8); any
 * other code decides nothing, and they are asked by the key.
 */
export const code = { notFound: 'NOT_FOUND_DATA', keyTaken: 'TRANSACTION_UUID_INVALID' } as const;

/** Of the account, the template and the series: said before anything is issued. */
const ACCESS = ['INVOICE_SERIAL_NOT_FOUND', 'INVOICE_TEMPLATE_NOT_FOUND', 'SUPPLIER_TAX_CODE_INVALID'] as const;

export const refusesIssue: ReadonlySet<string> = new Set(ACCESS);
/** There is no such receipt besides. */
export const refusesOther: ReadonlySet<string> = new Set([...ACCESS, code.notFound]);
