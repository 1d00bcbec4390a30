import { describe, expect, it } from 'vitest';
import { clientAddress, isAddressBlock, isAmong, isPublicAddress, networkOf, overlap } from './addresses.ts';

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
    ['::ffff:a01:203', '10.1.2.0/24', true],
    ['10.1.2.3', '::ffff:10.1.0.0/112', true],
    ['11.1.2.3', '::ffff:10.1.0.0/112', false],
    ['fe80::1%eth0', 'fe80::/10', false],
    ['010.1.2.3', '10.0.0.0/8', false],
    ['0xa.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '::ffff:10.0.0.0/8', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['not an address', '0.0.0.0/0', false],
    ['1.2.3.4', 'nonsense', false],
  ])('%s among %s: %s', (address, block, expected) => {
    expect(isAmong(address, [block])).toBe(expected);
  });

  it('no block refuses everyone', () => {
    expect(isAmong('127.0.0.1', [])).toBe(false);
  });

  it.each([
    '10.0.0.0/33',
    '::ffff:10.0.0.0/8',
    '012.0.0.0/8',
    'fe80::%eth0/10',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    '256.1.1.1',
    '::1/129',
    'a::b::c',
    '1:2',
    'x',
    '',
  ])('%j is no block', (block) => {
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
    ['[::ffff:cb00:7109]:443', '203.0.113.9'],
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

  it('a chain of more proxies than there are is of nobody, and costs nothing to refuse', () => {
    const chain = (hops: number) => Array.from({ length: hops }, (_, n) => `10.0.${n >> 8}.${n & 255}`).join(', ');
    expect(clientAddress('10.0.0.1', `203.0.113.9, ${chain(31)}`, ['10.0.0.0/8'])).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', `203.0.113.9, ${chain(32)}`, ['10.0.0.0/8'])).toBe('');
    // Many names of others before the client change nothing.
    expect(clientAddress('10.0.0.1', `${chain(1_000)}, 203.0.113.9`, ['10.0.0.0/8'])).toBe('203.0.113.9');
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['', ''],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it.each([
    [['10.0.0.0/8'], ['10.1.0.0/16'], true],
    [['10.1.2.3'], ['10.1.2.3'], true],
    [['10.1.2.0/24'], ['10.1.3.0/24'], false],
    [['::ffff:10.1.2.0/120'], ['10.1.2.3'], true],
    [['2001:db8::/32'], ['2001:db8:ffff::/48'], true],
    [['2001:db8::/32'], ['2001:db9::/32'], false],
    [['192.0.2.1', '10.0.0.0/8'], ['198.51.100.1', '10.9.9.9'], true],
    [['nonsense'], ['::/0'], false],
    [[], ['::/0'], false],
  ])('%j and %j have an address in common: %s', (blocks, others, expected) => {
    expect([overlap(blocks, others), overlap(others, blocks)]).toEqual([expected, expected]);
  });

  it.each([
    ['8.8.8.8', 'IPv4'],
    ['2606:4700::1111', 'IPv6'],
    ['2001:4860:4860::8888', 'IPv6 beside Teredo'],
  ])('%s is public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ['0.0.0.0', 'unspecified'],
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['169.254.169.254', 'link-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.127.255.255', 'carrier-grade NAT'],
    ['192.0.0.1', 'protocol assignments'],
    ['192.88.99.1', '6to4 relay'],
    ['198.18.0.1', 'benchmarking'],
    ['203.0.113.7', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::7f00:1', 'IPv4-compatible'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:10.0.0.1', 'IPv4-mapped'],
    ['::ffff:a00:1', 'IPv4-mapped'],
    ['::ffff:8.8.8.8', 'IPv4-mapped'],
    ['::ffff:0:7f00:1', 'IPv4-translated'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b::10.0.0.1', 'NAT64'],
    ['64:ff9b:1::1', 'NAT64 of a network'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:7f00:1::', 'Teredo'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['3fff::1', 'documentation'],
    ['fc00::1', 'unique local'],
    ['fd00::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['2606:4700::1111%eth0', 'a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['4000::1', 'given out to nobody'],
    ['0177.0.0.1', 'octal'],
    ['0x7f.0.0.1', 'hexadecimal'],
    ['2130706433', 'one number'],
    ['127.1', 'short'],
    ['8.8.8.8.', 'a trailing dot'],
    ['[2606:4700::1111]', 'brackets'],
    ['example.vn', 'a name'],
    ['', 'nothing'],
  ])('%j is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
