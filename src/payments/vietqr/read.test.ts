import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16 } from './crc.ts';
import { readCode } from './read.ts';
import { type Fault, writeTag } from './tags.ts';

/** The vectors of WIRE.md 6.1. */
const PUBLIC =
  '00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8';
const OTHER_ORDER =
  '00020101021153037045802VN38540010A00000072701240006970436011010319334300208QRIBFTTA62220818Thanh toan hoa don6304FCE9';
const OURS =
  '00020101021238540010A00000072701240006970436011010319334300208QRIBFTTA53037045405500005802VN62210817HS0001 H02 LE PHI63048400';
const VECTORS = [PUBLIC, OTHER_ORDER, OURS];

const HEAD = '000201010212';
const ACCOUNT = writeTag('00', '970436') + writeTag('01', '1031933430');
const NAPAS = writeTag('00', 'A000000727');
const SERVICE = writeTag('02', 'QRIBFTTA');
const BENEFICIARY = writeTag('38', NAPAS + writeTag('01', ACCOUNT) + SERVICE);
const TAIL = '53037045802VN';
/** With a checksum that fits, so that what is wrong is what the test says. */
const signed = (covered: string): string => `${covered}6304${crc16(`${covered}6304`)}`;

/** Any code points, halves of surrogate pairs among them. */
const anything = (maxLength: number) =>
  fc.array(fc.nat({ max: 0x10ffff }), { maxLength }).map((points) => String.fromCodePoint(...points));

const faultOf = (text: string): Fault | undefined => {
  const read = readCode(text);
  return read.ok ? undefined : read.fault;
};

describe('a code that is right', () => {
  it.each([
    [PUBLIC, { dynamic: true, bankBin: '970416', accountNumber: '257678859', amountVnd: 1000, purpose: 'Chuyen tien' }],
    [OTHER_ORDER, { dynamic: false, bankBin: '970436', accountNumber: '1031933430', purpose: 'Thanh toan hoa don' }],
    [
      OURS,
      {
        dynamic: true,
        bankBin: '970436',
        accountNumber: '1031933430',
        amountVnd: 50_000,
        purpose: 'HS0001 H02 LE PHI',
      },
    ],
  ])('is read (WIRE.md 6.1): %s', (text, says) => {
    const read = readCode(text);
    expect(read.ok && { ...read.value, tags: [] }).toEqual({ ...says, service: 'QRIBFTTA', tags: [] });
    expect(read.ok && read.value.tags.map(({ id, value }) => writeTag(id, value)).join('')).toBe(text);
  });

  it('may have its checksum in lower case (WIRE-2.md 6.1)', () => {
    expect(readCode(PUBLIC.replace(/BBB8$/, 'bbb8')).ok).toBe(true);
    expect(readCode(OTHER_ORDER.replace(/FCE9$/, 'fcE9')).ok).toBe(true);
  });

  it('keeps what is unknown here, outside and within templates', () => {
    const text = signed(`${HEAD}${BENEFICIARY}${TAIL}5907UBND MA62140105HD001990199903abc`);
    const read = readCode(text);
    expect(read.ok && read.value.tags.find(({ id }) => id === '99')).toEqual({ id: '99', value: 'abc', offset: 116 });
    expect(read.ok && read.value.tags.find(({ id }) => id === '62')?.inside?.map(({ id }) => id)).toEqual(['01', '99']);
    expect(read.ok && read.value.purpose).toBeUndefined();
  });

  it('counts lengths in characters, not in bytes', () => {
    expect(readCode(signed(`${HEAD}${BENEFICIARY}${TAIL}62100806Lệ phí`))).toMatchObject({
      ok: true,
      value: { purpose: 'Lệ phí' },
    });
    expect(readCode(signed(`${HEAD}${BENEFICIARY}${TAIL}62060802𠮷𠮷9903abc`))).toMatchObject({
      ok: true,
      value: { purpose: '𠮷𠮷' },
    });
    // The same text as makers write it who count bytes: six characters, nine bytes.
    expect(readCode(signed(`${HEAD}${BENEFICIARY}${TAIL}62130809Lệ phí`)).ok).toBe(false);
  });

  it('may be for a card', () => {
    const card = writeTag('38', `${NAPAS}${writeTag('01', ACCOUNT)}0208QRIBFTTC`);
    expect(readCode(signed(HEAD + card + TAIL))).toMatchObject({ ok: true, value: { service: 'QRIBFTTC' } });
  });
});

describe('a code that is wrong', () => {
  it('says so of the service inside the account, though its checksum fits (WIRE-2.md 6.1)', () => {
    const trap = signed(HEAD + writeTag('38', NAPAS + writeTag('01', ACCOUNT + SERVICE)) + TAIL);
    expect(faultOf(trap)).toEqual({
      problem: 'misplaced',
      at: '38.01.02',
      offset: trap.indexOf('QRIBFTTA'),
      message: 'the service belongs into 38.02, not into the account',
    });
    const both = signed(HEAD + writeTag('38', NAPAS + writeTag('01', ACCOUNT + SERVICE) + SERVICE) + TAIL);
    expect(faultOf(both)).toMatchObject({ problem: 'misplaced', at: '38.01.02' });
  });

  const beneficiary = (...parts: string[]) => signed(HEAD + writeTag('38', parts.join('')) + TAIL);
  const account = (...parts: string[]) => beneficiary(NAPAS, writeTag('01', parts.join('')), SERVICE);

  it.each<[string, string, Fault['problem'], string, number]>([
    ['nothing', '', 'missing', '63', 0],
    ['half a tag', `${PUBLIC}0`, 'truncated', '', PUBLIC.length],
    ['half a length', '000', 'truncated', '00', 2],
    ['half a value', '00020', 'truncated', '00', 4],
    ['a tag of letters', `${HEAD}AB02VN`, 'syntax', '', 12],
    ['a length of letters', `${HEAD}58xxVN`, 'syntax', '58', 14],
    ['other digits', `${HEAD}５８02VN`, 'syntax', '', 12],
    ['a value of no length', `${HEAD}5800`, 'syntax', '58', 14],
    ['an end within a value', OURS.slice(0, -30), 'truncated', '62', 94],
    ['an end before the checksum', OURS.slice(0, -8), 'missing', '63', OURS.length - 8],
    ['an end within the checksum', OURS.slice(0, -1), 'truncated', '63', OURS.length - 4],
    ['an end within a template', `${HEAD}3806001012`, 'truncated', '38.00', 20],
    ['a tag twice', signed(`${HEAD}${BENEFICIARY}${TAIL}5802VN`), 'duplicate', '58', 83],
    ['a tag twice in a template', account(ACCOUNT, '0006970436'), 'duplicate', '38.01.00', 58],
    ['something after it', `${PUBLIC}5802VN`, 'duplicate', '58', PUBLIC.length],
    ['an unknown tag after it', `${PUBLIC}9902VN`, 'trailing', '63', PUBLIC.length],
    ['a line end after it', `${PUBLIC}\n`, 'truncated', '', PUBLIC.length],
    ['a longer line end after it', `${PUBLIC}\r\n`, 'syntax', '', PUBLIC.length],
    ['another checksum', PUBLIC.replace(/8$/, '9'), 'checksum', '63', PUBLIC.length - 4],
    ['a checksum of other letters', PUBLIC.replace(/8$/, 'G'), 'value', '63', PUBLIC.length - 4],
    ['a checksum of two digits', `${HEAD}6302BB`, 'value', '63', 16],
    ['another tag first', signed(`010212000201${BENEFICIARY}${TAIL}`), 'misplaced', '00', 0],
    ['another format', signed(`000202010212${BENEFICIARY}${TAIL}`), 'value', '00', 4],
    ['neither static nor dynamic', signed(`000201010213${BENEFICIARY}${TAIL}`), 'value', '01', 10],
    ['nothing about static or dynamic', signed(`000201${BENEFICIARY}${TAIL}`), 'missing', '01', 0],
    ['no beneficiary', signed(HEAD + TAIL), 'missing', '38', 0],
    ['no NAPAS', beneficiary(writeTag('01', ACCOUNT), SERVICE), 'missing', '38.00', 16],
    ['another maker', beneficiary('0010A000000728', writeTag('01', ACCOUNT), SERVICE), 'value', '38.00', 20],
    ['no account', beneficiary(NAPAS, SERVICE), 'missing', '38.01', 16],
    ['no bank', account('01011'), 'missing', '38.01.00', 34],
    ['a bank of five digits', account('000597043', '01011'), 'value', '38.01.00', 38],
    ['no account number', account('0006970436'), 'missing', '38.01.01', 34],
    ['a long account number', account('0006970436', writeTag('01', '1'.repeat(20))), 'value', '38.01.01', 48],
    ['an account number with marks', account('0006970436', '0102ồ1'), 'value', '38.01.01', 48],
    ['no service', beneficiary(NAPAS, writeTag('01', ACCOUNT)), 'missing', '38.02', 16],
    ['an unknown service', beneficiary(NAPAS, writeTag('01', ACCOUNT), '0203ABC'), 'value', '38.02', 62],
    ['another currency', signed(`${HEAD}${BENEFICIARY}53038405802VN`), 'value', '53', 74],
    ['no currency', signed(`${HEAD}${BENEFICIARY}5802VN`), 'missing', '53', 0],
    ['another country', signed(`${HEAD}${BENEFICIARY}53037045802LA`), 'value', '58', 81],
    ['no country', signed(`${HEAD}${BENEFICIARY}5303704`), 'missing', '58', 0],
    ['nothing to pay', signed(`${HEAD}${BENEFICIARY}${TAIL}54010`), 'value', '54', 87],
    ['an amount with a fraction', signed(`${HEAD}${BENEFICIARY}${TAIL}54045.00`), 'value', '54', 87],
    ['a long amount', signed(`${HEAD}${BENEFICIARY}${TAIL}541412345678901234`), 'value', '54', 87],
  ])('says where: %s', (_, text, problem, at, offset) => {
    expect(faultOf(text)).toEqual({ problem, at, offset, message: expect.any(String) });
  });

  it('holds nothing of what stood there', () => {
    const fault = faultOf(signed(HEAD + writeTag('38', NAPAS + writeTag('01', '0006970436011100000 00001') + SERVICE)));
    expect(JSON.stringify(fault)).not.toContain('00000 00001');
  });
});

describe('a code that was damaged', () => {
  const vectors = fc.constantFrom(...VECTORS);
  const places = fc.nat({ max: 200 });

  it('is never taken for another after one wrong character, a lost one, or two that changed places', () => {
    fc.assert(
      fc.property(vectors, places, fc.string({ minLength: 1, maxLength: 1 }), (text, place, character) => {
        const at = place % text.length;
        const here = text.charAt(at);
        const next = text.charAt(at + 1);
        // The case of the checksum alone means nothing.
        if (character.toUpperCase() !== here.toUpperCase() || at < text.length - 4)
          if (character !== here) expect(readCode(text.slice(0, at) + character + text.slice(at + 1)).ok).toBe(false);
        expect(readCode(text.slice(0, at) + text.slice(at + 1)).ok).toBe(false);
        if (next !== '' && next !== here)
          expect(readCode(text.slice(0, at) + next + here + text.slice(at + 2)).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('is answered with a code or a fault, whatever became of it, and whether or not the checksum fits', () => {
    const edit = fc.record({
      place: places,
      lost: fc.nat({ max: 6 }),
      put: anything(6),
    });
    const edited = fc
      .tuple(vectors, fc.array(edit, { maxLength: 4 }))
      .map(([text, edits]) =>
        edits.reduce((sum, { place, lost, put }) => sum.slice(0, place) + put + sum.slice(place + lost), text),
      );
    const halves = fc.string({ unit: fc.constantFrom('\ud800', '\udc00', '0', '1', '2', '3', '6', '8') });
    const digits = fc.string({ unit: fc.constantFrom(...'0123468'), maxLength: 60 }).map((tail) => HEAD + tail);
    fc.assert(
      fc.property(fc.oneof(edited, anything(40), halves, digits), fc.boolean(), (some, sign) => {
        const text = sign ? signed(some) : some;
        const read = readCode(text);
        if (read.ok) {
          expect(
            read.value.tags.map(({ id, value }) => id + `${[...value].length}`.padStart(2, '0') + value).join(''),
          ).toBe(text);
        } else {
          expect(read.fault.message).not.toBe('');
          expect(read.fault.at).toMatch(/^(\d\d(\.\d\d)*)?$/);
          expect(read.fault.offset).toBeLessThanOrEqual([...text].length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
