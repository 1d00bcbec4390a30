/** Their codes (WIRE.md 6.2). What stands in no set here decides nothing. */
export const code = { done: '0000', unclear: '0001', orderCode: '0005', tokenCode: '0018' } as const;

/** Function, merchant, version, checksum, not allowed: our configuration is at fault, whatever was asked. */
const OURS = ['0002', '0003', '0004', '0017', '0020'] as const;

/** The field that a code speaks of, as a JSON pointer into a `PaymentOrder`; "" where it comes from none. */
const fields: ReadonlyMap<string, string> = new Map([
  ['0005', '/reference'],
  ['0006', '/description'],
  ['0007', '/amountVnd'],
  ['0008', ''],
  ['0009', '/payer/name'],
  ['0010', '/payer/email'],
  ['0011', '/payer/phone'],
  ['0012', '/payer/address'],
  ['0013', '/returnUrl'],
  ['0014', '/cancelUrl'],
  ['0015', '/notifyUrl'],
  ['0016', '/payUntil'],
]);

export const fieldOf = (theirCode: string): readonly string[] => {
  const pointer = fields.get(theirCode);
  return pointer ? [pointer] : [];
};

/** 0101: "could not be created". */
const NOT_CREATED = '0101';

/** A CreateOrder that got one of these made no order. 0005 is not among them: it may be that the order exists. */
export const refusesOrder: ReadonlySet<string> = new Set([
  ...OURS,
  ...[...fields.keys()].filter((each) => each !== code.orderCode),
  NOT_CREATED,
]);
export const refusesQuestion: ReadonlySet<string> = new Set(OURS);
