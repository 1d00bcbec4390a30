import type { StoreLimits } from '../../store/engine.ts';
import { isLonger } from '../../store/limits.ts';

type Limits = Pick<StoreLimits, 'textBytes'>;

/** A plain text of so many bytes is, sealed, not more than half of one that the store takes: others lie beside it. */
const mostPlainBytes = ({ textBytes }: Limits): number => Math.floor((textBytes * 3) / 8) - SEAL_BYTES;
/** What sealing adds before base64, rounded up. */
const SEAL_BYTES = 32;
/** UTF-8 bytes of one unit of a JavaScript string at most. */
const MOST_BYTES_A_UNIT = 3;

/** Their raw answer, or its beginning where the store would not take it whole: it is kept for a person to look at. */
export const rawThatFits = (raw: string, limits: Limits): string =>
  isLonger(raw, mostPlainBytes(limits)) ? raw.slice(0, Math.floor(mostPlainBytes(limits) / MOST_BYTES_A_UNIT)) : raw;

/** Whether a text can be kept, sealed, beside what else is said of an exchange; its words and its result are two such. */
export const fitsSealed = (text: string, limits: Limits): boolean =>
  !isLonger(text, Math.floor(mostPlainBytes(limits) / 2));
