/** Apart from the platform's own: AES-256 in CBC mode with an IV of zeros and PKCS#5 padding (FIPS 197), for tests. */
export function aesCbc(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const pad = 16 - (plain.length % 16);
  const padded = [...plain, ...Array<number>(pad).fill(pad)];
  const words = expanded(key);
  const out: number[] = [];
  let last = Array<number>(16).fill(0);
  for (let at = 0; at < padded.length; at += 16) {
    last = block(
      words,
      padded.slice(at, at + 16).map((byte, n) => byte ^ (last[n] ?? 0)),
    );
    out.push(...last);
  }
  return Uint8Array.from(out);
}

const double = (byte: number): number => ((byte << 1) ^ (byte & 0x80 ? 0x11b : 0)) & 0xff;
function times(a: number, b: number): number {
  let [product, left, right] = [0, a, b];
  for (; right > 0; right >>= 1) {
    if (right & 1) product ^= left;
    left = double(left);
  }
  return product;
}
const SBOX = Array.from({ length: 256 }, (_, byte) => {
  let inverse = 0;
  for (let each = 1; each < 256; each += 1) if (times(byte, each) === 1) inverse = each;
  const turned = (by: number): number => ((inverse << by) | (inverse >> (8 - by))) & 0xff;
  return inverse ^ turned(1) ^ turned(2) ^ turned(3) ^ turned(4) ^ 0x63;
});
const sub = (byte = 0): number => SBOX[byte] ?? 0;

function expanded(key: Uint8Array): number[][] {
  const words = Array.from({ length: 8 }, (_, n) => [...key.slice(4 * n, 4 * n + 4)]);
  let round = 1;
  for (let n = 8; n < 60; n += 1) {
    let word = [...(words[n - 1] ?? [])];
    if (n % 8 === 0) {
      word = [...word.slice(1), ...word.slice(0, 1)].map(sub);
      word[0] = (word[0] ?? 0) ^ round;
      round = double(round);
    } else if (n % 8 === 4) word = word.map(sub);
    words.push(word.map((byte, at) => byte ^ (words[n - 8]?.[at] ?? 0)));
  }
  return words;
}

function block(words: readonly number[][], plain: readonly number[]): number[] {
  const added = (state: readonly number[], round: number) =>
    state.map((byte, at) => byte ^ (words[4 * round + (at >> 2)]?.[at & 3] ?? 0));
  let state = added(plain, 0);
  for (let round = 1; round <= 14; round += 1) {
    const shifted = state.map((_, at) => sub(state[(at + 4 * (at & 3)) & 15]));
    const mixed = shifted.map((byte, at) => {
      const next = (by: number): number => shifted[(at & 12) | ((at + by) & 3)] ?? 0;
      return double(byte) ^ double(next(1)) ^ next(1) ^ next(2) ^ next(3);
    });
    state = added(round === 14 ? shifted : mixed, round);
  }
  return state;
}
