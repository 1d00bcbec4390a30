import { journalLines } from '../chronicle/journal-line.ts';
import type { Statement } from '../store/engine.ts';

/** How a payment stands, as its lines say it. */
export const standingOf = (state: string, doubt: string | null): string =>
  doubt === null ? state : `${state} (${doubt})`;

/** That a payment begins, where this batch made it. */
export const journalOfNew = (id: string, standing: string, actor: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `'payment:' || p.id || ':' || ?2`, ref: `'payment:' || p.id`, to: '?3', actor: '?4' },
      source: 'from payment p where p.id = ?1 and p.written_by = ?2',
    },
    ...[id, token, standing, actor],
  );
