import { type Rejected, rejected } from '../adapter.ts';

/** Between the values of a sealed text; a value that holds it could be moved into its neighbour (WIRE.md 2.5). */
export const DELIMITER = '|';

/** The first value that holds the delimiter, so that its seal would be that of other values too. */
export const delimited = (texts: Readonly<Record<string, string>>): string | undefined =>
  Object.keys(texts).find((name) => texts[name]?.includes(DELIMITER));

/** A value could be moved into its neighbour and the seal would still be right. */
export const holdsDelimiter = (pointer: string): Rejected => unsayable(`must not hold ${DELIMITER}`, pointer);

/** Said by us before anything was sent: the same again gets the same answer. */
export const unsayable = (why: string, pointer: string): Rejected =>
  rejected('unsayable', why, pointer === '' ? [] : [pointer]);

export const isUnsayable = (message: object): message is Rejected => 'kind' in message;
