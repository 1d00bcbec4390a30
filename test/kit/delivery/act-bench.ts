import type {
  ActCommand,
  Adapter,
  BatchQueryOperation,
  CallContext,
  Confirmation,
  Outcome,
} from '../../../adapters/adapter.ts';
import {
  applied,
  cannotTell,
  completed,
  notApplied,
  notSent,
  rejected,
  taken,
  unknown,
} from '../../../adapters/adapter.ts';
import { sealJson } from '../../../src/crypto/subject-keys.ts';
import { type ActAnswer, createInteractiveActs } from '../../../src/delivery/acts/interactive.ts';
import { enqueueActs, sealAct } from '../../../src/delivery/acts/queued.ts';
import { INPUT_PURPOSE, sealedInput } from '../../../src/delivery/acts/sealed-input.ts';
import { createDispatcher, type Dispatcher } from '../../../src/delivery/dispatcher.ts';
import type { RoomOperation } from '../../../src/delivery/operations.ts';
import { createLanes, type Lanes } from '../../../src/delivery/sending/lanes.ts';
import { createQueries } from '../../../src/delivery/sending/query.ts';
import { createSystems, type Systems } from '../../../src/delivery/systems.ts';
import { createWatches, type RoomWatch, type Watches } from '../../../src/delivery/watches/watches.ts';
import { createInterventions, type Interventions } from '../../../src/exchanges/interventions/interventions.ts';
import { createPeerSessions } from '../../../src/peer-sessions/peer-sessions.ts';
import { createIdempotency, type Idempotency } from '../../../src/routes/idempotency.ts';
import { type Engine, type Row, type SqlValue, type Statement, sql } from '../../../src/store/engine.ts';
import { endAllLeases } from '../../../src/store/lease.ts';
import { migrate } from '../../../src/store/migrations/migrate.ts';
import { checkCounts } from '../counts.ts';
import { checkEvents } from '../events.ts';
import { openStore } from '../store.ts';
import { lane, policy } from './fake-portal.ts';
import { plainVault } from './plain-vault.ts';
import { platformOf, seeded, VirtualClock } from './virtual-clock.ts';
import { watchedStore } from './watched-store.ts';

/** How the bureau takes a send. `delayMs` passes before it acts. */
export type Taking = { readonly delayMs?: number } & (
  | { readonly kind: 'ok' | 'no' | 'throws' }
  | { readonly kind: 'accepts'; readonly ticket?: string }
  | { readonly kind: 'not-sent'; readonly reason?: Parameters<typeof notSent>[0]; readonly retryAfterMs?: number }
  | { readonly kind: 'lost'; readonly acted: boolean }
  | { readonly kind: 'late'; readonly lateMs: number }
);

export const BUREAU = 'bureau';

/** A system of acts in memory. It counts its effects by our reference, so that a second one is seen. */
export class FakeBureau {
  readonly effects = new Map<string, number>();
  readonly sends: { readonly ref: string; readonly at: number }[] = [];
  readonly asks: { readonly ref: string; readonly at: number }[] = [];
  readonly lookups: string[][] = [];
  readonly results = new Map<string, Outcome>();
  take: (ref: string, n: number) => Taking = () => ({ kind: 'ok' });
  confirm: ((ref: string) => Outcome<Confirmation>) | undefined;
  #open = 0;
  mostOpen = 0;
  readonly #clock: VirtualClock;
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }
  most(): number {
    return Math.max(0, ...this.effects.values());
  }
  #act(ref: string): void {
    this.effects.set(ref, (this.effects.get(ref) ?? 0) + 1);
  }
  async #send(ref: string, context: CallContext): Promise<Outcome> {
    this.sends.push({ ref, at: this.#clock.now });
    this.#open += 1;
    this.mostOpen = Math.max(this.mostOpen, this.#open);
    try {
      const how = this.take(ref, this.sends.length);
      if (how.delayMs !== undefined) {
        const done = this.#clock.wait(how.delayMs);
        const aborted = await Promise.race([done.then(() => false), abortOf(context.signal)]);
        if (aborted) return unknown('timeout');
      }
      switch (how.kind) {
        case 'ok':
          this.#act(ref);
          return completed({ page: `page of ${ref}` });
        case 'accepts':
          this.#act(ref);
          return { kind: 'accepted', ref: how.ticket ?? `ticket-${ref}` };
        case 'no':
          return rejected('17', 'không được');
        case 'not-sent':
          return notSent(how.reason ?? 'connection-refused', how.retryAfterMs);
        case 'lost':
          if (how.acted) this.#act(ref);
          return unknown('connection-lost');
        case 'late':
          void this.#clock.wait(how.lateMs).then(() => this.#act(ref));
          return unknown('timeout');
        case 'throws':
          throw new Error('a fault in the adapter');
      }
    } finally {
      this.#open -= 1;
    }
  }
  async #ask(ref: string, later: boolean): Promise<Outcome<Confirmation>> {
    this.asks.push({ ref, at: this.#clock.now });
    const scripted = this.confirm?.(ref);
    if (scripted !== undefined) return scripted;
    if (!this.effects.has(ref)) return completed(notApplied);
    return completed(later ? taken(`ticket-${ref}`) : applied({ page: `page of ${ref}` }));
  }

  adapter(): Adapter {
    const base = { kind: 'act', policy } as const;
    const refOf = (input: { readonly ref: string }): string => input.ref;
    const open: ActCommand<{ readonly ref: string }, unknown> = {
      ...base,
      name: 'open',
      mode: 'interactive',
      answerWithinMs: 3_000,
      recovery: { kind: 'confirm', confirm: (input) => this.#ask(refOf(input), false) },
      run: (input, context) => this.#send(refOf(input), context) as never,
    };
    const submit: ActCommand<{ readonly ref: string }, unknown> = {
      ...base,
      name: 'submit',
      mode: 'queued',
      later: { query: 'results', scheduleMs: [1_000, 5_000], forMs: 60_000 },
      recovery: { kind: 'confirm', confirm: (input) => this.#ask(refOf(input), true) },
      run: (input, context) => this.#send(refOf(input), context),
    };
    const byHand: ActCommand<{ readonly ref: string }, unknown> = {
      ...base,
      name: 'by-hand',
      mode: 'queued',
      recovery: { kind: 'manual', why: 'they cannot be asked' },
      run: (input, context) => this.#send(refOf(input), context) as never,
    };
    const again: ActCommand<{ readonly ref: string }, unknown> = {
      ...base,
      name: 'again',
      mode: 'queued',
      recovery: { kind: 'repeatable', why: 'they know our reference' },
      run: (input, context) => this.#send(refOf(input), context) as never,
    };
    const results: BatchQueryOperation<string, unknown> = {
      kind: 'batch-query',
      name: 'results',
      policy: { ...policy, batchSize: 3 },
      run: async (refs) => {
        this.lookups.push([...refs]);
        if (refs.some((ref) => ref.includes('malformed'))) return { kind: 'undivided', outcome: rejected('5', 'no') };
        return { kind: 'itemised', outcomes: refs.map((ref) => this.results.get(ref) ?? completed('pending')) };
      },
    };
    return {
      system: BUREAU,
      title: { vi: 'Văn phòng giả', en: 'Fake bureau' },
      assumed: [],
      queries: { results },
      commands: { open, submit, 'by-hand': byHand, again },
      callbacks: [],
      lanes: { query: lane, command: lane, interactive: lane },
      probe: async () => completed('here'),
    };
  }
}

const abortOf = (signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(true), { once: true }));

/** One process of the gateway with a room of things. */
export interface ActProcess {
  readonly dispatcher: Dispatcher;
  readonly lanes: Lanes;
  readonly watches: Watches;
  readonly systems: Systems;
  readonly interventions: Interventions;
  readonly idempotency: Idempotency;
  /** As the route of an interactive act does, under an idempotency key. */
  open(key: string, options?: { readonly body?: string }): Promise<ActAnswer<string> | 'still-running' | 'mismatch'>;
  /** As a room's own use case does. */
  submit(operation: 'submit' | 'by-hand' | 'again', ref: string): Promise<string>;
  kill(): void;
  readonly dead: boolean;
}

/** A room of things, and the engine around it, on a clock that stands still. */
export interface ActBench {
  readonly clock: VirtualClock;
  readonly bureau: FakeBureau;
  readonly engine: Engine;
  readonly notices: { readonly level: string; readonly message: string; readonly fields: object }[];
  /** Makes the room's own statements of a settlement fail while it is true, or have them written over a moved version. */
  room: 'well' | 'throws' | 'fails' | 'moved';
  breakStore(error: Error | undefined, when?: (statements: readonly Statement[]) => boolean): void;
  /** A process; `dies` kills it at one of its commits, before or after that is on disk. */
  start(dies?: { readonly at: number; readonly when: 'before' | 'after' }): Promise<ActProcess>;
  idle(): Promise<void>;
  advance(ms: number): Promise<void>;
  rows<R extends object = Row>(text: string, ...params: SqlValue[]): Promise<R[]>;
  close(): Promise<void>;
}

export async function createActBench(): Promise<ActBench> {
  const clock = new VirtualClock();
  const bureau = new FakeBureau(clock);
  const random = seeded(7);
  const store = await openStore({ wallMs: () => clock.wall, steadyMs: () => clock.now });
  await migrate(store);
  await store.batch([
    sql('create table desk (id text primary key, version bigint not null, written_by text not null)'),
    sql(
      `create table thing (reference text primary key, id text not null, exchange text, state text not null, outcome text, answer text, told bigint not null default 0, written_by text not null)`,
    ),
  ]);
  const vault = plainVault();
  const notices: ActBench['notices'] = [];
  const processes: ActProcess[] = [];
  const watched = watchedStore(store);
  const { engineOf, idle } = watched;

  const bench: ActBench = {
    clock,
    bureau,
    engine: store,
    notices,
    room: 'well',
    breakStore(error, when = () => true) {
      watched.break(error && { error, when });
    },
    async start(dies) {
      const platform = platformOf(clock, random);
      let dead = false;
      const die = () => {
        dead = true;
        platform.kill();
      };
      let commits = 0;
      const engine = engineOf(
        () => dead,
        (when) => {
          if (when === 'before') commits += 1;
          if (dies?.at === commits && dies.when === when) die();
        },
      );
      const systems = createSystems([
        { name: BUREAU, title: { vi: 'Văn phòng giả', en: 'Fake bureau' }, adapter: bureau.adapter() },
      ]);
      const owner = `process-${processes.length + 1}`;
      const lanes = createLanes(engine);
      const shared = {
        ...{ engine, platform, systems, lanes, vault, owner },
        transport: { send: () => Promise.reject(new Error('no wire')) },
        sessions: createPeerSessions({ engine, platform, vault }),
        observer: {
          call: () => {},
          settled: () => {},
          notice: (level: string, message: string, fields: object) => void notices.push({ level, message, fields }),
        },
      };
      const room: RoomOperation = {
        compose: sealedInput({ engine, vault }),
        settled: async (settled, token) => {
          if (bench.room === 'throws') throw new Error('the room cannot say');
          const text =
            bench.room === 'fails'
              ? 'update no_such_table set x = 1 where ?1 = ?2 and ?3 = ?4 and ?5 = ?6'
              : `update thing set state = ?3, outcome = ?4, told = told + case when ?3 in ('delivered', 'rejected', 'cancelled', 'dead') then 1 else 0 end, written_by = ?2
                  where reference = ?5 and exists (select 1 from stream s where s.id = ?1 and s.written_by = ?2) and ?6 = 'well'`;
          return {
            statements: settled.map(({ stream, state, outcome, key }) =>
              sql(text, stream, token, state, JSON.stringify(outcome), key, bench.room),
            ),
            tookHold: { table: 'thing', column: 'reference', rowOf: ({ key }) => key },
          };
        },
      };
      const answers: RoomWatch = {
        answered: async (given, token) => {
          const final = given.filter(({ outcome }) => outcome.kind !== 'completed' || outcome.result !== 'pending');
          return {
            closed: new Set(final.map(({ watch }) => watch)),
            statements: final.map(({ watch, exchange, outcome }) =>
              sql(
                `update thing set answer = ?3 where exchange = ?4 and exists (select 1 from watch w where w.id = ?1 and w.written_by = ?2)`,
                watch,
                token,
                JSON.stringify(outcome),
                exchange,
              ),
            ),
          };
        },
        unanswered: async (given, token) =>
          given.map(({ watch, exchange }) =>
            sql(
              `update thing set answer = 'unanswered' where exchange = ?3 and exists (select 1 from watch w where w.id = ?1 and w.written_by = ?2)`,
              watch,
              token,
              exchange,
            ),
          ),
      };
      const dispatcher = createDispatcher({
        ...shared,
        operations: new Map(
          ['open', 'submit', 'by-hand', 'again'].map((name): [string, RoomOperation] => [`${BUREAU}/${name}`, room]),
        ),
      });
      const queries = createQueries(shared);
      const watches = createWatches({ ...shared, queries, watches: new Map([[`${BUREAU}/results`, answers]]) });
      const acts = createInteractiveActs({ ...shared, dispatcher });
      const idempotency = createIdempotency({ engine, platform, vault, instance: owner });
      if (processes.length > 0) {
        await engine.batch([endAllLeases()]);
        await idempotency.freeAbandoned();
      }
      await dispatcher.start();
      await watches.begin();
      for (const loop of watches.loops) loop.start();
      let made = 0;
      const thing = (ref: string, exchange: string, stream: string, token: string) =>
        sql(
          `insert into thing (reference, id, exchange, state, written_by) select ?3, ?3, ?4, 'creating', ?2
            where exists (select 1 from stream s where s.id = ?1 and s.written_by = ?2)`,
          stream,
          token,
          ref,
          exchange,
        );
      const process: ActProcess = {
        dispatcher,
        lanes,
        watches,
        systems,
        idempotency,
        interventions: createInterventions({
          engine,
          platform,
          vault,
          systems,
          filled: () => [],
          wake: (name) => dispatcher.wake(name),
        }),
        async open(key, { body = 'body' } = {}) {
          const begun = await idempotency.begin({ principal: 'p', route: 'open', key }, body);
          if (begun.kind === 'mismatch') return 'mismatch';
          if (begun.kind === 'running' || begun.kind === 'stored') return 'still-running';
          const answer = await acts.perform({
            ...{ system: BUREAU, operation: 'open', actor: 'province' },
            key: begun.kind === 'act' ? begun.key : begun.run.key,
            held: begun.kind === 'act' ? begun.held : undefined,
            prepare: async () => {
              const [row] = await engine.all<{ version: number }>(sql(`select version from desk where id = 'd1'`));
              const [open] = await engine.all(
                sql(`select reference from thing where state in ('creating', 'uncertain', 'delivered') limit 1`),
              );
              if (open !== undefined) return { refused: 'taken' };
              const ref = `${owner}-${++made}`;
              return {
                reference: ref,
                resource: ref,
                input: { ref },
                subject: { ...vault.newSubject(), kind: 'thing' },
                judgedBy: { table: 'desk', column: 'id', row: 'd1', version: row?.version ?? null },
                statements: ({ stream, exchange, token }) => [thing(ref, exchange, stream, token)],
              };
            },
          });
          // A key that cannot be written now frees itself later.
          if (begun.kind === 'run') await begun.run.release().catch(() => {});
          return answer;
        },
        async submit(operation, ref) {
          const token = `t-${ref}`;
          const subject = { ...vault.newSubject(), kind: 'thing' };
          const plan = { system: BUREAU, operation, reference: ref, input: { ref }, subject, actor: 'province' };
          const exchange = `x-${ref}`;
          const payload = (await sealJson(vault, subject, INPUT_PURPOSE, exchange, plan.input)) ?? '';
          const act = { ...(await sealAct({ vault, platform }, plan)), exchange, payload };
          await engine.batch([
            sql(
              `insert into desk (id, version, written_by) values (?1, 1, ?2) on conflict (id) do update set written_by = excluded.written_by`,
              ref,
              token,
            ),
            ...enqueueActs({ acts: [{ ...act, stampedRow: ref }], stampedBy: { table: 'desk', column: 'id' }, token }),
            thing(ref, act.exchange, `${BUREAU}:${ref}`, token),
          ]);
          dispatcher.wake(`${BUREAU}/command`);
          await idle();
          return exchange;
        },
        kill: die,
        get dead() {
          return dead;
        },
      };
      processes.push(process);
      await idle();
      return process;
    },
    idle,
    async advance(ms) {
      const until = clock.now + ms;
      await idle();
      while (clock.step(until)) await idle();
      clock.now = until;
      await idle();
    },
    rows: (text, ...params) => store.all(sql(text, ...params)),
    async close() {
      for (const process of processes) process.kill();
      await idle();
      await checkCounts(store)
        .then(() => checkEvents(store))
        .finally(() => store.close());
    },
  };
  return bench;
}

export const unsure = completed(cannotTell);
