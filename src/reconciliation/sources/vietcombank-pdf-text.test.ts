import { describe, expect, it } from 'vitest';
import type { Told } from './source.ts';
import { createUnderstander } from './understand.ts';
import { vietcombankPdfText } from './vietcombank-pdf-text.ts';

const read = (text: string): Promise<readonly Told[]> => readBytes(new TextEncoder().encode(text));

async function readBytes(bytes: Uint8Array): Promise<readonly Told[]> {
  const told: Told[] = [];
  const file = async function* () {
    yield bytes;
  };
  for await (const group of vietcombankPdfText.read(file(), { account: null })) told.push(...group);
  return told;
}
const HEAD =
  'Số tài khoản/Account number: 0011000000001\nLoại tiền/Currency: VND\nTừ/From: 01/10/2026 Đến/To: 31/10/2026\nSố dư đầu kỳ/Opening balance: 1.000.000\nNgày/TNX Date Số CT/Doc No Nợ Có Số dư Nội dung\n';
const ENTRIES =
  '01/10/2026\n5239.822 84\n163. 000 1.163.0\n00 MBVCB.1.H02-\n2.CT\nPage 1 of 2\nNgày/ TNX Date\n02-10-2026 9914.1 3.000 0 1.160.000 PHI\n';
const FOOT = 'Tổng số/Total\nSố dư cuối kỳ/Closing balance: 1.160.000\nTrang 2/2\n';

it('the balance tells the direction and which digits belong together', async () => {
  expect(await read(HEAD + ENTRIES + FOOT)).toMatchObject([
    { kind: 'account', account: '0011000000001', opening: 100_000_000_000n, from: '2026-10-01', to: '2026-10-31' },
    {
      kind: 'line',
      row: 6,
      documentNumber: '5239.82284',
      direction: 'credit',
      amount: 16_300_000_000n,
      narrative: 'MBVCB.1.H02- 2.CT',
    },
    { kind: 'line', documentNumber: '9914.1', direction: 'debit', amount: 300_000_000n, narrative: 'PHI' },
    { kind: 'closing', closing: 116_000_000_000n },
  ]);
});

it.each([
  ['a balance that does not follow', HEAD + ENTRIES.replace('1.160.000', '1.161.000') + FOOT],
  ['an impossible date', HEAD + ENTRIES.replace('02-10', '32-10') + FOOT],
  ['a missing amount', HEAD + ENTRIES.replace('3.000 0 ', '') + FOOT],
  ['a cut file', HEAD + ENTRIES],
  ['no opening balance', HEAD.replace('1.000.000', '') + ENTRIES + FOOT],
])('%s is one problem', async (_name, text) => {
  expect((await read(text)).filter(({ kind }) => kind === 'problem')).toHaveLength(1);
});

describe('whatever it is given', () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (seed >>> 8) % below;
  };
  const whole = new TextEncoder().encode(HEAD + ENTRIES + FOOT);
  const isWrong = (told: readonly Told[]): boolean => told.some(({ kind }) => kind === 'problem');

  it('random bytes are a problem, never thrown', async () => {
    for (let turn = 0; turn < 200; turn += 1) {
      const bytes = Uint8Array.from({ length: 1 + random(3_000) }, () => random(turn % 2 === 0 ? 256 : 128));
      expect(isWrong(await readBytes(bytes))).toBe(true);
    }
  });

  it('a file cut anywhere before its foot is a problem', async () => {
    for (let end = 0; end < new TextEncoder().encode(HEAD + ENTRIES).length; end += 3)
      expect([end, isWrong(await readBytes(whole.slice(0, end)))]).toEqual([end, true]);
  });

  it('with a character changed it is a problem, or entries that still add up', async () => {
    for (let turn = 0; turn < 1_500; turn += 1) {
      const bytes = whole.slice();
      bytes[random(bytes.length)] = turn % 3 === 0 ? random(256) : 0x20 + random(0x5f);
      const understander = createUnderstander({ expected: null });
      const lines = understander.take(await readBytes(bytes));
      const { accounts, problems } = understander.end();
      if (problems.length > 0) continue;
      expect(lines.length).toBe(2);
      const [account] = accounts;
      const sum = (account?.opening ?? 0n) + (account?.credits ?? 0n) - (account?.debits ?? 0n);
      if (account?.closing != null) expect(sum).toBe(account.closing);
    }
  });
});
