const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const;
/** Of a group of three digits, by its place from the right. A thousand of the fourth is said before its `tỷ`. */
const PLACES = ['', 'nghìn', 'triệu', 'tỷ', 'nghìn'] as const;
const MOST = 999_999_999_999_999;

/**
 * A sum in Vietnamese words as a receipt bears it, such as "Một triệu hai trăm linh năm nghìn đồng". Whole đồng from 0 to
 * 999.999.999.999.999; throws a RangeError for any other number, because a receipt must not say a sum nearly.
 */
export function amountInWords(amountVnd: number): string {
  if (!Number.isSafeInteger(amountVnd) || amountVnd < 0 || amountVnd > MOST) {
    throw new RangeError('whole đồng from 0 to 999999999999999');
  }
  const said = amountVnd === 0 ? DIGITS[0] : groupsOf(amountVnd).join(' ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)} đồng`;
}

/** From the left, without those that are zero. */
function groupsOf(amount: number): string[] {
  const said: string[] = [];
  for (let place = PLACES.length - 1; place >= 0; place--) {
    const group = Math.floor(amount / 1000 ** place) % 1000;
    // A thousand tỷ has its tỷ said even where no single one follows.
    if (group > 0) said.push(threeDigits(group, said.length > 0), PLACES[place] ?? '');
    else if (place === 3 && said.length > 0) said.push('tỷ');
  }
  return said.filter((word) => word !== '');
}

/** 1 to 999. After another group its hundreds are said though there are none. */
function threeDigits(group: number, follows: boolean): string {
  const hundreds = Math.floor(group / 100);
  const tens = Math.floor(group / 10) % 10;
  const units = group % 10;
  const said: string[] = [];
  if (hundreds > 0 || follows) said.push(`${DIGITS[hundreds]} trăm`);
  if (tens === 1) said.push('mười');
  else if (tens > 1) said.push(`${DIGITS[tens]} mươi`);
  else if (units > 0 && said.length > 0) said.push('linh');
  if (units > 0) said.push(unitAfter(tens, units));
  return said.join(' ');
}

function unitAfter(tens: number, units: number): string {
  if (units === 5 && tens > 0) return 'lăm';
  if (units === 1 && tens > 1) return 'mốt';
  if (units === 4 && tens > 1) return 'tư';
  return DIGITS[units] ?? '';
}
