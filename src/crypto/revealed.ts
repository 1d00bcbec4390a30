import { newId, type Platform } from '../platform.ts';
import { type Statement, sql } from '../store/engine.ts';

/** The line of the journal that somebody saw what is sealed, and for which purpose: written before it is shown (I6). */
export const revealed = (
  platform: Platform,
  seen: { readonly ref: string; readonly actor: string; readonly purpose: string },
): Statement =>
  sql(
    `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash) values (?1 || ':' || ?2, ?1, null, 'revealed: ' || ?4, ?3, {now}, null)`,
    seen.ref,
    newId(platform, 't'),
    seen.actor,
    seen.purpose,
  );
