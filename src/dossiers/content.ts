import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { composed, isPlainlyComposed } from '../../contracts/domain/text.ts';
import { asUri } from '../../contracts/domain/web-address.ts';
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
  return written(content, PLACES);
}

/** A snapshot with its content as text. */
export interface Settled {
  readonly snapshot: DossierSnapshot;
  readonly content: string;
}

/**
 * The snapshot as it is compared, kept and shown: each text in NFC, addresses as URIs, and no empty text for an absent
 * phone, fax or e-mail. The same object where it is so already, as nearly all are.
 */
export function settled(given: DossierSnapshot): Settled {
  const said = withoutEmpty(given);
  const content = contentText(said);
  if (isPlainlyComposed(content)) return { snapshot: said, content };
  const snapshot = inNfc(said) as DossierSnapshot;
  const inForm = contentText(snapshot);
  return inForm === content ? { snapshot: said, content } : { snapshot, content: inForm };
}

function withoutEmpty(snapshot: DossierSnapshot): DossierSnapshot {
  const { phone, fax, email } = snapshot.applicant;
  const asIs =
    (phone ?? 'x') !== '' &&
    (fax ?? 'x') !== '' &&
    (email ?? 'x') !== '' &&
    isUris(snapshot.attachments) &&
    isUris(snapshot.results);
  if (asIs) return snapshot;
  const { applicant, attachments, results } = snapshot;
  return {
    ...snapshot,
    applicant: { ...applicant, phone: phone || null, fax: fax || null, email: email || null },
    ...(attachments === undefined ? {} : { attachments: inUris(attachments) }),
    ...(results === undefined ? {} : { results: inUris(results) }),
  };
}

interface Placed {
  readonly url?: string | null | undefined;
}
const isUris = (places: readonly Placed[] | undefined): boolean =>
  places === undefined || places.every(({ url }) => url == null || asUri(url) === url);
const inUris = <Some extends Placed>(places: readonly Some[]): Some[] =>
  places.map((place) => (place.url == null ? place : { ...place, url: asUri(place.url) ?? place.url }));

function inNfc(value: unknown): unknown {
  if (typeof value === 'string') return composed(value);
  if (Array.isArray(value)) return value.map(inNfc);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inNfc(inner)]));
}

/** What is sealed of a content, given as its text. */
export const storedContent = (contentText: string): string => inFormat(FORMAT, contentText);

/** Reads every format that bodies were ever stored in; throws `UnknownFormat` for one that came after. */
export function readContent(stored: string): DossierContent {
  const { format, content } = ofFormat(stored);
  if (format !== 0 && format !== FORMAT) throw new UnknownFormat('a dossier', format);
  return content as DossierContent;
}

/** One member: how it begins in the text, and its own members where it has some. */
interface Place {
  readonly name: string;
  readonly begins: string;
  readonly inner: readonly Place[] | undefined;
}
const placesOf = (members: object): readonly Place[] =>
  Object.entries(members).map(([name, inner]: [string, object | true]) => ({
    ...{ name, begins: `${JSON.stringify(name)}:` },
    inner: inner === true ? undefined : placesOf(inner),
  }));
const PLACES = placesOf(CONTENT_MEMBERS);

/** A member that has no place is an error: left out it would be lost, and taken for no change. */
function written(value: Readonly<Record<string, unknown>>, places: readonly Place[]): string {
  let text = '';
  let placed = 0;
  for (const { name, begins, inner } of places) {
    const member = value[name];
    if (member === undefined) continue;
    placed += 1;
    if (member === null || (Array.isArray(member) && member.length === 0)) continue;
    text += `${text === '' ? '' : ','}${begins}${inner === undefined ? JSON.stringify(member) : membersOf(member as object, inner)}`;
  }
  for (const name in value) if (value[name] !== undefined) placed -= 1;
  if (placed !== 0) throw new Error(`a content has no place for ${missing(value, places)}`);
  return `{${text}}`;
}

function membersOf(value: object, places: readonly Place[]): string {
  if (!Array.isArray(value)) return written(value as Readonly<Record<string, unknown>>, places);
  let text = '';
  for (const item of value) text += `${text === '' ? '' : ','}${written(item, places)}`;
  return `[${text}]`;
}

const missing = (value: object, places: readonly Place[]): string =>
  Object.keys(value).find((name) => !places.some((place) => place.name === name)) ?? 'a member';
