import { unmarked } from '../../contracts/domain/text.ts';

const LONGEST_NAME = 120;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not stand in a header or a name
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/g;

/**
 * `Content-Disposition` by which a browser saves a file and never shows it (RFC 6266). The name is freed of whatever could
 * end the header, name another folder or turn its ending round; in ASCII for old programs, and as it is (RFC 8187).
 */
export function attachment(name: string | null, otherwise: string): string {
  const safe =
    Array.from((name ?? '').toWellFormed().replace(UNSAFE, '_').trim().replace(/^\.+/, ''))
      .slice(0, LONGEST_NAME)
      .join('') || otherwise;
  const ascii = unmarked(safe).replace(/[^\x20-\x7e]|[%']/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
