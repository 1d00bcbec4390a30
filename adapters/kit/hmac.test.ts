import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { utf8 } from './bytes.ts';
import { isHmacSha256 } from './hmac.ts';

const sign = (key: string, text: string) => createHmac('sha256', key).update(text).digest('hex');

describe('a signature under what came', () => {
  it('holds for the bytes and the key, in either case of letters', async () => {
    const signature = sign('khoa-thu', 'Nguyễn Văn Mẫu');
    expect(await isHmacSha256('khoa-thu', utf8('Nguyễn Văn Mẫu'), signature)).toBe(true);
    expect(await isHmacSha256('khoa-thu', utf8('Nguyễn Văn Mẫu'), signature.toUpperCase())).toBe(true);
  });

  it.each([
    ['another text', 'khoa-thu', 'other', sign('khoa-thu', 'text')],
    ['another key', 'khoa-khac', 'text', sign('khoa-thu', 'text')],
    ['no signature', 'khoa-thu', 'text', ''],
    ['half a signature', 'khoa-thu', 'text', sign('khoa-thu', 'text').slice(0, 32)],
    ['no hex', 'khoa-thu', 'text', 'z'.repeat(64)],
    ['no key at all', '', 'text', sign('', 'text')],
  ])('does not hold for %s', async (_name, key, text, signature) => {
    expect(await isHmacSha256(key, utf8(text), signature)).toBe(false);
  });
});
