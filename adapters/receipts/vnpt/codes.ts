/**
 * What follows `ERR:`. They publish no list: those named here rest on a table that clients share [assumed], and only what
 * speaks plainly of a call that was refused at the door decides. Every other is unknown, and they are asked by the key.
 */

/** Of account and company. */
const ACCESS = ['1', '7'] as const;

export const refusesQuestion: ReadonlySet<string> = new Set(ACCESS);
/** Of the data and the series besides. */
export const refusesIssue: ReadonlySet<string> = new Set([...ACCESS, '3', '20']);
/** Of un-confirming, 7 says that it could not be: of one, perhaps, that is un-confirmed already. */
export const refusesUnconfirming: ReadonlySet<string> = new Set(['1']);
/** There is no such receipt besides. */
export const refusesCancel: ReadonlySet<string> = new Set([...ACCESS, '2']);
export const refusesReplace: ReadonlySet<string> = new Set([...refusesIssue, '2']);
export const refusesFile: ReadonlySet<string> = new Set([...ACCESS, '6']);

/** The key was used before. */
export const isKeyTaken = (code: string | undefined): boolean => code === '13' || code === '21';
/** Replaced or cancelled before. */
export const isOverAlready = (code: string | undefined): boolean => code === '8';

/** The code of an error; undefined where the text is none. */
export const errorOf = (text: string): string | undefined => /^\s*ERR\s*:\s*([^\s;,:]*)/i.exec(text)?.[1];
export const isYes = (text: string): boolean => text.startsWith('OK:');
