import type { BatchOutcome, CallContext, Outcome, Transport } from '../../../adapters/adapter.ts';
import { notSent, unknown } from '../../../adapters/adapter.ts';
import { subjectsFrom } from '../../crypto/subject-rows.ts';
import type { Vault } from '../../crypto/vault.ts';
import { errorWords } from '../../error-words.ts';
import type { SessionsOf } from '../../peer-sessions/peer-sessions.ts';
import { newId, type Platform } from '../../platform.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { untilTokenMs } from '../../token-bucket.ts';
import type { DeliveryObserver } from '../observer.ts';
import { downtimeEnd } from '../rules/downtime.ts';
import { heeded, heededAll, LONGEST_HINT_MS } from '../rules/hint.ts';
import { inlineRetry } from '../rules/inline-retry.ts';
import { codeOf } from '../rules/outcome-code.ts';
import { ruleReason } from '../rules/rule-reason.ts';
import type { QueryEntry, System, Systems } from '../systems.ts';
import { endCalls } from './call-statements.ts';
import { createLaneGuard, credentialPaused, type LaneGuard } from './lane-guard.ts';
import { type Lanes, laneName } from './lanes.ts';
import { endLostQueries, type LaneNow, recordProbe, takeRoom } from './query-lane.ts';
import { rawThatFits } from './what-fits.ts';

export interface QueryParts {
  readonly systems: Systems;
  readonly lanes: Lanes;
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly transport: Transport;
  readonly sessions: SessionsOf;
  readonly observer: DeliveryObserver;
  /** Names this process. */
  readonly owner: string;
}
export interface QueryOptions {
  /** Ends the waiting and the call. */
  readonly signal: AbortSignal;
  readonly traceparent?: string | undefined;
  /** How long to wait for room in the lane, milliseconds; then it is `not-sent` and `busy`. */
  readonly patienceMs?: number;
}

/** The system has no address here, or no such query: nothing was asked. */
export interface NotConfigured {
  readonly kind: 'not-configured';
}
/** Nothing was asked: the lane is closed. `retryAfterMs` says until when, where that is known. */
export interface Held {
  readonly kind: 'held';
  readonly why: 'paused' | 'breaker-open' | 'slowed-down' | 'downtime' | 'busy';
  readonly retryAfterMs: number | null;
}
export type QueryAnswer<Result = unknown> = Outcome<Result> | Held | NotConfigured;

export interface Queries {
  /** Asks a system, inside what its query lane allows, with inline repeats. Never throws for what a system does. */
  run(system: string, name: string, input: unknown, options: QueryOptions): Promise<QueryAnswer>;
  /**
   * Asks for several at once, in as few calls as the query takes; one answer each, in order. Where a call fails without
   * saying for which of them, each is asked by itself.
   */
  runMany(system: string, name: string, inputs: readonly unknown[], options: QueryOptions): Promise<QueryAnswer[]>;
  /**
   * Asks for a sign of life because a person wants it: past pause and breaker. When it comes, what an open breaker
   * holds may go at once; when the login is refused, that counts like any refusal.
   */
  probe(system: string, options: QueryOptions): Promise<Outcome<string> | NotConfigured>;
  /** Ends what earlier processes left open. Call once before the first query. */
  recover(): Promise<void>;
  close(): void;
}

const PATIENCE_MS = 5_000;
/** Looks again for room at most this far apart, because other processes give it free too. */
const LOOK_EVERY_MS = 250;
const RAW_LIMIT = 200_000;

export function createQueries(parts: QueryParts): Queries {
  const { systems, engine, platform, vault, observer, owner } = parts;
  const guards = new Map<string, LaneGuard>();
  const token = () => newId(platform, 't');

  function guardOf(system: System): LaneGuard | undefined {
    if (system.lanes === undefined) return undefined;
    const lane = laneName(system.name, 'query');
    let guard = guards.get(lane);
    if (guard === undefined) {
      guard = createLaneGuard({ ...parts, lane, system: system.name, policy: system.lanes.query });
      guards.set(lane, guard);
    }
    return guard;
  }

  /** Waits for room; the call stands in the store when the answer is a lane. */
  async function room(system: System, call: string, operation: string, options: QueryOptions): Promise<LaneNow | Held> {
    const lane = laneName(system.name, 'query');
    const end = platform.steady() + (options.patienceMs ?? PATIENCE_MS);
    for (;;) {
      const closedUntil = downtimeEnd(system.lanes?.query.downtime ?? [], platform.wall());
      if (closedUntil !== undefined) return held('downtime', closedUntil - platform.wall());
      const rows = await engine.batch(takeRoom({ id: call, lane, operation, owner }, token()));
      const now = rows.at(-1)?.[0] as unknown as LaneNow | undefined;
      if (now === undefined) return held('paused', null);
      if (now.taken === 1) return now;
      if (now.paused_reason !== null) return held('paused', null);
      if (now.open_until > now.now && now.breaker !== 'closed') return held('breaker-open', now.open_until - now.now);
      if (now.not_before > now.now) return held('slowed-down', now.not_before - now.now);
      const refillMs = untilTokenMs(now.tokens, now.rate) || LOOK_EVERY_MS;
      if (options.signal.aborted || platform.steady() + refillMs > end) return held('busy', Math.max(refillMs, 1_000));
      await pause(Math.min(refillMs, LOOK_EVERY_MS), options.signal);
    }
  }

  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = platform.after(ms, done);
      function done(): void {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** One conversation that stands in the store already. */
  async function converse<Result>(
    work: {
      readonly system: string;
      readonly operation: string;
      readonly call: string;
      readonly timeoutMs: number;
      readonly longestHintMs: number;
    },
    options: QueryOptions,
    make: (context: CallContext) => Promise<Outcome<Result>>,
  ): Promise<Outcome<Result>> {
    const started = platform.steady();
    let raw: string | undefined;
    const context: CallContext = {
      transport: parts.transport,
      sessions: parts.sessions(work.system),
      signal: options.signal,
      timeoutMs: work.timeoutMs,
      oneOff: false,
      wall: () => platform.wall(),
      steady: () => platform.steady(),
      traceparent: options.traceparent,
      keep: (text) => {
        raw = text.slice(0, RAW_LIMIT);
      },
    };
    let outcome: Outcome<Result>;
    try {
      outcome = options.signal.aborted
        ? notSent('cancelled-before-sending')
        : heeded(await make(context), work.longestHintMs);
    } catch (error) {
      observer.notice('error', 'an adapter threw', {
        operation: work.operation,
        call: work.call,
        error: errorWords(error),
      });
      outcome = unknown('transport');
    }
    await end(work.call, outcome, outcome.kind === 'drift' ? raw : undefined);
    if (outcome.kind === 'drift')
      observer.notice('error', 'an answer outside the wire schema was quarantined', {
        ...{ call: work.call, operation: work.operation },
        ...{ path: outcome.path, expected: outcome.expected, got: outcome.got },
      });
    observer.call({
      ...{ system: work.system, operation: work.operation, purpose: 'query', call: work.call, exchanges: [] },
      outcome: outcome.kind,
      code: codeOf(outcome),
      durationMs: platform.steady() - started,
    });
    return outcome;
  }

  /** A raw answer may name anybody: it is sealed under a subject of its own. */
  async function end(call: string, outcome: Outcome, raw: string | undefined): Promise<void> {
    if (raw === undefined) {
      await engine.batch([endCalls([{ id: call, outcome: outcome.kind, subject: null, raw: null }])]);
      return;
    }
    const subject = vault.newSubject();
    const [sealed = null] = await vault.seal([
      { subject, purpose: 'call.raw', row: call, text: rawThatFits(raw, engine.limits) },
    ]);
    await engine.batch([
      subjectsFrom(
        { id: '?1', kind: `'call'`, ref: '?2', salt: '?3', epoch: '?4', source: '' },
        subject.id,
        call,
        subject.salt,
        subject.epoch,
      ),
      endCalls([{ id: call, outcome: outcome.kind, subject: subject.id, raw: sealed }]),
    ]);
  }

  /** One call for these inputs, with inline repeats. Undivided: it failed and did not say for which. */
  async function call(
    system: System,
    { operation, policy }: QueryEntry,
    inputs: readonly unknown[],
    options: QueryOptions,
  ): Promise<{ readonly answers: readonly QueryAnswer[]; readonly undivided: boolean }> {
    const { name } = operation;
    // What is asked names the failure: one question that always fails does not close the lane for the others.
    const keys = inputs.map((input) => `${name} ${JSON.stringify(input)}`);
    const once = async () => {
      const id = newId(platform, 'call');
      const lane = await room(system, id, name, options);
      if ('kind' in lane) return { answers: inputs.map(() => lane), undivided: false };
      const { timeoutMs, longestHintMs = LONGEST_HINT_MS } = policy;
      const work = { system: system.name, operation: name, call: id, timeoutMs, longestHintMs };
      let batch: BatchOutcome<Outcome> | undefined;
      const outcome = await converse(work, options, async (context) => {
        if (operation.kind === 'query') return operation.run(inputs[0], context);
        batch = heededAll(await operation.run(inputs, context), longestHintMs);
        return worstOf(batch);
      });
      await guardOf(system)?.report(outcome, keys, lane.breaker !== 'closed');
      const each = batch?.kind === 'itemised' ? batch.outcomes : undefined;
      return {
        answers: inputs.map((_, index) => (each === undefined ? outcome : (each[index] ?? unknown('unreadable')))),
        undivided: each === undefined && inputs.length > 1,
      };
    };
    const tries = { tries: policy.inlineTries, signal: options.signal, random: platform.random() };
    return inlineRetry(once, { ...tries, again: ({ answers }) => answers.length > 0 && answers.every(isBlip) });
  }

  async function runMany(systemName: string, name: string, inputs: readonly unknown[], options: QueryOptions) {
    const system = systems.get(systemName);
    const entry = systems.query(systemName, name);
    if (system?.adapter === undefined || entry === undefined) return inputs.map(() => NOT_CONFIGURED);
    const size = entry.operation.kind === 'query' ? 1 : entry.policy.batchSize;
    const answers: QueryAnswer[] = [];
    for (let at = 0; at < inputs.length; at += size) {
      const group = inputs.slice(at, at + size);
      const together = await call(system, entry, group, options);
      if (!together.undivided || !together.answers.some(mayBeOneInput)) answers.push(...together.answers);
      else for (const input of group) answers.push(...(await call(system, entry, [input], options)).answers);
    }
    return answers;
  }

  return {
    run: async (systemName, name, input, options) =>
      (await runMany(systemName, name, [input], options))[0] ?? NOT_CONFIGURED,
    runMany,
    async probe(systemName, options) {
      const system = systems.get(systemName);
      const { adapter } = system ?? {};
      if (adapter === undefined) return { kind: 'not-configured' };
      const call = newId(platform, 'call');
      const lane = laneName(systemName, 'query');
      await engine.batch([recordProbe({ id: call, lane, operation: 'probe', owner })]);
      const timeoutMs = Math.min(30_000, ...Object.values(adapter.commands).map(({ policy }) => policy.timeoutMs));
      const work = { system: systemName, operation: 'probe', call, timeoutMs, longestHintMs: LONGEST_HINT_MS };
      const outcome = await converse(work, options, (context) => adapter.probe(context));
      if (outcome.kind === 'completed' || outcome.kind === 'accepted') {
        await parts.lanes.loginWorked(systemName);
        await engine.batch([
          sql(`update lane set open_until = {now} where system = ?1 and breaker <> 'closed'`, systemName),
        ]);
        // They answer: whatever they asked for before is over.
        await parts.lanes.lift(systemName, token);
      } else if (outcome.kind === 'not-sent' && ruleReason(outcome) === 'login-refused') {
        if (await parts.lanes.loginRefused(systemName, newId(platform, 'evt')))
          observer.notice('error', ...credentialPaused(systemName));
      }
      return outcome;
    },
    async recover() {
      await engine.batch([endLostQueries(owner, engine.sole)]);
    },
    close() {
      for (const guard of guards.values()) guard.close();
    },
  };
}

const NOT_CONFIGURED: NotConfigured = { kind: 'not-configured' };

/** What a call of several came to, for the lane: its own failure, or the worst of its items. */
function worstOf(batch: BatchOutcome<Outcome>): Outcome {
  if (batch.kind === 'undivided') return batch.outcome;
  return (
    batch.outcomes.find(({ kind }) => kind === 'unknown' || kind === 'drift') ??
    batch.outcomes.find(({ kind }) => kind === 'not-sent') ??
    batch.outcomes[0] ??
    unknown('unreadable')
  );
}

/** They answered, if only that they take no such question: one input may be why. */
const mayBeOneInput = (answer: QueryAnswer): boolean =>
  answer.kind === 'rejected' ||
  answer.kind === 'drift' ||
  (answer.kind === 'not-sent' && ruleReason(answer) === 'client-error') ||
  (answer.kind === 'unknown' && (answer.reason === 'server-error' || answer.reason === 'unreadable'));

const held = (why: Held['why'], retryAfterMs: number | null): Held => ({ kind: 'held', why, retryAfterMs });

/** A question changes nothing, so whatever broke on the way may be asked again at once. */
function isBlip(answer: QueryAnswer): boolean {
  return (
    (answer.kind === 'not-sent' && ['connection-refused', 'dns', 'tls'].includes(ruleReason(answer))) ||
    (answer.kind === 'unknown' && ['connection-lost', 'server-error', 'unreadable'].includes(answer.reason))
  );
}
