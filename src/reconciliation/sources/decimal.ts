/**
 * Amounts of any currency as whole numbers of hundred-thousandths: exact sums without a float. No currency has more than
 * four decimals; some banks print five zeros behind đồng.
 */
export type Decimal = bigint;

const DECIMALS = 5;
const ONE = 100_000n;
/** Digits before the point: more is no amount of money. */
const MOST_DIGITS = 18;

/** Decimals of a currency by ISO 4217 where it is not two. */
const DECIMALS_OF: Readonly<Record<string, number>> = {
  VND: 0,
  JPY: 0,
  KRW: 0,
  CLP: 0,
  ISK: 0,
  KWD: 3,
  BHD: 3,
  TND: 3,
};
export const decimalsOf = (currency: string): number => DECIMALS_OF[currency] ?? 2;

/** Digits with at most one point between them, no sign, no thousands; undefined where it is none or has more than five decimals. */
export function decimal(text: string): Decimal | undefined {
  const [, whole = '', fraction = ''] = /^(\d+)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === '' || whole.replace(/^0+/, '').length > MOST_DIGITS) return undefined;
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > DECIMALS) return undefined;
  return BigInt(whole) * ONE + BigInt(significant.padEnd(DECIMALS, '0'));
}

/** Whether an amount is one that its currency has: half a đồng is none. */
export const isOf = (currency: string, amount: Decimal): boolean =>
  amount % 10n ** BigInt(DECIMALS - Math.min(DECIMALS, decimalsOf(currency))) === 0n;

/** The amount as whole đồng; undefined where it is none, or no safe integer. */
export function wholeVnd(amount: Decimal): number | undefined {
  const whole = Number(amount / ONE);
  return amount % ONE === 0n && Number.isSafeInteger(whole) ? whole : undefined;
}

export const fromVnd = (amount: number): Decimal => BigInt(amount) * ONE;

/** As a decimal string with the currency's decimals, `-` before it where it is negative. */
export function decimalText(amount: Decimal, currency: string): string {
  const size = amount < 0n ? -amount : amount;
  const fraction = String(size % ONE).padStart(DECIMALS, '0');
  const kept = Math.max(decimalsOf(currency), fraction.replace(/0+$/, '').length);
  const digits = `${size / ONE}${kept === 0 ? '' : `.${fraction.slice(0, kept)}`}`;
  return amount < 0n ? `-${digits}` : digits;
}

/**
 * An amount as a person or a spreadsheet writes it: blanks anywhere (text out of a PDF has them between digits), thousands
 * by comma, point, blank or apostrophe, a currency before or behind, a sign before or behind, or brackets for negative.
 * Where one kind of mark stands once and three digits follow, it is taken for thousands in a currency without decimals,
 * and cannot be told in others (undefined) unless `point` says which mark the file uses.
 */
export function writtenAmount(
  given: string,
  currency: string,
  point?: '.' | ',',
): { readonly amount: Decimal; readonly negative: boolean } | undefined {
  let text = given.replace(/[\s\u00a0\u202f'’]/g, '').toUpperCase();
  const bracketed = /^\((.*)\)$/.exec(text);
  if (bracketed) text = bracketed[1] ?? '';
  text = text.replace(/^(?:[A-Z]{3}|₫|Đ)|(?:[A-Z]{3}|₫|Đ)$/g, '');
  const [, before = '', digits = '', after = ''] = /^([+-]?)([\d.,]+)([+-]?)$/.exec(text) ?? [];
  if (digits === '' || (before !== '' && after !== '') || (bracketed && before + after !== '')) return undefined;
  const plain = plainDigits(digits, currency, point);
  const amount = plain === undefined ? undefined : decimal(plain);
  if (amount === undefined) return undefined;
  return { amount, negative: before === '-' || after === '-' || bracketed !== null };
}

function plainDigits(digits: string, currency: string, point: '.' | ',' | undefined): string | undefined {
  const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  if (last < 0) return digits;
  const mark = digits[last] as '.' | ',';
  const other = mark === '.' ? ',' : '.';
  const isPoint = point === undefined ? pointBy(digits, mark, other, last, currency) : mark === point;
  if (isPoint === undefined) return undefined;
  if (isPoint && digits.indexOf(mark) !== last) return undefined;
  const whole = isPoint ? digits.slice(0, last) : digits;
  const thousands = isPoint ? other : mark;
  if (!isPoint && digits.includes(other)) return undefined;
  if (!(whole.includes(thousands) ? grouped(whole, thousands) : /^\d+$/.test(whole))) return undefined;
  const fraction = isPoint ? digits.slice(last + 1) : '';
  return `${whole.replaceAll(thousands, '')}${fraction === '' ? '' : `.${fraction}`}`;
}

const grouped = (whole: string, mark: '.' | ','): boolean => new RegExp(`^\\d{1,3}(?:\\${mark}\\d{3})+$`).test(whole);

/** Whether the last mark is the decimal point; undefined where nobody can tell. */
function pointBy(digits: string, mark: string, other: string, last: number, currency: string): boolean | undefined {
  if (digits.includes(other)) return true;
  if (digits.indexOf(mark) !== last) return false;
  if (digits.length - last - 1 !== 3) return true;
  return decimalsOf(currency) === 0 ? false : undefined;
}
