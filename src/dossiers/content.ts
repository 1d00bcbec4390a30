import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';

/** What a snapshot says, apart from its place in the order. */
export type DossierContent = Omit<DossierSnapshot, 'revision' | 'updatedAt'>;

/**
 * The content as one text: equal for equal content, whatever the order of fields in the request (the schema's parse
 * orders them) and whether an absent field was written as null, or a list of nothing as `[]`: on every wire they are
 * the same. It is what is compared, sealed and composed from.
 */
export function contentText(snapshot: DossierSnapshot): string {
  const { revision: _revision, updatedAt: _updatedAt, ...content } = snapshot;
  const text = JSON.stringify(content);
  return text.includes(':null') || text.includes(':[]') ? withoutNothings(text) : text;
}

/**
 * Leaves members that say nothing out of a text that JSON.stringify made. Only the schema's own names can stand before
 * `":null` and `":[]`: inside a string every quote is escaped, so no pattern here can begin and end there. A list that
 * holds something stays, whatever its items lose.
 */
function withoutNothings(text: string): string {
  return text.replaceAll(/,"[A-Za-z]+":(?:null|\[\])/g, '').replaceAll(/\{"[A-Za-z]+":(?:null|\[\]),?/g, '{');
}

export function readContent(text: string): DossierContent {
  return JSON.parse(text) as DossierContent;
}
