import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentWord } from '../../contracts/domain/payment.ts';
import { ground } from '../../test/kit/room.ts';
import { clearCode, clearId, clearTime, clearWord } from './clear-words.ts';

const { vault } = await ground();
const PERSON = [
  ...['Nguyễn Văn Mẫu', 'NGUYEN VAN MAU 0900000000', 'mau@example.vn', 'CCCD: 024000000000', 'x'.repeat(1_000)],
  ...['digest#', 'digest#x', '', ' ', 'a\u0000'],
];

describe('an id of a transaction', () => {
  it.each([
    'GD1',
    'G22.99.3-250601000001',
    'FT22335000001',
    '024000000000',
    '5285.82284',
    'tok-1:partly-refunded',
    '7',
  ])('%s stays as it is', async (id) => expect(await clearId(vault, id)).toBe(id));
  it.each(PERSON)('%j is a digest, the same each time and another for another', async (id) => {
    const digest = await clearId(vault, id);
    expect(digest).toMatch(/^digest#[\w-]{43}$/);
    expect(await clearId(vault, id)).toBe(digest);
    expect(await clearId(vault, `${id} `)).not.toBe(digest);
    // What they send as one is none of ours.
    expect(await clearId(vault, digest)).not.toBe(digest);
  });
});

describe('a time', () => {
  it.each([
    ...['20250601083000', '20250601', '20250601083000123', '2025-06-01 08:35:00', '2025-06-01T08:35:00+07:00'],
    ...['2025-06-01T01:35:00.123Z', '01/06/2025 08:35:00', '01-06-2025', '1/6/2025 8:35', '08:35:00 01/06/2025'],
    ...['1748741700', '1748741700123', '06/01/2025 08:30:00 AM', '06/01/2025 08:30:00 CH'],
  ])('%s stays as it is', async (time) => expect(await clearTime(vault, time)).toBe(time));
  it.each([...PERSON, '024000000000', '0900000000', '240000000', '0912.345.678', '079-085-001234', 'Thứ hai'])(
    '%j is a digest',
    async (time) => expect(await clearTime(vault, time)).toMatch(/^digest#[\w-]{43}$/),
  );
});

it.each(['00', '0000/3', '00/1', 'ERR_1', '-1', 'a.b'])('the code %s stays as it is', (code) => {
  expect(clearCode(code)).toBe(code);
});
it.each([...PERSON, '024000000000', '1234567', `00/${'x'.repeat(40)}`])(
  '%j in the place of a code is another',
  (code) => {
    expect(clearCode(code)).toBe('other');
  },
);

it('I6: nothing of a text of theirs that is no code is left of a word', async () => {
  const strange = fc.string({ minLength: 6 }).map((text) => `Ngũ ${text}`);
  await fc.assert(
    fc.asyncProperty(strange, strange, strange, strange, async (transaction, at, currency, code) => {
      const said: PaymentWord = {
        ...{ reference: 'LT1', open: null, code },
        facts: [{ kind: 'paid', amount: { amount: 1, currency }, transaction, at }],
      };
      const cleared = await clearWord(vault, said);
      expect(JSON.stringify(cleared)).not.toContain('Ngũ');
      expect(await clearWord(vault, said)).toEqual(cleared);
    }),
    { numRuns: 50 },
  );
});
