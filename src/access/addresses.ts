/** Addresses as numbers, so that blocks can be compared. IPv4 is taken as `::ffff:a.b.c.d`. */
function parse(address: string): bigint | undefined {
  const four = /^(?:::ffff:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/i.exec(address);
  if (four) {
    const parts = four.slice(1).map(Number);
    if (parts.some((part) => part > 255)) return undefined;
    return 0xffff00000000n | parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  }
  const [head = '', tail, more] = address.split('::');
  if (more !== undefined) return undefined;
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...new Array<string>(missing).fill('0'), ...right];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** An address or CIDR block, such as `10.0.0.0/8` or `::1`. */
export function isAddressBlock(block: string): boolean {
  return parseBlock(block) !== undefined;
}

function parseBlock(block: string): { readonly base: bigint; readonly shift: bigint } | undefined {
  const [address = '', bits, more] = block.split('/');
  const base = parse(address);
  if (base === undefined || more !== undefined) return undefined;
  const width = address.includes('.') ? 32 : 128;
  if (bits === undefined) return { base, shift: 0n };
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > width) return undefined;
  return { base, shift: BigInt(width - Number(bits)) };
}

/** Whether the address lies in one of the blocks. No blocks: no. An unreadable address or block: no. */
export function isAmong(address: string, blocks: readonly string[]): boolean {
  const value = parse(address);
  if (value === undefined) return false;
  return blocks.some((text) => {
    const block = parseBlock(text);
    return block !== undefined && value >> block.shift === block.base >> block.shift;
  });
}

/**
 * The client's address. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: from the right, the
 * first address that is no trusted proxy is the client. Without trusted proxies the header means nothing. Where that
 * address cannot be read the client is unknown, which is '' and is among no block: never the proxy itself.
 */
export function clientAddress(socket: string, forwardedFor: string | undefined, trusted: readonly string[]): string {
  if (forwardedFor === undefined || trusted.length === 0 || !isAmong(socket, trusted)) return plain(socket);
  const hops = forwardedFor.split(',').map((hop) => withoutPort(hop.trim()));
  let client = socket;
  for (const hop of hops.reverse()) {
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

const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');
