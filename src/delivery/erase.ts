import { journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement, sql } from '../store/engine.ts';
import { moved } from './counting.ts';
import { stands } from './standing.ts';
import { nextDue } from './statements.ts';

/**
 * What delivery does in the batch that erases subjects: whatever of them is not final is cancelled, so that nothing of
 * the person leaves any more and nothing waits for ever. What is on the wire at that moment settles as it ends. An act
 * that may have taken effect is not hidden by that: it waits for a person, who alone can find out then. A
 * subject that a hold kept has its salt still, and nothing happens for it.
 */
export function cancelErased(ids: readonly string[], token: string, actor: string): readonly Statement[] {
  const given = commands(ids.map((id) => ({ id })));
  const erased = `from json_each(?1) v join subject u on u.id = v.value->>'id' and u.salt is null and u.purged_at is not null
     join exchange x on x.subject = u.id`;
  const open = `${erased} and x.state in ('pending', 'retrying', 'uncertain', 'rejected', 'dead')
     and (x.kind <> 'act' or x.state in ('pending', 'retrying', 'dead'))`;
  return [
    {
      ...sql(`select s.id from stream s where s.id in (select x.stream ${erased}) order by s.id {lockRows}`, given),
      locksOnly: true,
    },
    journalLines(
      {
        id: `x.id || ':' || ?2`,
        ref: 'x.id',
        from: 'x.state',
        to: `'cancelled'`,
        actor: '?3',
        hash: 'x.payload_hash',
        source: open,
      },
      given,
      token,
      actor,
    ),
    moved({ source: open, to: `'cancelled'`, cause: `'erased'` }, given),
    sql(
      `update exchange set state = 'cancelled', cause = 'erased', settled_at = {at}, due_at = null,
          told = case when exchange.kind = 'act' then 0 else null end
        where exchange.id in (select x.id ${open})`,
      given,
    ),
    sql(
      `update stream set parked_reason = null, parked_by = null, parked_at = null, parked_until = null, waits_for = null, doubt = 'none', due_at = ${nextDue('stream')}
        where stream.owner is null and stream.id in (select x.stream ${erased})
          and not exists (select 1 from exchange a where a.stream = stream.id and a.kind = 'act' and a.state = 'uncertain')`,
      given,
    ),
    // Of one that is on the wire, too.
    sql(`update stream set standing = ${stands('stream')} where stream.id in (select x.stream ${erased})`, given),
  ];
}
