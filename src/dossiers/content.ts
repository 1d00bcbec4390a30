import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { inFormat, ofFormat, UnknownFormat } from '../crypto/stored-format.ts';
import { CONTENT_MEMBERS } from './content-members.ts';

/** What a snapshot says, apart from its place in the order. */
export type DossierContent = Omit<DossierSnapshot, 'revision' | 'updatedAt'>;

/** The format that bodies are written in. 0, without a number, was the same members in the same order. */
const FORMAT = 1;

/**
 * The content as one text: equal for equal content, whatever the order of fields in the request and whether an absent
 * field was written as null, or a list of nothing as `[]`: on every wire they are the same. `content_mac` is made over
 * it, without the number of a format, so that the same content is never sent again because it is stored otherwise.
 */
export function contentText(snapshot: DossierSnapshot): string {
  const { revision: _revision, updatedAt: _updatedAt, ...content } = snapshot;
  return JSON.stringify(written(content, PLACES));
}

/** What is sealed of a content, given as its text. */
export const storedContent = (contentText: string): string => inFormat(FORMAT, contentText);

/** Reads every format that bodies were ever stored in; throws `UnknownFormat` for one that came after. */
export function readContent(stored: string): DossierContent {
  const { format, content } = ofFormat(stored);
  if (format !== 0 && format !== FORMAT) throw new UnknownFormat('a dossier', format);
  return content as DossierContent;
}

type Places = ReadonlyMap<string, Places | true>;
const placesOf = (members: object): Places =>
  new Map(
    Object.entries(members).map(([name, inner]: [string, object | true]) => [
      name,
      inner === true ? true : placesOf(inner),
    ]),
  );
const PLACES = placesOf(CONTENT_MEMBERS);

/** A member that has no place is an error: left out it would be lost, and taken for no change. */
function written(value: object, places: Places): object {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(value)) if (!places.has(name)) throw new Error(`a content has no place for ${name}`);
  for (const [name, place] of places) {
    const inner = value[name as keyof typeof value] as unknown;
    if (inner == null || (Array.isArray(inner) && inner.length === 0)) continue;
    if (place === true) result[name] = inner;
    else result[name] = Array.isArray(inner) ? inner.map((item) => written(item, place)) : written(inner, place);
  }
  return result;
}
