import type { SubjectKey } from '../../crypto/vault.ts';
import { commands, type Statement, sql } from '../../store/engine.ts';
import { laneName } from '../sending/lanes.ts';
import { enqueue, type Guard } from '../statements.ts';

/** An act that the dispatcher sends. Its input is fixed and sealed (`exchange.payload`), our reference in it. */
export interface QueuedActCommand {
  readonly system: string;
  readonly operation: string;
  /** Ours, random, never a counter. */
  readonly reference: string;
  readonly exchange: string;
  /** Made with it where it is new. */
  readonly subject: SubjectKey & { readonly kind: string };
  readonly payload: string;
  readonly hash: string;
  readonly actor: string;
  /** Key of the row that carries the token where the act is to begin. */
  readonly guarded: string;
}

/**
 * For the commit of the room that begins acts, after the statement that stamped its own rows: each act is a stream of its
 * own, and begins only where its row of `guard` carries the token. Wake `system/command` afterwards.
 */
export function enqueueActs(input: {
  readonly acts: readonly QueuedActCommand[];
  readonly guard: Guard;
  readonly token: string;
}): Statement[] {
  const { acts, guard, token } = input;
  const streamOf = ({ system, reference }: QueuedActCommand): string => `${system}:${reference}`;
  return [
    ...enqueue({
      streams: acts.map((act) => ({
        stream: streamOf(act),
        system: act.system,
        key: act.reference,
        guarded: act.guarded,
        lane: laneName(act.system, 'command'),
        count: 1,
        version: 0,
        alreadyThere: false,
        settlesDoubt: true,
      })),
      exchanges: acts.map((act) => ({
        id: act.exchange,
        stream: streamOf(act),
        back: 1,
        operation: act.operation,
        kind: 'act',
        version: null,
        subject: act.subject.id,
        part: null,
        payload: act.payload,
        hash: act.hash,
        actor: act.actor,
      })),
      guard,
      token,
      mayExist: false,
    }),
    sql(
      `insert into subject (id, kind, ref, salt, epoch, created_at)
       select v.value->>'id', v.value->>'kind', v.value->>'ref', v.value->>'salt', cast(v.value->>'epoch' as bigint), {now}
         from json_each(?1) v join stream s on s.id = v.value->>'stream' and s.written_by = ?2 where true on conflict (id) do nothing`,
      commands(acts.map((act) => ({ ...act.subject, ref: act.reference, stream: streamOf(act) }))),
      token,
    ),
  ];
}
