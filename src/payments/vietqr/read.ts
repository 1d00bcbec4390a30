import { crc16 } from './crc.ts';
import { type Fault, fault, type Read, readTags, type Tag } from './tags.ts';
import {
  ACCOUNT,
  ACCOUNT_LENGTH,
  AMOUNT,
  BANK_BIN,
  CHECKSUM,
  COUNTRY,
  CURRENCY,
  DYNAMIC,
  FORMAT,
  NAPAS,
  SERVICES,
  type Service,
  STATIC,
} from './wire.ts';

/** What a VietQR code says. */
export interface VietqrCode {
  /** Made for one payment; otherwise it hangs on a wall. */
  readonly dynamic: boolean;
  readonly bankBin: string;
  /** An account, or a card where the service is `QRIBFTTC`. */
  readonly accountNumber: string;
  readonly service: Service;
  /** Whole đồng, where the code tells an amount. */
  readonly amountVnd?: number;
  /** What the payer's bank puts into the narrative (62.08). */
  readonly purpose?: string;
  /** Every tag in its order, those unknown here among them. */
  readonly tags: readonly Tag[];
}

/**
 * Reads the text of a VietQR code (WIRE.md 6.1). Strict: a code that a bank's application might read otherwise is
 * refused, with what is wrong and where, and never with an exception. The checksum may be in either case.
 */
export function readCode(text: string): Read<VietqrCode> {
  const tags = readTags(text);
  if (!tags.ok) return tags;
  const wrong = checksumFault(text, tags.value) ?? frameFault(tags.value);
  if (wrong !== undefined) return { ok: false, fault: wrong };
  const beneficiary = beneficiaryOf(tags.value);
  if (!beneficiary.ok) return beneficiary;
  const amount = optional(tags.value, '54');
  if (amount !== undefined && !AMOUNT.test(amount.value))
    return fault('value', '54', amount.offset, 'must be whole đồng from 1, at most 13 digits');
  const purpose = optional(optional(tags.value, '62')?.inside ?? [], '08');
  return {
    ok: true,
    value: {
      dynamic: optional(tags.value, '01')?.value === DYNAMIC,
      ...beneficiary.value,
      ...(amount === undefined ? {} : { amountVnd: Number(amount.value) }),
      ...(purpose === undefined ? {} : { purpose: purpose.value }),
      tags: tags.value,
    },
  };
}

/** The checksum stands last and covers everything before its own four digits. */
function checksumFault(text: string, tags: readonly Tag[]): Fault | undefined {
  const checksum = optional(tags, '63');
  if (checksum === undefined) return fault('missing', '63', lengthOf(text), 'has no checksum').fault;
  const after = checksum.offset + lengthOf(checksum.value);
  if (checksum !== tags.at(-1)) return fault('trailing', '63', after, 'something follows the checksum').fault;
  if (!/^[0-9A-Fa-f]{4}$/.test(checksum.value))
    return fault('value', '63', checksum.offset, 'must be four hexadecimal digits').fault;
  // The four digits and what they follow are ASCII: here characters are as long as in the string.
  const covered = text.slice(0, -4);
  if (!covered.endsWith(CHECKSUM) || crc16(covered) !== checksum.value.toUpperCase())
    return fault('checksum', '63', checksum.offset, 'does not fit the text').fault;
  return undefined;
}

/** What is the same in every code. */
function frameFault(tags: readonly Tag[]): Fault | undefined {
  if (tags[0]?.id !== '00') return fault('misplaced', '00', 0, 'must stand first').fault;
  const fixed: readonly (readonly [string, readonly string[], string])[] = [
    ['00', [FORMAT], 'must be 01'],
    ['01', [STATIC, DYNAMIC], 'must be 11 or 12'],
    ['53', [CURRENCY], 'must be 704'],
    ['58', [COUNTRY], 'must be VN'],
  ];
  for (const [id, allowed, message] of fixed) {
    const tag = needed(tags, id, '', 0);
    if (!tag.ok) return tag.fault;
    if (!allowed.includes(tag.value.value)) return fault('value', id, tag.value.offset, message).fault;
  }
  return undefined;
}

/**
 * Tag 38: NAPAS, the account, the service. One widely used maker of codes puts the service into the account's template,
 * with a checksum that fits (WIRE-2.md 6.1): that is said plainly instead of "missing".
 */
function beneficiaryOf(tags: readonly Tag[]): Read<Pick<VietqrCode, 'bankBin' | 'accountNumber' | 'service'>> {
  const template = needed(tags, '38', '', 0);
  if (!template.ok) return template;
  const { offset, inside = [] } = template.value;
  const napas = needed(inside, '00', '38', offset);
  if (!napas.ok) return napas;
  if (napas.value.value !== NAPAS) return fault('value', '38.00', napas.value.offset, 'must be A000000727');
  const holder = needed(inside, '01', '38', offset);
  if (!holder.ok) return holder;
  const account = holder.value;
  const misplaced = optional(account.inside ?? [], '02');
  if (misplaced !== undefined)
    return fault('misplaced', '38.01.02', misplaced.offset, 'the service belongs into 38.02, not into the account');
  const bank = needed(account.inside ?? [], '00', '38.01', account.offset);
  if (!bank.ok) return bank;
  if (!BANK_BIN.test(bank.value.value)) return fault('value', '38.01.00', bank.value.offset, 'must be six digits');
  const number = needed(account.inside ?? [], '01', '38.01', account.offset);
  if (!number.ok) return number;
  if (number.value.value.length > ACCOUNT_LENGTH || !ACCOUNT.test(number.value.value))
    return fault('value', '38.01.01', number.value.offset, 'must be 1 to 19 digits or ASCII letters');
  const named = needed(inside, '02', '38', offset);
  if (!named.ok) return named;
  const service = SERVICES.find((each) => each === named.value.value);
  if (service === undefined) return fault('value', '38.02', named.value.offset, `must be ${SERVICES.join(', ')}`);
  return { ok: true, value: { bankBin: bank.value.value, accountNumber: number.value.value, service } };
}

const optional = (tags: readonly Tag[], id: string): Tag | undefined => tags.find((tag) => tag.id === id);

function needed(tags: readonly Tag[], id: string, within: string, offset: number): Read<Tag> {
  const tag = optional(tags, id);
  return tag === undefined
    ? fault('missing', within === '' ? id : `${within}.${id}`, offset, 'is missing')
    : { ok: true, value: tag };
}

/** In characters, as offsets are. */
const lengthOf = (text: string): number => [...text].length;
