import type { Outcome } from '../../../adapters/adapter.ts';
import { happened } from '../../chronicle/raise.ts';
import type { SubjectKey, ToSeal, Vault } from '../../crypto/vault.ts';
import { type Platform, pause } from '../../platform.ts';
import { type StoreLimits, StoreUnavailable } from '../../store/engine.ts';
import { slices } from '../../store/limits.ts';
import {
  type ExchangeEventType,
  exchangeDead,
  exchangeDelivered,
  exchangeOverdue,
  exchangeRejected,
  exchangeUncertain,
} from '../event-types.ts';
import { SETTLED } from '../expected.ts';
import type { DeliveryObserver } from '../observer.ts';
import type { OwnerWords, RoomOperations, SettledExchange } from '../operations.ts';
import { DIFFERS, STATE_REQUESTED } from '../rules/read-back.ts';
import type { Settlement } from '../rules/settlement.ts';
import type { Systems } from '../systems.ts';
import { attemptRow } from '../tables.ts';
import type { Stamped, WatchOpening } from '../watches/watch-statements.ts';
import type { CallEnd } from './call-statements.ts';
import type { Claimed } from './claim-statements.ts';
import type { Composed } from './compose.ts';
import { type CallSettlement, type Records, type Settlements, settlementBytes, together } from './records.ts';
import type { EventCommand, SettleCommand } from './settle-statements.ts';
import { fitsSealed, rawThatFits } from './what-fits.ts';
import type { Ready } from './wire-call.ts';

/** What is to become of one claimed exchange, and the outcome that says so. */
export interface Result {
  readonly item: Claimed;
  readonly settlement: Settlement;
  readonly outcome: Outcome;
  /** Absent: it was never put together. */
  readonly composed?: Composed;
  /** Its stream is not let go: another exchange of it settles after this one. */
  readonly keeps?: boolean;
}
/** The call that ended with it, if one was made. */
export interface Ended {
  readonly call: string;
  readonly raw: string | null;
  readonly ready: readonly Ready[];
}
/** What came of a call, or of exchanges that ended without one. */
export interface EndedCall {
  readonly ended: Ended | null;
  readonly results: readonly Result[];
}
/** Answers the ids of those that were settled; the others were fenced. */
export type Settle = (...calls: readonly EndedCall[]) => Promise<ReadonlySet<string>>;

/** A store that cannot write is tried again so often, a second apart; the lease ends not long after. */
const TRIES = 4;
const TRY_AGAIN_MS = 1_000;
const COUNTED: ReadonlySet<string> = new Set<string>(SETTLED);
const FINAL: ReadonlySet<string> = new Set(['delivered', 'rejected', 'cancelled', 'dead']);

/**
 * Writes down how exchanges ended, with their words and results sealed, their events, their call, and what their room
 * writes about it, in one commit, or in some where the store takes no text so long: the call ends with the last of them.
 * What cannot be written stays claimed until its lease ends, and is then taken for
 * unknown: nothing is lost by a failure here.
 */
export function createSettle(parts: {
  readonly platform: Platform;
  readonly records: Records;
  readonly limits: StoreLimits;
  readonly vault: Vault;
  readonly systems: Systems;
  readonly operations: RoomOperations;
  readonly observer: DeliveryObserver;
}): Settle {
  const { platform, records, vault, observer, limits } = parts;
  const roomOf = ({ system, operation }: Claimed) => parts.operations.get(`${system}/${operation}`);

  function passAfterOf({ system, operation: name }: Claimed): { readonly passAfter?: number } {
    const operation = parts.systems.command(system, name)?.operation;
    const passAfter = operation?.kind === 'appended' ? operation.othersPassAfter : undefined;
    return passAfter === undefined ? {} : { passAfter };
  }

  /** Null where the key is gone: the person was erased while the call was under way. */
  async function seal(item: ToSeal): Promise<string | null> {
    try {
      return (await vault.seal([item]))[0] ?? null;
    } catch {
      return null;
    }
  }

  async function write(settlements: Settlements): Promise<ReadonlySet<string>> {
    for (let n = 1; ; n++)
      try {
        return await records.settle(settlements);
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || n === TRIES) throw error;
        await pause(platform, TRY_AGAIN_MS);
      }
  }

  async function callEnd({ ended, results }: EndedCall): Promise<CallEnd[]> {
    if (ended === null) return [];
    const worst = results.find(({ outcome }) => outcome.kind !== 'completed')?.outcome ?? results[0]?.outcome;
    const worthKeeping = results.some(({ outcome }) => ['drift', 'unknown', 'rejected'].includes(outcome.kind));
    // Their answer may name any person in the call: it is kept only where that is one, under that one's key.
    const subject = ended.ready.length === 1 ? (ended.ready[0]?.composed.subject ?? null) : null;
    const raw =
      worthKeeping && subject !== null && ended.raw !== null
        ? await seal({ subject, purpose: 'call.raw', row: ended.call, text: rawThatFits(ended.raw, limits) })
        : null;
    return [
      {
        id: ended.call,
        outcome: worst?.kind ?? 'fenced',
        subject: raw === null ? null : (subject?.id ?? null),
        raw,
      },
    ];
  }

  /** Of an act that is final: how it ended, kept until its room has it. */
  async function result({ item, outcome, settlement }: Result, subject: SubjectKey | null): Promise<string | null> {
    if (item.kind !== 'act' || !FINAL.has(settlement.to) || subject === null) return null;
    const text = JSON.stringify(outcome);
    return sealWhatFits({ subject, purpose: 'exchange_result.result', row: item.id, text }, item);
  }

  /** Null, and said aloud, where the store cannot take it: that the exchange settles matters more. */
  async function sealWhatFits(given: ToSeal, { id }: Claimed): Promise<string | null> {
    if (fitsSealed(given.text, limits)) return seal(given);
    observer.notice('error', 'their answer is more than the store takes', { exchange: id, left: given.purpose });
    return null;
  }

  async function commandOf(given: Result): Promise<SettleCommand> {
    const { item, settlement, outcome, composed } = given;
    const { overdue: _overdue, refused, parking, ...written } = worded(settlement, roomOf(item)?.owner);
    const subject = composed?.subject ?? null;
    const words = outcome.kind === 'rejected' && outcome.message !== '' ? outcome : undefined;
    const detail = words && JSON.stringify({ message: words.message, fields: words.fields });
    return {
      ...written,
      sentVersion: composed?.partly ? null : written.sentVersion,
      parkedReason: parking?.reason ?? null,
      waitsFor: parking?.waitsFor ?? null,
      parkedForMs: parking?.forMs ?? null,
      stream: item.stream,
      epoch: item.epoch,
      exchange: item.id,
      kind: item.kind,
      version: item.version,
      ...(refused && item.version === null && passAfterOf(item)),
      detail:
        detail === undefined || subject === null
          ? null
          : await sealWhatFits(
              { subject, purpose: 'attempt.detail', row: attemptRow(item.id, item.epoch), text: detail },
              item,
            ),
      result: await result(given, subject),
    };
  }

  async function settlementOf(given: Result): Promise<CallSettlement> {
    const item = await commandOf(given);
    const room = roomOf(given.item);
    const settled = settledOf(given);
    // What is too long to be kept is too long to be told: the room hears without it, as after a failure of its own.
    const tells = room?.settled !== undefined && fitsSealed(JSON.stringify(settled), limits);
    return {
      items: [item],
      events: eventsOf(platform, given, room?.owner, parts.systems),
      calls: [],
      watches: watchOf(given, parts.systems),
      rooms: tells ? [{ onSettled: room.settled, settled }] : [],
    };
  }

  return async (...ended) => {
    const results = ended.flatMap((each) => each.results);
    const kept: CallSettlement[] = [];
    const last: CallSettlement[] = [];
    for (const each of results) (each.keeps ? kept : last).push(await settlementOf(each));
    const calls = { ...together([]), calls: (await Promise.all(ended.map(callEnd))).flat() };
    const settled = new Set<string>();
    for (const some of parted([...kept, ...last, calls]))
      for (const id of await write({
        kept: together(some.filter((each) => kept.includes(each))),
        last: together(some.filter((each) => !kept.includes(each))),
      }))
        settled.add(id);
    for (const each of results) {
      tell(observer, each, settled.has(each.item.id));
      if (settled.has(each.item.id)) count(observer, each);
    }
    return settled;
  };

  /** In one commit, or in as many as the store needs for texts so long, each of its own exchanges, the calls last. */
  function parted(all: readonly CallSettlement[]): readonly (readonly CallSettlement[])[] {
    return all.length > 2 ? slices(all, settlementBytes, limits) : [all];
  }
}

/** What they only accepted is asked about until they answer. */
function watchOf({ item, outcome }: Result, systems: Systems): (WatchOpening & { readonly only: Stamped })[] {
  const entry = systems.command(item.system, item.operation);
  const later = entry?.operation.kind === 'act' ? entry.operation.later : undefined;
  if (outcome.kind !== 'accepted' || entry === undefined || later === undefined) return [];
  const only = { table: 'stream', column: 'id', row: item.stream };
  return [
    {
      ...later,
      scheduleMs: entry.policy.pollMs ?? later.scheduleMs,
      system: item.system,
      ref: outcome.ref,
      exchange: item.id,
      only,
    },
  ];
}

function settledOf({ item, settlement, outcome }: Result): SettledExchange {
  const theirWord = settlement.to === 'delivered' || settlement.to === 'rejected' ? outcome : null;
  return {
    exchange: item.id,
    stream: item.stream,
    system: item.system,
    operation: item.operation,
    kind: item.kind,
    key: item.key,
    subject: item.subject,
    state: settlement.to,
    cause: settlement.cause,
    outcome: theirWord,
  };
}

/** What was found of a desired state, in the words of its owner's room. */
function worded(settlement: Settlement, owner: OwnerWords | undefined): Settlement {
  if (owner === undefined) return settlement;
  const word = (found: string): string =>
    found === DIFFERS ? owner.differs : found === STATE_REQUESTED ? owner.stateRequested : found;
  const { cause, parking } = settlement;
  return {
    ...settlement,
    cause: cause === null ? null : word(cause),
    parking: parking === null ? null : { ...parking, reason: word(parking.reason) },
  };
}

/** What an exchange enters anew: one that is in doubt still is counted once. */
function count(observer: DeliveryObserver, { item, settlement: { to, cause } }: Result): void {
  if (COUNTED.has(to) && item.claimed_from !== to) observer.settled({ system: item.system, state: to, cause });
}

function tell(observer: DeliveryObserver, { item, settlement, outcome }: Result, settled: boolean): void {
  const about = { exchange: item.id, operation: item.operation };
  if (!settled) observer.notice('warn', 'a late settlement was refused: the stream has a newer owner', about);
  else if (outcome.kind === 'drift') {
    const { path, expected, got } = outcome;
    observer.notice('error', 'an answer outside the wire schema was quarantined', { ...about, path, expected, got });
  } else if (settlement.overdue)
    observer.notice('error', 'a desired state is overdue: the other side does not take it', about);
  else if (settlement.parking !== null || settlement.to === 'dead')
    observer.notice('error', 'an exchange waits for a person', {
      ...about,
      reason: settlement.parking?.reason ?? settlement.to,
    });
}

function eventsOf(
  platform: Platform,
  { item, settlement }: Result,
  owner: OwnerWords | undefined,
  systems: Systems,
): EventCommand[] {
  if (systems.get(item.system)?.quiet) return [];
  const asksOwner = settlement.parking?.waitsFor === 'owner' && owner !== undefined;
  const type = asksOwner ? owner.event : typeOf(item, settlement);
  if (type === undefined) return [];
  const { id: exchange, operation, key, version } = item;
  const { cause, code } = worded(settlement, owner);
  return [
    {
      ...happened(platform, type, {
        system: item.system,
        ref: key,
        data: { exchange, operation, key, version, cause, code },
      }),
      stream: item.stream,
      onlyWhileParked: asksOwner ? 1 : 0,
    },
  ];
}

function typeOf(item: Claimed, settlement: Settlement): ExchangeEventType | undefined {
  if (settlement.to === 'delivered' && item.kind === 'collapsing') return exchangeDelivered;
  if (settlement.overdue) return exchangeOverdue;
  if (settlement.to === 'rejected') return exchangeRejected;
  if (settlement.to === 'dead') return exchangeDead;
  return settlement.parking === null ? undefined : exchangeUncertain;
}
