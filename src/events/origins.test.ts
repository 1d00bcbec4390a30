import { describe, expect, it } from 'vitest';
import { originRule } from './origins.ts';

const PRIVATE = [
  'https://127.0.0.1/x',
  'https://2130706433/x',
  'https://0x7f.1/x',
  'https://10.1.2.3/x',
  'https://172.20.0.1/x',
  'https://192.168.1.1/x',
  'https://169.254.169.254/latest',
  'https://100.64.0.1/x',
  'https://0.0.0.0/x',
  'https://0177.0.0.1/x',
  'https://017700000001/x',
  'https://0x7f000001/x',
  'https://127.1/x',
  'https://127.0.0.1./x',
  'https://203.0.113.7/x',
  'https://[::]/x',
  'https://[::1]/x',
  'https://[::127.0.0.1]/x',
  'https://[::ffff:127.0.0.1]/x',
  'https://[fd00::1]/x',
  'https://[fe80::1]/x',
  'https://[64:ff9b::7f00:1]/x',
  'https://[2002:7f00:1::]/x',
  'https://[2001:0:7f00:1::]/x',
  'https://localhost/x',
  'https://localhost./x',
  'https://localhost../x',
  'https://db.internal./x',
  'https://app.localhost/x',
  'https://db.internal/x',
  'https://gateway/x',
];

describe('addresses that the gateway may call (I7)', () => {
  it('without a list: https on the public internet', () => {
    const may = originRule([]);
    expect(may('https://example.vn/hook')).toBe('public');
    expect(may('https://8.8.8.8/hook')).toBe('public');
    expect(may('https://example.vn./hook')).toBe('public');
    expect(may('https://[2606:4700::1]/hook')).toBe('public');
    for (const url of [...PRIVATE, 'http://example.vn/x', 'ftp://example.vn/x', 'https://a:b@example.vn/x', 'nonsense'])
      expect([url, may(url)]).toEqual([url, false]);
  });

  it('a private or loopback origin only where it is listed literally, port included', () => {
    const may = originRule(['http://127.0.0.1:9000', 'https://*.example.vn']);
    expect(may('http://127.0.0.1:9000/hook')).toBe('listed');
    expect(may('http://127.0.0.1:9001/hook')).toBe(false);
    expect(may('https://127.0.0.1:9000/hook')).toBe(false);
    for (const url of PRIVATE) expect([url, may(url)]).toEqual([url, false]);
  });

  it('a list binds', () => {
    const may = originRule(['https://one.example.com', 'https://*.example.vn']);
    expect(may('https://one.example.com/hook')).toBe('listed');
    expect(may('https://a.example.vn/hook')).toBe('public');
    expect(may('https://example.com/hook')).toBe(false);
    expect(may('https://evil-example.vn/hook')).toBe(false);
    expect(may('http://a.example.vn/hook')).toBe(false);
  });
});
