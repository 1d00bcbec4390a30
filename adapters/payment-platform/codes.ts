/**
 * Their codes. 00 and 99 are the platform's own, 01 was seen at the browser's return; the others are the tax
 * department's list of the same family, and not proven to be the platform's (WIRE-2 2.3a). What stands in no set here
 * decides nothing.
 */
export const code = {
  done: '00',
  failed: '01',
  notFound: '104',
  exists: '116',
  noPaymentInformation: '118',
} as const;

/** They speak of the message, not of the payment: malformed, badly sealed, from an unknown partner. */
const OURS = ['02', '07', '09'] as const;

/** An INIT that got one of these made no payment, and never will: their "no". */
export const refusesInit: ReadonlySet<string> = new Set([
  ...OURS,
  code.failed,
  '051',
  '052',
  '053',
  '054',
  '056',
  '057',
  '058',
  '061',
  code.noPaymentInformation,
  '123',
  '128',
  '142',
]);
export const refusesQuery: ReadonlySet<string> = new Set(OURS);
/** Not known, or not paid: there is no receipt. */
export const refusesBill: ReadonlySet<string> = new Set([...OURS, code.notFound, code.noPaymentInformation]);

/** They could not say: a system error, maintenance, undefined. */
export const saysNothing: ReadonlySet<string> = new Set(['06', '96', '99']);

/** TrangThaiGD (WIRE.md 2.2); 2 is not known. */
export const state = { paid: '1', pending: '3', failed: '4' } as const;
