import type { CommandKind } from '../../../adapters/adapter.ts';
import type { StatedOutcome } from '../../../contracts/domain/exchange.ts';
import type { Role } from '../../../contracts/domain/role.ts';
import { type Hand, secondVerdict } from '../../access/four-eyes.ts';
import { happened, raise } from '../../chronicle/raise.ts';
import { keptWords, type WordsPlace } from '../../crypto/kept-words.ts';
import type { Vault } from '../../crypto/vault.ts';
import { type ExchangeEventData, exchangeDelivered } from '../../delivery/event-types.ts';
import {
  type Intervention,
  type InterventionRow,
  intervene,
  interventionOutcomes,
} from '../../delivery/interventions/intervene.ts';
import type { Systems } from '../../delivery/systems.ts';
import { newId, type Platform } from '../../platform.ts';
import type { RoomParts } from '../../room.ts';
import { type Engine, type Statement, sql } from '../../store/engine.ts';
import { callerOf, mayBeSeen, sightOf } from '../sight.ts';
import { secondGuard, statedAct, stateFirst, stateSecond, voidStated } from './statements.ts';

/** Who acts, why, and what else belongs into the same commit. */
export interface InterventionBy {
  readonly actor: string;
  readonly role: Role;
  readonly person: boolean;
  readonly reason?: string | undefined;
  readonly also?: readonly Statement[];
}

/** What a person found out, and how; without an outcome the system is asked. */
export interface Finding {
  readonly outcome?: StatedOutcome | undefined;
  readonly reason?: string | undefined;
}

export type InterventionResult =
  | { readonly kind: 'done'; readonly state: string }
  | {
      readonly kind: 'refused';
      readonly reason:
        | 'not-found'
        | 'in-flight'
        | 'final'
        | 'superseded'
        | 'wrong-state'
        | 'needs-confirmation'
        | 'outcome-required'
        | 'person-required'
        /** Of an act that it did not take effect: what one person stated is kept, and another has to state the same. */
        | 'second-person'
        /** An act: what may have acted is asked about, and what comes next is its room's affair. */
        | 'act'
        | 'cannot-be-asked';
      readonly state: string | null;
      /** The exchange that came after it, where that is why. */
      readonly newest: string | null;
    };

/** What people do to single exchanges. Each act is one atomic batch, journalled under its actor. */
export interface Interventions {
  /** Ends what is not under way and not final. Steps that belong to a cancelled state go on waiting for a newer one. */
  cancel(id: string, by: InterventionBy): Promise<InterventionResult>;
  /**
   * Sends again: of desired state the present one, of a step the step. What is delivered, superseded or cancelled stays
   * so. What they asked us to wait ends, also for what was not sent yet; the quiet time after an unknown outcome is kept (I3).
   */
  retry(id: string, by: InterventionBy): Promise<InterventionResult>;
  /** Of an uncertain exchange: asks the system, or takes a person's word where the system cannot tell. */
  confirm(id: string, stated: Finding, by: InterventionBy): Promise<InterventionResult>;
}

const KEEP = { cause: null, newestOnly: false, doubt: null, overrule: false, lifts: false } as const;
const CANCEL: Intervention = {
  ...KEEP,
  from: ['pending', 'retrying', 'uncertain', 'dead'],
  actsFrom: ['pending', 'retrying', 'dead'],
  to: 'cancelled',
};
export const RETRY: Intervention = {
  ...KEEP,
  from: ['rejected', 'dead', 'retrying', 'uncertain'],
  actsFrom: ['dead', 'retrying'],
  to: 'pending',
  newestOnly: true,
};
/** What they asked us to wait is lifted for what was never sent, too. */
const RETRY_TOLD: Intervention = {
  ...RETRY,
  from: [...RETRY.from, 'pending'],
  actsFrom: [...RETRY.actsFrom, 'pending'],
};
const IN_DOUBT = { from: ['uncertain'], actsFrom: ['uncertain'] } as const;
const ASK: Intervention = { ...KEEP, ...IN_DOUBT, to: null, doubt: 'ask-first' };
const STATED = { ...KEEP, ...IN_DOUBT, cause: 'stated-by-a-person', doubt: 'none' } as const;
const APPLIED: Intervention = { ...STATED, to: 'delivered' };
const NOT_APPLIED: Intervention = { ...STATED, actsFrom: [], cause: null, to: 'pending' };
/** An act that did not take effect is over: its room may begin another. So two people have to say it. */
const ACT_NOT_APPLIED: Intervention = { ...STATED, cause: 'stated-by-two-people', to: 'cancelled' };

interface Known {
  readonly id: string;
  readonly stream: string;
  readonly system: string;
  readonly operation: string;
  readonly kind: CommandKind;
  readonly key: string;
  readonly version: number | null;
  readonly state: string;
  readonly parked_reason: string | null;
  /** 1: they asked for patience, and that still lasts. */
  readonly told: number;
}

const SAID: WordsPlace = { column: 'journal.to_state' };
const FINAL = new Set(['delivered', 'superseded', 'cancelled']);

/**
 * Whether an operation's uncertain exchange may simply go again. Where only a person can tell whether it took effect,
 * or the program no longer knows the operation, it may not: that needs `confirm`.
 */
export function mayRepeat(systems: Systems, system: string, operation: string): boolean {
  return systems.command(system, operation)?.recovery === 'repeatable';
}

export function createInterventions(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Pick<Vault, 'sealOwn'>;
  readonly systems: Systems;
  readonly wake: (lane: string) => void;
  readonly filled: RoomParts['filled'];
}): Interventions {
  const { engine, platform, systems, wake } = parts;

  /** Whose a stream is never changes, so it may be looked at before the batch. */
  async function find(id: string, { actor, role }: InterventionBy): Promise<Known | undefined> {
    const sight = sightOf(parts, callerOf({ id: actor, role }));
    const [row] = await engine.all<Known>(
      sql(
        `select x.id, x.stream, s.system, x.operation, x.kind, s.key, x.version, x.state, s.parked_reason,
                case when s.told_until > {now} or coalesce(l.not_before, 0) > {now} then 1 else 0 end as told
           from exchange x join stream s on s.id = x.stream left join lane l on l.name = s.lane where x.id = ?1 and ${mayBeSeen(sight, 'x.stream', '?2')}`,
        id,
        sight.caller,
      ),
    );
    return row;
  }

  async function perform(
    known: Known,
    how: Intervention,
    by: InterventionBy,
    options: {
      readonly uncertain: boolean;
      readonly event?: ExchangeEventData;
      /** The second of two people: only with this approval, in the same commit. */
      readonly second?: Hand;
    },
  ): Promise<InterventionResult> {
    const token = newId(platform, 't');
    const items = [
      {
        id: known.id,
        stream: known.stream,
        actor: by.actor,
        reason: by.reason === undefined ? null : await keptWords(parts.vault, SAID, by.reason),
        uncertain: options.uncertain,
      },
    ];
    const rows = await engine.batch([
      ...(options.second === undefined ? [] : stateSecond(known, options.second, token)),
      ...intervene({ items, how, token, guard: options.second && secondGuard(known.id) }),
      voidStated(known.id, token),
      ...(options.event === undefined ? [] : [delivered(known, options.event, token)]),
      ...(by.also ?? []),
      interventionOutcomes(items, token),
    ]);
    const row = rows.at(-1)?.[0] as unknown as InterventionRow | undefined;
    if (row === undefined) return refuse('not-found', null, null);
    if (row.done === 1) {
      wake(row.lane);
      return { kind: 'done', state: row.state };
    }
    if (options.second !== undefined && row.state === 'uncertain') return refuse('second-person', row.state, null);
    if (row.state === 'sending') return refuse('in-flight', row.state, null);
    if (row.state === 'superseded') return refuse('superseded', row.state, row.newest);
    if (FINAL.has(row.state) || !how.from.includes(row.state))
      return refuse(
        FINAL.has(row.state) || (how.to === 'cancelled' && row.state === 'rejected') ? 'final' : 'wrong-state',
        row.state,
        null,
      );
    if (row.kind === 'act' && !how.actsFrom.includes(row.state)) return refuse('act', row.state, null);
    if (row.state === 'uncertain' && !options.uncertain) return refuse('needs-confirmation', row.state, null);
    return refuse('superseded', row.state, row.newest);
  }

  /** Keeps what the first person states, with the reason, until a second one states the same. */
  async function first(known: Known, hand: Hand, reason: string | undefined): Promise<InterventionResult> {
    if (known.state !== 'uncertain') return refuse('wrong-state', known.state, null);
    const kept = reason === undefined ? undefined : await keptWords(parts.vault, SAID, reason);
    await engine.batch(stateFirst(known, { hand, reason: kept }, newId(platform, 't')));
    return refuse('second-person', known.state, null);
  }

  async function notApplied(known: Known, by: InterventionBy): Promise<InterventionResult> {
    const hand: Hand = { id: by.actor, kind: 'person' };
    const verdict = await secondVerdict(engine, statedAct(known.id), hand);
    if (verdict === 'not-awaiting') return first(known, hand, by.reason);
    if (verdict !== 'may') return refuse('second-person', known.state, null);
    return perform(known, ACT_NOT_APPLIED, by, { uncertain: true, second: hand });
  }

  function delivered(known: Known, data: ExchangeEventData, token: string): Statement {
    return raise(
      [happened(platform, exchangeDelivered, { system: known.system, ref: known.key, data })],
      `join journal j on j.id = ?2 || ':' || ?3`,
      known.id,
      token,
    );
  }

  return {
    cancel: async (id, by) => {
      const known = await find(id, by);
      return known === undefined ? refuse('not-found', null, null) : perform(known, CANCEL, by, { uncertain: true });
    },

    retry: async (id, by) => {
      const known = await find(id, by);
      if (known === undefined) return refuse('not-found', null, null);
      const how = { ...(known.told === 1 ? RETRY_TOLD : RETRY), overrule: by.person, lifts: true };
      return perform(known, how, by, {
        uncertain: mayRepeat(systems, known.system, known.operation),
      });
    },

    confirm: async (id, stated, by) => {
      const known = await find(id, by);
      if (known === undefined) return refuse('not-found', null, null);
      const entry = systems.command(known.system, known.operation);
      const askable = entry !== undefined && (entry.recovery === 'confirm' || entry.canReadBack);
      const onAPerson = entry === undefined || entry.recovery === 'manual' || known.parked_reason === 'needs-a-person';
      if (stated.outcome === undefined) {
        if (!askable && known.state === 'uncertain')
          return refuse(onAPerson ? 'outcome-required' : 'cannot-be-asked', known.state, null);
        return perform(known, ASK, by, { uncertain: true });
      }
      if (!by.person) return refuse('person-required', known.state, null);
      // Where the system can be asked, its word counts and not a person's.
      if (!onAPerson && known.state === 'uncertain') return refuse('wrong-state', known.state, null);
      const words = { ...by, reason: stated.reason };
      if (known.kind === 'act' && stated.outcome === 'not-applied') return notApplied(known, words);
      if (stated.outcome === 'not-applied') return perform(known, NOT_APPLIED, words, { uncertain: true });
      return perform(known, APPLIED, words, {
        uncertain: true,
        event: {
          exchange: known.id,
          operation: known.operation,
          key: known.key,
          version: known.version,
          cause: 'stated-by-a-person',
          code: null,
        },
      });
    },
  };
}

const refuse = (
  reason: Extract<InterventionResult, { kind: 'refused' }>['reason'],
  state: string | null,
  newest: string | null,
): InterventionResult => ({ kind: 'refused', reason, state, newest });
