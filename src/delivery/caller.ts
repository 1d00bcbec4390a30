import type {
  BatchOutcome,
  CallContext,
  Confirmation,
  Failure,
  Outcome,
  ReadBack,
  Transport,
} from '../../adapters/adapter.ts';
import { notSent, unknown } from '../../adapters/adapter.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import type { Composed } from './compose.ts';
import { decide, decideBeforeSend, decideReadBack, type Settlement, splitFrom } from './decide.ts';
import { inlineRetry } from './inline-retry.ts';
import { laneName } from './lanes.ts';
import type { DeliveryObserver } from './observer.ts';
import type { Records } from './records.ts';
import {
  type CallEnd,
  type Claimed,
  type EventCommand,
  endAttempts,
  endCalls,
  type SettleCommand,
} from './statements.ts';
import type { CommandEntry } from './systems.ts';

/** One claimed exchange with what is to be sent for it. */
export interface Ready {
  readonly item: Claimed;
  readonly composed: Composed;
}
/** How a call went, for the lane's breaker and rate. */
export interface CallReport {
  readonly outcome: Outcome;
  readonly keys: readonly string[];
}

export interface CallerParts {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly records: Records;
  readonly vault: Vault;
  readonly transport: Transport;
  readonly observer: DeliveryObserver;
}

/** Answers kept raw for a person hold at most this many characters. */
const RAW_LIMIT = 200_000;

/**
 * Takes claimed exchanges through one call: recorded before a byte leaves, made, recorded as it ended, settled.
 * Nothing here throws for what a system does; an adapter that throws counts as an unknown outcome.
 */
export function createCaller(parts: CallerParts) {
  const { platform, records, vault, observer } = parts;

  interface Conversation {
    readonly call: string;
    readonly held: readonly Ready[];
    readonly outcomes: readonly Outcome[];
    readonly undivided: Failure | undefined;
    readonly raw: string | null;
  }

  /** One conversation on the wire, recorded beforehand. */
  async function converse(
    entry: CommandEntry,
    lane: string,
    purpose: 'send' | 'read-back' | 'confirm',
    ready: readonly Ready[],
    signal: AbortSignal,
    make: (inputs: readonly Ready[], context: CallContext) => Promise<BatchOutcome<unknown>>,
  ): Promise<Conversation> {
    const call = newId(platform, 'call');
    const heldIds = await records.open({
      call: { id: call, lane, operation: entry.operation.name, purpose, items: ready.length },
      attempts:
        purpose === 'send'
          ? ready.map(({ item, composed }) => ({
              exchange: item.id,
              stream: item.stream,
              epoch: item.epoch,
              call,
              sent: composed.sent,
            }))
          : [],
    });
    const held = purpose === 'send' ? ready.filter(({ item }) => heldIds.has(item.id)) : ready;
    const started = platform.now();
    let raw: string | null = null;
    const context: CallContext = {
      transport: parts.transport,
      signal,
      timeoutMs: entry.policy.timeoutMs,
      now: () => platform.now(),
      traceparent: undefined,
      keep: (text) => {
        raw = text.slice(0, RAW_LIMIT);
      },
    };
    let result: BatchOutcome<unknown> = { kind: 'itemised', outcomes: [] };
    if (signal.aborted) result = { kind: 'undivided', outcome: notSent('cancelled-before-sending') };
    else if (held.length > 0)
      try {
        result = await make(held, context);
      } catch (error) {
        observer.notice('error', 'an adapter threw', {
          operation: entry.operation.name,
          call,
          error: error instanceof Error ? error.name : 'unknown',
        });
        result = { kind: 'undivided', outcome: unknown('transport') };
      }
    const undivided = result.kind === 'undivided' ? result.outcome : undefined;
    const outcomes = held.map(
      (_, index): Outcome =>
        result.kind === 'undivided' ? result.outcome : (result.outcomes[index] ?? unknown('unreadable')),
    );
    const worst = undivided ?? outcomes.find((outcome) => outcome.kind !== 'completed') ?? outcomes[0];
    observer.call({
      system: ready[0]?.item.system ?? '',
      operation: entry.operation.name,
      purpose,
      call,
      exchanges: held.map(({ item }) => item.id),
      outcome: worst?.kind ?? 'not-sent',
      code: worst === undefined ? null : codeOf(worst),
      durationMs: platform.now() - started,
    });
    return { call, held, outcomes, undivided, raw };
  }

  /** Sends, with inline repeats of what surely did not arrive. */
  async function send(
    entry: CommandEntry,
    lane: string,
    ready: readonly Ready[],
    signal: AbortSignal,
  ): Promise<CallReport> {
    const last = await inlineRetry(
      async (n) => {
        const conversation = await converse(entry, lane, 'send', ready, signal, (inputs, context) =>
          entry.operation.run(
            inputs.map(({ composed }) => composed.input),
            context,
          ),
        );
        if (n < entry.policy.inlineTries && isBlip(conversation.undivided) && !signal.aborted)
          await parts.engine.batch([
            endAttempts(
              conversation.held.map(({ item }) => ({
                exchange: item.id,
                call: conversation.call,
                outcome: 'not-sent',
                code: codeOf(conversation.undivided),
              })),
            ),
            endCalls([{ id: conversation.call, outcome: 'not-sent', subject: null, raw: null }]),
          ]);
        return conversation;
      },
      { tries: entry.policy.inlineTries, again: (conversation) => isBlip(conversation.undivided), signal },
    );
    if (last.held.length === 0) {
      await parts.engine.batch([endCalls([{ id: last.call, outcome: 'fenced', subject: null, raw: null }])]);
      return { outcome: notSent('cancelled-before-sending'), keys: [] };
    }
    const refusedWhole =
      last.held.length > 1 && last.undivided !== undefined && ['rejected', 'drift'].includes(last.undivided.kind);
    const settlements: { item: Claimed; settlement: Settlement; outcome: Outcome }[] = [];
    for (const [index, { item, composed }] of last.held.entries()) {
      const outcome = last.outcomes[index] ?? unknown('unreadable');
      let settlement: Settlement;
      if (refusedWhole && last.undivided?.kind === 'rejected') settlement = splitFrom(item);
      else if (outcome.kind === 'not-sent' && outcome.reason === 'not-in-batch')
        settlement = { ...splitFrom(item), suspect: false };
      else if (outcome.kind === 'completed' && item.read_back === 1 && entry.canReadBack)
        settlement = await readBack(entry, item, composed, signal);
      else settlement = decide({ ...item, attempts: item.attempts + 1 }, outcome, entry, platform.random());
      if (refusedWhole) settlement = { ...settlement, suspect: true };
      settlements.push({ item, settlement, outcome });
    }
    await settleAll(entry, last.call, last.raw, last.held, settlements);
    return {
      outcome:
        last.undivided ??
        last.outcomes.find((outcome) => outcome.kind === 'unknown') ??
        last.outcomes[0] ??
        unknown('unreadable'),
      keys: last.held.map(({ item }) => item.key),
    };
  }

  async function ask(
    entry: CommandEntry,
    item: Claimed,
    composed: Composed,
    signal: AbortSignal,
  ): Promise<Outcome<ReadBack | Confirmation>> {
    const { recovery } = entry.operation;
    const question =
      recovery.kind === 'repeatable' ? recovery.readBack : recovery.kind === 'confirm' ? recovery.confirm : undefined;
    if (question === undefined) return { kind: 'completed', result: 'cannot-tell' };
    const conversation = await converse(
      entry,
      laneName(item.system, 'query'),
      recovery.kind === 'confirm' ? 'confirm' : 'read-back',
      [{ item, composed }],
      signal,
      async (_, context) => ({ kind: 'itemised', outcomes: [await question(composed.input, context)] }),
    );
    const outcome = (conversation.outcomes[0] ?? unknown('unreadable')) as Outcome<ReadBack | Confirmation>;
    await parts.engine.batch([endCalls([{ id: conversation.call, outcome: outcome.kind, subject: null, raw: null }])]);
    return outcome;
  }

  async function readBack(
    entry: CommandEntry,
    item: Claimed,
    composed: Composed,
    signal: AbortSignal,
  ): Promise<Settlement> {
    const seen = await ask(entry, item, composed, signal);
    if (seen.kind === 'completed') return decideReadBack(item, seen.result as ReadBack, entry, platform.random());
    // The send itself was answered; only the look afterwards failed. Send again later and look again.
    return {
      ...decideReadBack(item, 'differs', entry, platform.random()),
      cause: 'read-back-failed',
      code: 'read-back-failed',
    };
  }

  /**
   * For a stream whose past is in doubt: asks first. Answers whether the exchange is still to be sent in this claim.
   */
  async function confirmFirst(entry: CommandEntry, { item, composed }: Ready, signal: AbortSignal): Promise<boolean> {
    const seen = await ask(entry, item, composed, signal);
    let settlement: Settlement | 'send';
    if (seen.kind !== 'completed') {
      const again = decide({ ...item, attempts: item.attempts + 1 }, notSent('unavailable'), entry, platform.random());
      settlement = { ...again, to: 'uncertain', cause: 'confirm-failed', readBack: 2 };
    } else if (entry.recovery === 'confirm') settlement = confirmed(entry, item, seen.result as Confirmation);
    else if (!entry.canReadBack) settlement = 'send';
    else settlement = decideBeforeSend(item, seen.result as ReadBack, entry);
    if (settlement === 'send') return true;
    await settleAll(
      entry,
      null,
      null,
      [{ item, composed }],
      [{ item, settlement, outcome: { kind: 'completed', result: null } }],
    );
    return false;
  }

  function confirmed(entry: CommandEntry, item: Claimed, seen: Confirmation): Settlement | 'send' {
    if (seen === 'not-applied') return 'send';
    const settlement = decide({ ...item, read_back: 0 }, { kind: 'completed', result: null }, entry, 0);
    if (seen === 'applied') return { ...settlement, code: 'confirmed' };
    return {
      ...settlement,
      to: 'uncertain',
      cause: 'cannot-tell',
      sentVersion: null,
      readBack: 2,
      parkedReason: 'needs-a-person',
    };
  }

  async function settleAll(
    entry: CommandEntry,
    call: string | null,
    raw: string | null,
    ready: readonly Ready[],
    results: readonly { readonly item: Claimed; readonly settlement: Settlement; readonly outcome: Outcome }[],
  ): Promise<void> {
    const subjectOf = new Map(ready.map(({ item, composed }) => [item.id, composed.subject]));
    const details = new Map<string, string>();
    const told = results.filter(
      ({ outcome, item }) => outcome.kind === 'rejected' && outcome.message !== '' && subjectOf.get(item.id) != null,
    );
    const sealedDetails = await vault.seal(
      told.flatMap(({ outcome, item }) => {
        const subject = subjectOf.get(item.id);
        return outcome.kind === 'rejected' && subject != null
          ? [
              {
                subject,
                purpose: 'attempt.detail',
                text: JSON.stringify({ message: outcome.message, fields: outcome.fields }),
              },
            ]
          : [];
      }),
    );
    for (const [index, { item }] of told.entries()) details.set(item.id, sealedDetails[index] ?? '');

    const items = results.map(
      ({ item, settlement }): SettleCommand => ({
        ...settlement,
        stream: item.stream,
        epoch: item.epoch,
        exchange: item.id,
        detail: details.get(item.id) ?? null,
      }),
    );
    const calls: CallEnd[] = [];
    if (call !== null) {
      const worst = results.find(({ outcome }) => outcome.kind !== 'completed')?.outcome ?? results[0]?.outcome;
      const keep =
        raw !== null &&
        results.some(
          ({ outcome }) => outcome.kind === 'drift' || outcome.kind === 'unknown' || outcome.kind === 'rejected',
        );
      // Their answer may name any person in the call: it is kept under the first item's subject, and only where it stands alone.
      const subject = keep && ready.length === 1 ? (ready[0]?.composed.subject ?? null) : null;
      const [sealedRaw] =
        subject !== null && raw !== null ? await vault.seal([{ subject, purpose: 'call.raw', text: raw }]) : [];
      calls.push({ id: call, outcome: worst?.kind ?? 'fenced', subject: subject?.id ?? null, raw: sealedRaw ?? null });
    }
    const settled = await records.settle({ items, events: results.flatMap(eventsOf), calls });
    for (const { item, settlement, outcome } of results) {
      if (!settled.has(item.id))
        observer.notice('warn', 'a late settlement was refused: the stream has a newer owner', {
          exchange: item.id,
          operation: entry.operation.name,
        });
      else if (outcome.kind === 'drift')
        observer.notice('error', 'an answer outside the wire schema was quarantined', {
          exchange: item.id,
          operation: entry.operation.name,
          path: outcome.path,
          expected: outcome.expected,
          got: outcome.got,
        });
      else if (settlement.parkedReason !== null || settlement.to === 'dead')
        observer.notice('error', 'an exchange waits for a person', {
          exchange: item.id,
          operation: entry.operation.name,
          reason: settlement.parkedReason ?? settlement.to,
        });
    }
  }

  function eventsOf({ item, settlement }: { readonly item: Claimed; readonly settlement: Settlement }): EventCommand[] {
    if (item.system === 'subscriber') return [];
    const type =
      settlement.parkedReason === 'snapshot-requested'
        ? 'dossier.snapshot-requested'
        : settlement.to === 'delivered' && item.collapses === 1
          ? 'exchange.delivered'
          : settlement.to === 'rejected' || settlement.to === 'dead' || settlement.parkedReason !== null
            ? `exchange.${settlement.to}`
            : undefined;
    if (type === undefined) return [];
    return [
      {
        id: newId(platform, 'evt'),
        stream: item.stream,
        type,
        system: item.system,
        ref: item.key,
        data: {
          exchange: item.id,
          operation: item.operation,
          key: item.key,
          version: item.version,
          cause: settlement.cause,
          code: settlement.code,
        },
      },
    ];
  }

  return { send, confirmFirst, settleAll };
}

export type Caller = ReturnType<typeof createCaller>;

/** What may be repeated at once: it surely did not arrive, and they did not ask for patience. */
function isBlip(outcome: Failure | undefined): boolean {
  return outcome?.kind === 'not-sent' && ['connection-refused', 'dns', 'tls'].includes(outcome.reason);
}

function codeOf(outcome: Outcome | undefined): string | null {
  switch (outcome?.kind) {
    case 'rejected':
      return outcome.code;
    case 'not-sent':
    case 'unknown':
      return outcome.reason;
    case 'drift':
      return outcome.path;
    default:
      return null;
  }
}
