import type { OriginRule } from '../room.ts';

/**
 * An origin that is listed literally may be called whatever it is. Otherwise it must be https and public; and where a
 * list is set, it must match one of its patterns (`https://*.example.vn`).
 */
export function originRule(allowed: readonly string[]): OriginRule {
  const literal = new Set(allowed.filter((entry) => !entry.includes('*')).map((entry) => originOf(entry)));
  const suffixes = allowed
    .filter((entry) => entry.startsWith('https://*.'))
    .map((entry) => entry.slice('https://*'.length).toLowerCase());
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || url.username !== '' || url.password !== '') return false;
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
    if (literal.has(url.origin)) return 'listed';
    if (url.protocol !== 'https:' || !isPublicHost(url.hostname)) return false;
    return allowed.length === 0 || suffixes.some((suffix) => url.host.endsWith(suffix)) ? 'public' : false;
  };
}

const originOf = (entry: string): string => (URL.canParse(entry) ? new URL(entry).origin : entry);

/** IPv4 blocks that are not on the public internet; the URL parser has already made every spelling dotted decimal. */
const PRIVATE_V4 =
  /^(0|10|127|22[4-9]|23\d|24\d|25[0-5])\.|^169\.254\.|^172\.(1[6-9]|2\d|3[01])\.|^192\.168\.|^192\.0\.0\.|^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|^198\.1[89]\./;

/** Whether an IP address lies on the public internet. What is no address does not. */
export function isPublicAddress(address: string): boolean {
  const url = `https://${address.includes(':') ? `[${address}]` : address}/`;
  return /^[\d.]+$|:/.test(address) && URL.canParse(url) && isPublicHost(new URL(url).hostname);
}

function isPublicHost(host: string): boolean {
  // Of IPv6 only global unicast, and of that nothing that carries an IPv4 address inside.
  if (host.startsWith('[')) return /^\[[23][0-9a-f]{3}:/.test(host) && !/^\[(2002|2001:0?:|2001::)/.test(host);
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return !PRIVATE_V4.test(host);
  const name = host.replace(/\.$/, '');
  return name.includes('.') && !/(^|\.)(localhost|local|internal|lan|home|intranet|corp)$/.test(name);
}
