import { journalLine } from '../chronicle/journal-line.ts';
import { newId, type Platform } from '../platform.ts';
import type { Statement } from '../store/engine.ts';

/** The line of the journal that somebody saw what is sealed, and for which purpose: written before it is shown (I6). */
export const revealed = (
  platform: Platform,
  seen: { readonly ref: string; readonly actor: string; readonly purpose: string },
): Statement =>
  journalLine({
    id: `${seen.ref}:${newId(platform, 't')}`,
    ref: seen.ref,
    to: `revealed: ${seen.purpose}`,
    actor: seen.actor,
  });
