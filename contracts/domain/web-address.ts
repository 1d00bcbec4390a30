import { asGiven, composed } from './text.ts';

/** The characters of a URI (RFC 3986) outside brackets, which stand round an IPv6 address alone. */
const NOT_OF_A_URI = /[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+/gu;
const BARE_PERCENT = /%(?![0-9A-Fa-f]{2})/g;
const PARTS = /^(https?:\/\/)([^/?#]+)(.*)$/isu;
/** The host, after a name of somebody and before a port. */
const AUTHORITY = /^((?:[A-Za-z0-9\-._~!$&'()*+,;=:%]*@)?)(\[[0-9A-Fa-f:.]+\]|[^@:[\]\\]+)((?::[0-9]*)?)$/u;

/** As nearly all come: a host of letters and digits, and a path and query that are a URI's. */
const PLAINLY_A_URI =
  /^https?:\/\/[A-Za-z0-9\-.]+(?::[0-9]+)?(?:\/(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*)?$/;

const encoded = (text: string): string =>
  text
    .replace(BARE_PERCENT, '%25')
    .replace(NOT_OF_A_URI, (characters) =>
      characters.replace(/./gsu, (one) =>
        one.length === 1 && one < '\x80'
          ? `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
          : encodeURIComponent(one),
      ),
    );

/**
 * An address of the web as a URI: what is no character of one (Vietnamese letters, blanks, `|`) percent-encoded, a host
 * with such letters in its ASCII form, all else as it was given. Undefined: not `http` or `https`, or no address at all.
 * What is a URI comes back as it is.
 */
export function asUri(given: string): string | undefined {
  if (PLAINLY_A_URI.test(given)) return URL.canParse(given) ? given : undefined;
  if (!given.isWellFormed()) return undefined;
  const [, scheme = '', authority = '', rest = ''] = PARTS.exec(composed(given.trim())) ?? [];
  const [, user = '', host = '', port = ''] = AUTHORITY.exec(authority) ?? [];
  if (host === '' || !URL.canParse(scheme + authority)) return undefined;
  const ascii = /^[\x21-\x7e]+$/.test(host) ? host : new URL(scheme + authority).host.replace(/:[0-9]*$/, '');
  const hash = rest.indexOf('#') + 1;
  const tail =
    hash === 0 ? encoded(rest) : encoded(rest.slice(0, hash)) + encoded(rest.slice(hash)).replaceAll('#', '%23');
  return scheme + user + ascii + port + tail;
}

/**
 * Where something lies on the web, `http` or `https`. It is kept and passed on as a URI (`asUri`); its length is bounded
 * as given.
 */
export const webAddress = (max: number) =>
  asGiven(max)
    .refine((given) => asUri(given) !== undefined, 'must be an http or https address')
    .meta({
      format: 'uri',
      description:
        '`http` or `https`. What is no character of a URI (letters with marks, blanks) is kept percent-encoded',
    });
