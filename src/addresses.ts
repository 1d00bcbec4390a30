import ipaddr from 'ipaddr.js';

/** An IP address; IPv4 is kept as `::ffff:a.b.c.d`, so that every address can be held against every block. */
type Address = ipaddr.IPv6;

const MAPPED_BITS = 96;

/** Only what has one reading: IPv4 as four decimal numbers without leading zeros, IPv6 without a zone. */
function parse(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toIPv4MappedAddress();
  return text.includes('%') || !ipaddr.IPv6.isValid(text) ? undefined : ipaddr.IPv6.parse(text);
}

/** An address or CIDR block, such as `10.0.0.0/8` or `::1`. */
export function isAddressBlock(block: string): boolean {
  return parseBlock(block) !== undefined;
}

function parseBlock(block: string): [base: Address, bits: number] | undefined {
  const [text = '', length, more] = block.split('/');
  const base = parse(text);
  if (base === undefined || more !== undefined) return undefined;
  if (length === undefined) return [base, 128];
  if (!/^\d{1,3}$/.test(length)) return undefined;
  const bits = Number(length) + (text.includes(':') ? 0 : MAPPED_BITS);
  // `::ffff:10.0.0.0/8` would be all of IPv4 and more; whoever writes it means 10.0.0.0/8.
  if (bits > 128 || (base.isIPv4MappedAddress() && bits < MAPPED_BITS)) return undefined;
  return [base, bits];
}

/** Whether the address lies in one of the blocks. No blocks: no. An unreadable address or block: no. */
export function isAmong(address: string, blocks: readonly string[]): boolean {
  const value = parse(address);
  if (value === undefined) return false;
  return blocks.some((text) => {
    const block = parseBlock(text);
    return block !== undefined && value.match(block);
  });
}

/** Whether some address lies in a block of either list. What is no block overlaps nothing. */
export function overlap(blocks: readonly string[], others: readonly string[]): boolean {
  return blocks.some((text) => {
    const block = parseBlock(text);
    return block !== undefined && others.some((other) => meet(block, parseBlock(other)));
  });
}

function meet([base, bits]: [Address, number], other: [Address, number] | undefined): boolean {
  return other !== undefined && base.match(other[0], Math.min(bits, other[1]));
}

/**
 * Whom an address is counted as: itself, or of IPv6 the 64 bits that one network is given, since whoever has one address
 * there has them all. What cannot be read is counted as it stands.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const value = parse(address);
  if (value === undefined) return address;
  if (value.isIPv4MappedAddress()) return value.toIPv4Address().toString();
  return `${value.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}

const GLOBAL_UNICAST = '2000::/3';

/**
 * Whether an IP address lies on the public internet. What is no address does not; nor does an IPv6 address that carries
 * an IPv4 one inside (mapped, 6to4, NAT64, Teredo), whatever that one is.
 */
export function isPublicAddress(address: string): boolean {
  const value = parse(address);
  if (value === undefined) return false;
  if (!address.includes(':')) return value.toIPv4Address().range() === 'unicast';
  // The library calls unicast whatever no document names; of IPv6 only this block has been given out at all.
  return value.range() === 'unicast' && isAmong(address, [GLOBAL_UNICAST]);
}

/** More proxies than stand behind one another anywhere. */
const HOPS_AT_MOST = 32;

/**
 * The client's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: from the right, the
 * first address that is no trusted proxy is the client. Without trusted proxies the header means nothing. Where that
 * address cannot be read, or lies behind more than 32 proxies, the client is unknown, which is '' and is among no block: never the proxy itself.
 */
export function clientAddress(socket: string, forwardedFor: string | undefined, trusted: readonly string[]): string {
  if (forwardedFor === undefined || trusted.length === 0 || !isAmong(socket, trusted)) return plain(socket);
  const hops = forwardedFor.split(',').slice(-HOPS_AT_MOST - 1);
  if (hops.length > HOPS_AT_MOST) hops[0] = '';
  let client = socket;
  for (const written of hops.reverse()) {
    const hop = withoutPort(written.trim());
    if (parse(hop) === undefined) return '';
    client = hop;
    if (!isAmong(hop, trusted)) break;
  }
  return plain(client);
}

/** Proxies write `203.0.113.9:443`, `[2001:db8::1]:443` and `[2001:db8::1]` too. A bare IPv6 address stays as it is. */
function withoutPort(hop: string): string {
  const match = /^(?:\[([^\]]*)\]|(\d[\d.]*))(?::\d{1,5})?$/.exec(hop);
  return match?.[1] ?? match?.[2] ?? hop;
}

/** One spelling of an IPv4 address, whichever way the socket or the proxy gave it. What cannot be read stays. */
function plain(address: string): string {
  const value = parse(address);
  return value?.isIPv4MappedAddress() ? value.toIPv4Address().toString() : address;
}
