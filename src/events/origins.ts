import { isPublicAddress } from '../addresses.ts';
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

/** `host` is what the URL parser makes of it: every spelling of an IPv4 address is dotted decimal by then. */
function isPublicHost(host: string): boolean {
  if (host.startsWith('[')) return isPublicAddress(host.slice(1, -1));
  if (/^[\d.]+$/.test(host)) return isPublicAddress(host);
  const name = host.replace(/\.+$/, '');
  return name.includes('.') && !/(^|\.)(localhost|local|internal|lan|home|intranet|corp)$/.test(name);
}
