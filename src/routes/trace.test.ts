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
])('ignores %s', (_, given) => {
  expect(traceparentOf(given)).toBeUndefined();
});

it('takes a request id of a plain pattern, and makes its own for what could be somebody (I6)', () => {
  const own = () => 'req_own';
  for (const id of ['req-4f2a', 'a.b_c-1', '4bf92f35-77b3-4da6-a3ce-929d0e0e4736', 'call_20261129'])
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
      'abc',
      'x'.repeat(101),
    ],
  ])
    expect(requestIdOf(id, own)).toBe('req_own');
});
