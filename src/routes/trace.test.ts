import { expect, it } from 'vitest';
import { requestIdOf, traceparentOf } from './trace.ts';

const PARTS = '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('takes a traceparent of the standard', () => {
  expect(traceparentOf(`00-${PARTS}`)).toBe(`00-${PARTS}`);
});

it('of a later version passes on the four parts alone: what follows may be anybody (I6)', () => {
  for (const tail of ['', '-', '-nguyen.van.mau', '-079085001234', `-${'x'.repeat(10_000)}`])
    expect(traceparentOf(`cc-${PARTS}${tail}`)).toBe(`cc-${PARTS}`);
});

it.each([
  ['nothing', undefined],
  ['a first version with more behind it', `00-${PARTS}-nguyen.van.mau`],
  ['letters without a hyphen between', `cc-${PARTS}mau`],
  ['a version that is none', `ff-${PARTS}`],
  ['no trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['no parent', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
  ['capitals', `00-${PARTS.toUpperCase()}`],
  ['too short', `00-${PARTS.slice(0, -1)}`],
  ['a name', 'Nguyen Van Mau'],
  ['numbers of somebody', `00-${'79085001234'.padStart(32, '0')}-${'912345678'.padStart(16, '0')}-01`],
  ['a number as the parent', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'912345678'.padStart(16, '0')}-01`],
])('ignores %s', (_, given) => {
  expect(traceparentOf(given)).toBeUndefined();
});

it('takes a request id of a plain pattern, and makes its own for what could be somebody (I6)', () => {
  const own = () => 'req_own';
  for (const id of [
    ...[
      'req-4f2a',
      '4bf92f35-77b3-4da6-a3ce-929d0e0e4736',
      '0b9f1d6e-3c1a-4e1e-9a55-111122223333',
      'call_20261129',
      'portal-1129-0042',
      'x9k2mq7',
    ],
    ...['4bf92f3577b34da6a3ce929d0e0e4736', 'req_4bf92f3577b34da6a3ce929d0e0e4736', '01JDXK4V8ZQ3N7M2R5T9W6Y1BC'],
  ])
    expect(requestIdOf(id, own)).toBe(id);
  for (const id of [
    ...[
      '079085001234',
      'x079085001234',
      'x079.085.001.234',
      'x079-085-001-234',
      'x_079_085_001_234',
      'x09 00 00 99 99',
    ],
    ...[
      'Nguyễn-Văn-Mẫu',
      'Nguyen Van Mau',
      'mau@example.vn',
      'x０７９０８５００１２３４',
      'nguyen.van.mau',
      'nguyen.van.mau1',
      'NguyenVanMau1990',
      'a.nguyen_gmail.com1',
      'a0000000-0000-0000-0000-024000000123',
      'a00000000-0000-0000-0000-024000000123z',
      'a0000000-0000-4000-8000-024000000123',
      'mau-079085-001234',
      'abc',
      'x'.repeat(101),
    ],
  ])
    expect(requestIdOf(id, own)).toBe('req_own');
});

it('judges any request id in no time', () => {
  const from = performance.now();
  for (const id of ['1'.repeat(99), '1a'.repeat(49), 'a1-'.repeat(33), 'abc1'.repeat(24)])
    expect(requestIdOf(`${id}!`, () => 'req_own')).toBe('req_own');
  expect(performance.now() - from).toBeLessThan(500);
});
