import type { SubjectKey, Vault } from '../../crypto/vault.ts';
import { newId, type Platform, pause } from '../../platform.ts';
import type { Engine, Statement } from '../../store/engine.ts';
import { untilTokenMs } from '../../token-bucket.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { downtimeEnd } from '../rules/downtime.ts';
import type { Claimed } from '../sending/claim-statements.ts';
import { boundsOf } from '../sending/lane-runner.ts';
import { laneName } from '../sending/lanes.ts';
import type { Held } from '../sending/query.ts';
import type { Result } from '../sending/settle.ts';
import type { CommandEntry, System, Systems } from '../systems.ts';
import type { ActKey, HeldAct } from './act-key.ts';
import { type BegunRow, beginAct, type JudgedBy, type StandingRow, standing } from './begin-statements.ts';
import { INPUT_PURPOSE } from './sealed-input.ts';

/** An act as its room has judged and prepared it: nothing after the commit may fail for a reason seen here. */
export interface ActPlan {
  /** Ours, random, never a counter: what they are asked by. */
  readonly reference: string;
  /** The room's resource, from which every answer is made. */
  readonly resource: string;
  /** Everything of the wire message that is ours to fix: times, texts, the reference. */
  readonly input: unknown;
  /** Whose data it is; made with the act where it is new. */
  readonly subject: SubjectKey & { readonly kind: string };
  /** The row by whose version it was judged; absent where acts need no order between them. */
  readonly judgedBy?: JudgedBy;
  /** The room's own, each writing only where the stream `stream` carries `token`. */
  statements(begun: {
    readonly stream: string;
    readonly exchange: string;
    readonly token: string;
  }): readonly Statement[];
}

export interface ActRequest<Refusal> {
  readonly system: string;
  readonly operation: string;
  readonly actor: string;
  readonly key: ActKey;
  /** What was begun under the key already. */
  readonly held: HeldAct | undefined;
  /** Judges and prepares; asked again where what it was judged by moved on. The room's "no" ends it. */
  prepare(): Promise<ActPlan | { readonly refused: Refusal }>;
}

/** How it stands when the person is answered. */
export type ActAnswer<Refusal> =
  /** Its outcome is settled: `delivered`, `rejected` with their code, or `cancelled` (surely not done). */
  | {
      readonly kind: 'settled';
      readonly resource: string;
      readonly state: 'delivered' | 'rejected' | 'cancelled' | 'dead';
      readonly cause: string | null;
      readonly code: string | null;
      /** Of what was cancelled: not to be tried again before this many milliseconds. */
      readonly retryAfterMs: number;
    }
  /** It goes on, or may have taken effect and is asked about. */
  | { readonly kind: 'open'; readonly resource: string; readonly uncertain: boolean }
  /** Nothing was begun: the lane has no room, or is closed. */
  | { readonly kind: 'held'; readonly why: Held['why']; readonly retryAfterMs: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Another request with this key is just beginning it. */
  | { readonly kind: 'running' }
  | { readonly kind: 'not-configured' };

/** The end of a wait. */
interface Bound {
  readonly over: Promise<undefined>;
  isOver(): boolean;
}

/** Acts that a person waits for: recorded first, sent inside the request's time, and afterwards only asked about. */
export interface InteractiveActs {
  perform<Refusal>(request: ActRequest<Refusal>): Promise<ActAnswer<Refusal>>;
}

/** How often the lane is looked at for room, and an act of another process for its end. */
const LOOK_EVERY_MS = 250;
/** Where others were quicker, judged anew after at most this long: not all of them at once. */
const JUDGED_AGAIN_MS = 50;
const DEFAULT_RETRY_MS = 5_000;
const FINAL: ReadonlySet<string> = new Set(['delivered', 'rejected', 'cancelled', 'dead']);

export function createInteractiveActs(parts: {
  readonly engine: Engine;
  readonly platform: Platform;
  readonly vault: Vault;
  readonly systems: Systems;
  readonly dispatcher: Pick<Dispatcher, 'take' | 'stopped'>;
  /** Names this process. */
  readonly owner: string;
}): InteractiveActs {
  const { engine, platform, vault, systems } = parts;
  /** Acts under way in this process. */
  const underWay = new Map<string, Promise<readonly Result[]>>();
  /** Elapsed time, by a timer: a step of the clock neither prolongs nor shortens what a person waits. */
  function boundOf(ms: number): Bound {
    let isOver = ms <= 0;
    const over = new Promise<undefined>((resolve) => {
      platform.after(Math.max(0, ms), () => {
        isOver = true;
        resolve(undefined);
      });
    });
    return { over, isOver: () => isOver };
  }

  /** W: waits for its end until `bound`, reading only. */
  async function wait(held: HeldAct, bound: Bound): Promise<ActAnswer<never>> {
    const { resource, exchange } = held;
    const here = underWay.get(exchange);
    const results = here && (await Promise.race([here, bound.over]));
    const outcome = results?.find(({ item }) => item.id === exchange)?.outcome;
    for (;;) {
      const [row] = await engine.all<StandingRow>(standing(exchange));
      // Answers are made from the room's resource: before the room has its end, it goes on.
      if (row !== undefined && FINAL.has(row.state) && row.told === 1) {
        return {
          kind: 'settled',
          resource,
          state: row.state as Extract<ActAnswer<never>, { kind: 'settled' }>['state'],
          cause: row.cause,
          code: row.code,
          retryAfterMs: (outcome?.kind === 'not-sent' ? outcome.retryAfterMs : undefined) ?? DEFAULT_RETRY_MS,
        };
      }
      // What is in doubt is silent for their longest processing time: nobody waits for that.
      if (row === undefined || row.in_doubt === 1) return { kind: 'open', resource, uncertain: true };
      if (bound.isOver()) return { kind: 'open', resource, uncertain: false };
      await pause(platform, LOOK_EVERY_MS);
    }
  }

  /** P and A: what could be seen to fail is seen before the commit. */
  async function tryToBegin(
    request: Pick<ActRequest<unknown>, 'operation' | 'actor' | 'key'>,
    system: System,
    plan: ActPlan,
  ): Promise<{ readonly held: HeldAct; readonly row: BegunRow | undefined; send(): void }> {
    const entry = systems.command(system.name, request.operation) as CommandEntry;
    const lane = laneName(system.name, 'interactive');
    const { leaseMs, callMs } = boundsOf(systems, system.name, 'interactive');
    const exchange = newId(platform, 'x');
    const call = newId(platform, 'call');
    const token = newId(platform, 't');
    const stream = `${system.name}:${plan.reference}`;
    const [payload = ''] = await vault.seal([
      { subject: plan.subject, purpose: INPUT_PURPOSE, row: exchange, text: JSON.stringify(plan.input) },
    ]);
    const [hash = ''] = await vault.digest([payload]);
    const deadlineAt = platform.steady() + callMs;
    const rows = await engine.batch(
      beginAct({
        ...{ lane, system: system.name, operation: request.operation, reference: plan.reference },
        ...{ resource: plan.resource, exchange, call, subject: plan.subject, payload, hash, actor: request.actor },
        ...{ owner: parts.owner, leaseMs, judgedBy: plan.judgedBy, key: request.key, token },
        statements: plan.statements({ stream, exchange, token }),
      }),
    );
    const row = rows.at(-1)?.[0] as unknown as BegunRow | undefined;
    const item: Claimed = {
      ...{ stream, system: system.name, key: plan.reference, epoch: 1 },
      ...{ doubt: 'none', suspect: 0, sent_version: 0, id: exchange, seq: 1, operation: request.operation },
      ...{ kind: 'act', version: null, part: null, subject: plan.subject.id, payload, attempts: 0, tried_ms: 0 },
      ...{ accepted_at: row?.at ?? 0, aside: 0, claimed_from: 'pending' },
    };
    const composed = { input: plan.input, version: null, subject: plan.subject };
    return {
      held: { resource: plan.resource, exchange },
      row,
      send() {
        const probe = row?.breaker !== 'closed';
        const sending = parts.dispatcher
          .take({ entry, lane, ready: [{ item, composed }], probe, recorded: call, followedBy: [], deadlineAt })
          .finally(() => underWay.delete(exchange));
        underWay.set(exchange, sending);
      },
    };
  }

  /** Begins it as soon as the lane has room, until `bound`. */
  async function begin<Refusal>(
    request: Omit<ActRequest<Refusal>, 'held'>,
    system: System,
    bound: Bound,
  ): Promise<HeldAct | ActAnswer<Refusal>> {
    let plan: ActPlan | undefined;
    for (;;) {
      if (plan === undefined) {
        const prepared = await request.prepare();
        if ('refused' in prepared) return { kind: 'refused', refusal: prepared.refused };
        plan = prepared;
      }
      const closedUntil = downtimeEnd(system.lanes?.interactive.downtime ?? [], platform.wall());
      if (closedUntil !== undefined)
        return { kind: 'held', why: 'downtime', retryAfterMs: closedUntil - platform.wall() };
      // What begins now would be cut off: whoever stops asks its callers to come again.
      if (parts.dispatcher.stopped) return { kind: 'held', why: 'busy', retryAfterMs: DEFAULT_RETRY_MS };
      const { held, row, send } = await tryToBegin(request, system, plan);
      if (row?.begun === 1) {
        send();
        return held;
      }
      if (row?.room === 1) {
        // The key is another's, or what it was judged by moved on.
        if (bound.isOver()) return { kind: 'running' };
        plan = undefined;
        await pause(platform, JUDGED_AGAIN_MS * platform.random());
        continue;
      }
      const why = heldBy(row);
      if (why.kind === 'held' && why.why !== 'busy') return why;
      if (bound.isOver()) return why;
      await pause(platform, LOOK_EVERY_MS);
    }
  }

  return {
    async perform<Refusal>(request: ActRequest<Refusal>): Promise<ActAnswer<Refusal>> {
      const { key, held } = request;
      const system = systems.get(request.system);
      const entry = systems.command(request.system, request.operation);
      if (system?.adapter === undefined || entry === undefined || !entry.interactive) return { kind: 'not-configured' };
      const bound = boundOf(entry.answerWithinMs - LOOK_EVERY_MS);
      let mine: ActKey = key;
      if (held !== undefined) {
        const answer = await wait(held, bound);
        if (answer.kind !== 'settled' || answer.state !== 'cancelled') return answer;
        const renewed = await key.renew(held);
        if (renewed === undefined) return { kind: 'running' };
        mine = renewed;
      }
      let begun: HeldAct | Awaited<ReturnType<typeof begin<Refusal>>> | undefined;
      try {
        // Long enough for one request to be answered within the time that the person waits.
        begun = await begin({ ...request, key: mine }, system, boundOf(entry.answerWithinMs - entry.policy.timeoutMs));
      } finally {
        if (mine !== key && (begun === undefined || 'kind' in begun)) await mine.release().catch(() => undefined);
      }
      return 'kind' in begun ? begun : wait(begun, bound);
    },
  };
}

function heldBy(row: BegunRow | undefined): Extract<ActAnswer<never>, { kind: 'held' }> {
  const held = (why: Held['why'], retryAfterMs: number) => ({ kind: 'held', why, retryAfterMs }) as const;
  if (row === undefined || row.paused_reason !== null) return held('paused', 60_000);
  if (row.open_until > row.now) return held('breaker-open', row.open_until - row.now);
  if (row.not_before > row.now) return held('slowed-down', row.not_before - row.now);
  return held('busy', untilTokenMs(row.tokens, row.rate) || LOOK_EVERY_MS * 4);
}
