import { journalLines } from '../chronicle/journal-line.ts';
import type { Statement } from '../store/engine.ts';

/** That a payment begins, where this batch made it. */
export const journalOfNew = (id: string, state: string, actor: string, token: string): Statement =>
  journalLines(
    {
      ...{ id: `'payment:' || p.id || ':' || ?2`, ref: `'payment:' || p.id`, to: '?3', actor: '?4' },
      source: 'from payment p where p.id = ?1 and p.written_by = ?2',
    },
    ...[id, token, state, actor],
  );
