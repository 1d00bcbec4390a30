import { checksum, type Form, isSealed } from './seals.ts';
import type { VietcombankSettings } from './settings.ts';
import type { Code } from './texts.ts';
import { dayBound, isoTime } from './times.ts';

/** A field, the code it is refused by, and what it must be; `now` is for limits in time. */
type Rule = readonly [field: string, code: Code, sound: (value: string, now: number) => boolean];

const text =
  (most = 1_000) =>
  (value: string): boolean =>
    value.trim() !== '' && value.length <= most;
const shaped =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);
const orEmpty =
  (sound: (value: string) => boolean) =>
  (value: string): boolean =>
    value === '' || sound(value);
const address = (value: string): boolean => URL.canParse(value) && /^https?:/.test(value);
const day = (value: string): boolean => dayBound(value, 'first') !== undefined;
const notOver = (value: string, now: number): boolean => value === '' || (isoTime(value) ?? 0) > now;

/** In the order of their codes; what a list is asked by has no code of its own and is 0001 [assumed]. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  CreateOrder: [
    ['order_code', '0005', text(150)],
    ['order_description', '0006', text()],
    ['amount', '0007', shaped(/^[1-9]\d{0,14}$/)],
    ['currency', '0008', (value) => value === 'VND'],
    ['buyer_fullname', '0009', text()],
    ['buyer_email', '0010', shaped(/^[^@\s]+@[^@\s]+$/)],
    ['buyer_mobile', '0011', shaped(/^\+?\d{8,19}$/)],
    ['buyer_address', '0012', text()],
    ['return_url', '0013', address],
    ['cancel_url', '0014', address],
    ['notify_url', '0015', address],
    ['time_limit', '0016', notOver],
  ],
  CheckOrder: [['token_code', '0018', text()]],
  CheckOrderByOrderCode: [['order_code', '0005', text(150)]],
  GetListOrder: [
    ['order_code', '0005', orEmpty(text(150))],
    ['time_created_from', '0001', orEmpty(day)],
    ['time_created_to', '0001', orEmpty(day)],
    ['status', '0001', orEmpty(shaped(/^\d{1,2}$/))],
    ['page', '0001', orEmpty(shaped(/^[1-9]\d{0,5}$/))],
  ],
  GetBanks: [],
};

export interface Refusal {
  readonly code: Code;
  /** The field at fault. */
  readonly field: string;
}

/** The first fault of a request: version, function, merchant, fields, checksum. */
export function judge(settings: VietcombankSettings, version: string, form: Form, now: number): Refusal | undefined {
  if (version !== 'version_1_0') return { code: '0004', field: 'version' };
  const name = form.function ?? '';
  const rules = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  if (rules === undefined) return { code: '0002', field: 'function' };
  if (form.merchant_site_code !== settings.merchant) return { code: '0003', field: 'merchant_site_code' };
  const wrong = rules.find(([field, , sound]) => !sound(form[field] ?? '', now));
  if (wrong !== undefined) return { code: wrong[1], field: wrong[0] };
  if (isSealed(name) && form.checksum !== checksum(name, form, settings.passcode))
    return { code: '0017', field: 'checksum' };
  return settings.allowed ? undefined : { code: '0020', field: 'merchant_site_code' };
}
