import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';

/** What a snapshot says, apart from its place in the order. */
export type DossierContent = Omit<DossierSnapshot, 'revision' | 'updatedAt'>;

/**
 * The content as one text: equal for equal content, whatever the order of fields in the request (the schema's parse
 * orders them) and whether an absent field was written as null. It is what is compared, sealed and composed from.
 */
export function contentText(snapshot: DossierSnapshot): string {
  const { revision: _revision, updatedAt: _updatedAt, ...content } = snapshot;
  const text = JSON.stringify(content);
  return text.includes(':null')
    ? JSON.stringify(content, (_key, value: unknown) => (value === null ? undefined : value))
    : text;
}

export function readContent(text: string): DossierContent {
  return JSON.parse(text) as DossierContent;
}
