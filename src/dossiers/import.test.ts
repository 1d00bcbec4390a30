import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, createBench, type Process, snapshotOf } from '../../test/kit/delivery/bench.ts';
import { type ImportedLine, type ImportOptions, importLines } from './import.ts';

let bench: Bench;
let gateway: Process;
beforeEach(async () => {
  bench = await createBench();
  gateway = await bench.start();
});
afterEach(() => bench.close());

const options = (more: Partial<ImportOptions> = {}): ImportOptions => ({
  ...{ accept: gateway.accept, mode: 'send', actor: 'province', from: 1 },
  ...{ platform: { steady: () => bench.clock.now }, turn: setImmediate, handedOver: () => 0 },
  ...more,
});
async function answers(...chunks: (string | Uint8Array)[]): Promise<ImportedLine[]> {
  const encoder = new TextEncoder();
  async function* body() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
  }
  const given: ImportedLine[] = [];
  const lines = (async () => {
    for await (const part of importLines(body(), options())) given.push(...part);
  })();
  await bench.idle();
  await lines;
  return given;
}
const line = (code: string, more: object = {}) => `${JSON.stringify({ ...snapshotOf(code, 1), ...more })}\n`;

it('I1: bytes that are no UTF-8, and texts that no store can keep, are refused by themselves', async () => {
  const broken = new TextEncoder().encode(line('D2', { note: 'x' }));
  broken[broken.lastIndexOf(0x78)] = 0xff;
  const given = await answers(
    line('D1'),
    broken,
    line('D3', { note: 'a\0b' }),
    line('D4', { note: '\ud800' }),
    line('D5'),
  );
  expect(given).toMatchObject([
    { line: 1, code: 'D1', outcome: 'accepted' },
    { line: 2, code: null, outcome: 'invalid', errors: [{ pointer: '', message: 'is not valid UTF-8' }] },
    { line: 3, code: 'D3', outcome: 'invalid', errors: [{ pointer: '/note' }] },
    { line: 4, code: 'D4', outcome: 'invalid', errors: [{ pointer: '/note' }] },
    { line: 5, code: 'D5', outcome: 'accepted' },
  ]);
  expect(await bench.rows('select code from dossier order by code')).toEqual([{ code: 'D1' }, { code: 'D5' }]);
});

it('a character that is cut by the end of a chunk is whole', async () => {
  const bytes = new TextEncoder().encode(line('D1', { note: 'ở Đà Nẵng' }));
  const cut = bytes.indexOf(0xe1) + 1;
  expect(await answers(bytes.subarray(0, cut), bytes.subarray(cut))).toMatchObject([{ line: 1, outcome: 'accepted' }]);
});

it('the same code in two spellings of Unicode is one dossier, and times that cannot be meant are refused', async () => {
  const given = await answers(
    line('Đồ-1'.normalize('NFD')),
    line('Đồ-1'.normalize('NFC')),
    line('D9', { updatedAt: '0000-01-01T00:00:00Z' }),
  );
  expect(given).toMatchObject([
    { code: 'Đồ-1'.normalize('NFC'), outcome: 'accepted' },
    { code: 'Đồ-1'.normalize('NFC'), outcome: 'unchanged' },
    {
      code: 'D9',
      outcome: 'invalid',
      errors: [{ pointer: '/updatedAt', message: 'must be a time between 1900 and 2199' }],
    },
  ]);
});

it('a replacement character that was written is a character, also where a chunk ends within it', async () => {
  const bytes = new TextEncoder().encode(line('D1', { note: 'a\ufffdb' }) + line('D2', { note: '\ufffd' }).trimEnd());
  const cut = bytes.indexOf(0xef) + 1;
  expect(await answers(bytes.slice(0, cut), bytes.slice(cut, cut + 1), bytes.slice(cut + 1))).toMatchObject([
    { line: 1, code: 'D1', outcome: 'accepted' },
    { line: 2, code: 'D2', outcome: 'accepted' },
  ]);
});

it('a line that is too long is told so, without being kept, and the next one is taken', async () => {
  const chunk = new Uint8Array(1024 * 1024).fill(0x61);
  expect(await answers(...Array.from({ length: 9 }, () => chunk), '\n', line('D1'))).toMatchObject([
    { line: 1, outcome: 'invalid', errors: [{ message: 'is longer than 1048576 bytes' }] },
    { line: 2, code: 'D1', outcome: 'accepted' },
  ]);
});

describe('a round', () => {
  const encoder = new TextEncoder();
  /** Rounds as they are answered, over an `accept` that does nothing but tell how many are under way. */
  async function rounds(
    chunks: readonly string[],
    more: Partial<ImportOptions> = {},
    others: () => number = () => 0,
  ): Promise<number[]> {
    const sizes: number[] = [];
    let own = 0;
    const accept: ImportOptions['accept'] = async ({ snapshot: { code } }) => {
      own += 1;
      return { kind: 'accepted', code, version: 1, exchange: null, created: true };
    };
    async function* body() {
      for (const chunk of chunks) yield encoder.encode(chunk);
    }
    const handedOver = () => own + others();
    for await (const part of importLines(body(), options({ accept, ...more, handedOver }))) sizes.push(part.length);
    return sizes;
  }
  const large = (code: string, bytes: number) =>
    line(code, {
      attachments: Array.from({ length: bytes / 1_000 }, (_, n) => ({ id: `a${n}`, name: 'x'.repeat(970) })),
    });

  it('ends at two hundred lines', async () => {
    expect(await rounds(Array.from({ length: 482 }, (_, n) => line(`D${n}`)))).toEqual([32, 200, 200, 50]);
  });

  it('ends sooner while others hand over, and not any more once they do not', async () => {
    const lines = Array.from({ length: 700 }, (_, n) => line(`D${n}`));
    let asked = 0;
    expect(await rounds(lines, {}, () => Math.min(3, asked++))).toEqual([32, 32, 32, 32, 200, 200, 172]);
    let more = 0;
    const large20 = Array.from({ length: 20 }, (_, n) => large(`D${n}`, 100_000));
    expect(await rounds(large20, {}, () => more++)).toEqual(new Array(10).fill(2));
  });

  it('ends before a mebibyte of lines, whatever they are', async () => {
    expect(await rounds(Array.from({ length: 7 }, (_, n) => large(`D${n}`, 300_000)))).toEqual([1, 3, 3]);
    expect(await rounds([line('D1'), large('D2', 900_000), large('D3', 900_000), line('D4')])).toEqual([1, 1, 2]);
    expect(await rounds(Array.from({ length: 5 }, () => `"${'x'.repeat(500_000)}"\n`))).toEqual([1, 2, 2]);
  });

  it.each<[string, string]>([
    ['lines that are taken', line('D1')],
    ['lines without anything', '\n'.repeat(100)],
    ['lines that are no JSON', 'x\n'],
  ])('lets everybody else have a turn every few milliseconds of reading: %s', async (_name, text) => {
    let [now, turns] = [0, 0];
    const turn = (run: () => void) => {
      turns += 1;
      setImmediate(run);
    };
    await rounds([text.repeat(100)], { turn, platform: { steady: () => (now += 1) } });
    expect(turns).toBeGreaterThan(9);
    turns = 0;
    await rounds([text.repeat(100)], { turn, from: 1_000_000, platform: { steady: () => (now += 1) } });
    expect(turns).toBeGreaterThan(9);
  });
});

it('a line that is nested too deep, or has too many members or values, is told so before anything looks into it', async () => {
  const members = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`k${n}`, 0]));
  const given = await answers(
    `${'['.repeat(200_000)}${']'.repeat(200_000)}\n`,
    line('D2', { note: JSON.parse(`${'{"a":'.repeat(100)}0${'}'.repeat(100)}`) }),
    line('D3', members),
    line('D4', { steps: Array.from({ length: 50_000 }, () => 0) }),
    line('D5', { note: '[{'.repeat(1_000) }),
  );
  expect(given.map(({ errors }) => errors?.[0]?.message)).toEqual([
    'is nested deeper than 64 levels',
    'is nested deeper than 64 levels',
    'holds an object of more than 1000 members',
    'holds more than 40000 values',
    undefined,
  ]);
  expect(given.at(-1)).toMatchObject({ line: 5, code: 'D5', outcome: 'accepted' });
});
