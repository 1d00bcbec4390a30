/** XML as this gateway writes and reads it: no attributes, and a text in the form that canonical XML gives it. */

export type Node = string | readonly (readonly [name: string, content: Node])[];

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

export const written = (node: Node): string =>
  typeof node === 'string'
    ? node.replace(/[&<>\r]/g, (sign) => signs[sign] ?? sign)
    : node.map(([name, content]) => `<${name}>${written(content)}</${name}>`).join('');

export const fieldsOf = (fields: Readonly<Record<string, string>>): Node => Object.entries(fields);

/** The inside of the first element of a name. */
export const inside = (xml: string, name: string): string | undefined =>
  new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([\\s\\S]*?)</(?:\\w+:)?${name}>`).exec(xml)?.[1];

const VIETNAM_MS = 7 * 3_600_000;
export const vietnamese = (at: number): string => new Date(at + VIETNAM_MS).toISOString();
