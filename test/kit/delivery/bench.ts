import type { LanePolicy, OperationPolicy } from '../../../adapters/adapter.ts';
import type { DossierSnapshot } from '../../../contracts/domain/dossier.ts';
import { vietnamTime } from '../../../contracts/domain/time.ts';
import type { Vault } from '../../../src/crypto/vault.ts';
import { createDispatcher, type Dispatcher } from '../../../src/delivery/dispatcher.ts';
import type { PolicyOverride } from '../../../src/delivery/rules/policy.ts';
import { createLanes, type Lanes } from '../../../src/delivery/sending/lanes.ts';
import { createSystems } from '../../../src/delivery/systems.ts';
import { createAccept } from '../../../src/dossiers/accept.ts';
import type { Acceptance, AcceptCommand } from '../../../src/dossiers/acceptance.ts';
import { dossierOperations } from '../../../src/dossiers/compose.ts';
import { createPeerSessions } from '../../../src/peer-sessions/peer-sessions.ts';
import { type Engine, type Row, type SqlValue, sql } from '../../../src/store/engine.ts';
import { migrate } from '../../../src/store/migrations/migrate.ts';
import { checkCounts } from '../counts.ts';
import { checkEvents } from '../events.ts';
import { checkJournal } from '../journal-check.ts';
import { smallTexts } from '../small-texts.ts';
import { openStore } from '../store.ts';
import { FakePortal } from './fake-portal.ts';
import { plainVault } from './plain-vault.ts';
import { platformOf, seeded, VirtualClock } from './virtual-clock.ts';
import { type BreaksWhen, watchedStore } from './watched-store.ts';

export interface BenchOptions {
  readonly policy?: Partial<OperationPolicy>;
  readonly lane?: Partial<LanePolicy>;
  readonly override?: PolicyOverride;
  readonly seed?: number;
  /** False: the portal is not configured. */
  readonly configured?: boolean;
  readonly file?: string;
  /** What the store takes in one text at most, where that is less than usual. */
  readonly textBytes?: number;
  /** One that seals; without it what is kept can be seen. */
  readonly vault?: Vault;
}

/** One process of the gateway on the bench's store. */
export interface Process {
  readonly dispatcher: Dispatcher;
  readonly lanes: Lanes;
  accept(command: AcceptCommand): Promise<Acceptance>;
  /** As SIGKILL does: nothing of it runs on, and what it had asked of the store and the wire goes its own way. */
  kill(): void;
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly portal: FakePortal;
  readonly engine: Engine;
  /** What was counted as ended or in doubt. */
  readonly counted: { readonly system: string; readonly state: string; readonly cause: string | null }[];
  readonly notices: { readonly level: string; readonly message: string; readonly fields: object }[];
  /** Makes the next batches fail with this, until it is unset. */
  breakStore(error: Error | undefined, when?: BreaksWhen): void;
  /** `background: false`: it only takes over, and is driven by `dispatcher.drain`. */
  start(
    options?: Pick<BenchOptions, 'configured' | 'policy' | 'lane' | 'override'> & { readonly background?: boolean },
  ): Promise<Process>;
  idle(): Promise<void>;
  advance(ms: number): Promise<void>;
  rows<R extends object = Row>(text: string, ...params: SqlValue[]): Promise<R[]>;
  states(code: string): Promise<string[]>;
  close(): Promise<void>;
}

/** The delivery engine with its real SQL on SQLite in memory, on a clock that stands still, against a fake portal. */
export async function createBench(options: BenchOptions = {}): Promise<Bench> {
  const clock = new VirtualClock();
  const portal = new FakePortal(clock);
  const random = seeded(options.seed ?? 1);
  const opened = await openStore({
    ...(options.file && { file: options.file }),
    wallMs: () => clock.wall,
    steadyMs: () => clock.now,
  });
  const store = options.textBytes === undefined ? opened : smallTexts(opened, options.textBytes).engine;
  await migrate(store);
  const vault = options.vault ?? plainVault();
  const counted: { system: string; state: string; cause: string | null }[] = [];
  const notices: { level: string; message: string; fields: object }[] = [];
  const processes: { kill(): void; dispatcher: Dispatcher }[] = [];
  const watched = watchedStore(store);
  const { engineOf, idle } = watched;

  return {
    clock,
    portal,
    engine: store,
    notices,
    counted,
    breakStore(error, when = () => true) {
      watched.break(error && { error, when });
    },
    async start(own = {}) {
      const platform = platformOf(clock, random);
      let dead = false;
      const engine = engineOf(() => dead);
      const title = { vi: 'Cổng giả', en: 'Fake portal' };
      const configured = own.configured ?? options.configured ?? true;
      const systems = createSystems([
        {
          name: 'national-portal',
          title,
          adapter: configured
            ? portal.adapter({
                policy: { ...options.policy, ...own.policy },
                lane: { ...options.lane, ...own.lane },
              })
            : undefined,
          override: own.override ?? options.override,
        },
      ]);
      const lanes = createLanes(engine);
      const dispatcher = createDispatcher({
        engine,
        platform,
        systems,
        lanes,
        vault,
        operations: dossierOperations({ engine, vault, filled: () => [] }),
        transport: { send: () => Promise.reject(new Error('no wire')) },
        sessions: createPeerSessions({ engine, platform, vault }),
        observer: {
          call: () => {},
          settled: (each) => void counted.push(each),
          notice: (level, message, fields) => notices.push({ level, message, fields }),
        },
        owner: `process-${processes.length + 1}`,
      });
      const accept = createAccept({ engine, vault, platform, wake: (name) => dispatcher.wake(name) });
      await (own.background === false ? dispatcher.begin() : dispatcher.start());
      const process: Process = {
        dispatcher,
        lanes,
        accept,
        kill() {
          dead = true;
          platform.kill();
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
    states: async (code) =>
      (
        await store.all<{ operation: string; state: string }>(
          sql(
            `select x.operation, x.state from exchange x join stream s on s.id = x.stream where s.key = ?1 order by x.seq`,
            code,
          ),
        )
      ).map(({ operation, state }) => (operation === 'sync-dossier' ? state : `${operation} ${state}`)),
    async close() {
      for (const process of processes) process.kill();
      await idle();
      await checkCounts(store)
        .then(() => checkEvents(store))
        .then(() => checkJournal(store, { held: false }))
        .finally(() => store.close());
    },
  };
}

const FIRST = Date.UTC(2026, 4, 1);

/** A snapshot whose place in the order and whose content is `mark`. */
export function snapshotOf(code: string, mark: number, more: Partial<DossierSnapshot> = {}): DossierSnapshot {
  const at = vietnamTime(FIRST + mark * 1_000);
  return {
    code,
    updatedAt: at,
    procedure: { code: '1.001193' },
    agency: { code: 'H02.15.03' },
    channel: 'online',
    status: 'processing',
    summary: String(mark),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn Mẫu' },
    receivedAt: vietnamTime(FIRST),
    ...more,
  };
}

export const stepOf = (n: number) => ({
  at: vietnamTime(FIRST + n * 60_000),
  status: 'processing' as const,
  unit: 'Bộ phận Một cửa',
  note: `step ${n}`,
});

export const put = (code: string, mark: number, more: Partial<DossierSnapshot> = {}): AcceptCommand => ({
  snapshot: snapshotOf(code, mark, more),
  actor: 'province',
  mode: 'send',
});
