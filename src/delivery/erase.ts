import { commands, type Statement, sql } from '../store/engine.ts';
import { nextDue } from './statements.ts';
import type { Systems } from './systems.ts';

/**
 * What delivery does in the batch that erases subjects: whatever of them is not final is cancelled, so that nothing of
 * the person leaves any more and nothing waits for ever. What is on the wire at that moment settles as it ends. A
 * subject that a hold kept has its salt still, and nothing happens for it. An act that may have taken effect stays in
 * doubt for a person, as nobody has said that it did not (I2); of one that was cancelled its room is told.
 */
export function cancelErased(
  systems: Systems,
): (ids: readonly string[], token: string, actor: string) => readonly Statement[] {
  return (ids, token, actor) => {
    // A stream is found by its key, never by searching: every system may have one of the subject's reference.
    const given = commands(ids.flatMap((id) => systems.all.map(({ name }) => ({ id, system: name }))));
    const erased = `from json_each(?1) v join subject u on u.id = v.value->>'id' and u.salt is null and u.purged_at is not null`;
    const stream = `(v.value->>'system') || ':' || u.ref`;
    const open = `${erased} join exchange x on x.stream = ${stream} and x.subject = u.id
       and x.state in ('pending', 'retrying', 'uncertain', 'rejected', 'dead') and (x.kind <> 'act' or x.state in ('pending', 'retrying', 'dead'))`;
    return [
      {
        ...sql(`select s.id ${erased} join stream s on s.id = ${stream} order by s.id {lockRows}`, given),
        locksOnly: true,
      },
      sql(
        `insert into journal (id, ref, from_state, to_state, actor, at, payload_hash)
         select x.id || ':' || ?2, x.id, x.state, 'cancelled', ?3, {now}, x.payload_hash ${open}`,
        given,
        token,
        actor,
      ),
      sql(
        `update exchange set state = 'cancelled', cause = 'erased', settled_at = {now}, due_at = null,
            told = case when exchange.kind = 'act' then 0 else exchange.told end
          where exchange.id in (select x.id ${open})`,
        given,
      ),
      sql(
        `update stream set parked_reason = null, parked_by = null, parked_at = null, parked_until = null, waits_for = null, doubt = 'none', due_at = ${nextDue('stream')}
          where stream.owner is null and stream.id in (select ${stream} ${erased})
            and not exists (select 1 from exchange x where x.stream = stream.id and x.kind = 'act' and x.state = 'uncertain')`,
        given,
      ),
    ];
  };
}
