import { describe, expect, it } from 'vitest';
import { clientAddress, isAddressBlock, isAmong } from './addresses.ts';

describe('addresses (I7)', () => {
  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['::ffff:10.1.2.3', '10.1.2.0/24', true],
    ['::1', '::1', true],
    ['2001:db8::17', '2001:db8::/32', true],
    ['2001:db9::17', '2001:db8::/32', false],
    ['10.1.2.3', '::/0', true],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['not an address', '0.0.0.0/0', false],
    ['1.2.3.4', 'nonsense', false],
  ])('%s among %s: %s', (address, block, expected) => {
    expect(isAmong(address, [block])).toBe(expected);
  });

  it('no block refuses everyone', () => {
    expect(isAmong('127.0.0.1', [])).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0', '256.1.1.1', '::1/129', 'a::b::c', '1:2', 'x', ''])('%j is no block', (block) => {
    expect(isAddressBlock(block)).toBe(false);
  });

  it('believes X-Forwarded-For only as far as trusted proxies wrote it', () => {
    const trusted = ['10.0.0.0/8'];
    expect(clientAddress('192.0.2.1', '203.0.113.9', trusted)).toBe('192.0.2.1');
    expect(clientAddress('10.0.0.1', '203.0.113.9', [])).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', '203.0.113.9', trusted)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', 'forged, 203.0.113.9, 10.0.0.2', trusted)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:10.0.0.1', '127.0.0.1, 203.0.113.9', trusted)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:192.0.2.1', undefined, trusted)).toBe('192.0.2.1');
  });

  it.each([
    ['203.0.113.9:443', '203.0.113.9'],
    ['forged, 203.0.113.9:51234, 10.0.0.2:80', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[::ffff:203.0.113.9]:443', '203.0.113.9'],
  ])('reads the port off %j', (forwarded, expected) => {
    expect(clientAddress('10.0.0.1', forwarded, ['10.0.0.0/8'])).toBe(expected);
  });

  it.each([
    'rubbish',
    'unknown',
    '',
    '203.0.113.9, rubbish',
    '203.0.113.9:',
    '203.0.113.9:x',
    '[203.0.113.9',
    '10.0.0.2,',
  ])('never takes the caller for the proxy: %j is nobody, and is let in nowhere', (forwarded) => {
    const client = clientAddress('10.0.0.1', forwarded, ['10.0.0.0/8']);
    expect(client).toBe('');
    expect(isAmong(client, ['10.0.0.0/8', '0.0.0.0/0', '::/0'])).toBe(false);
  });

  it('a request with no more than trusted hops is of the outermost of them', () => {
    expect(clientAddress('10.0.0.1', '10.0.0.3, 10.0.0.2', ['10.0.0.0/8'])).toBe('10.0.0.3');
  });
});
