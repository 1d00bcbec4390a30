import type {
  Adapter,
  AppendedCommand,
  BatchOutcome,
  CallContext,
  CollapsingCommand,
  LanePolicy,
  OperationPolicy,
  Outcome,
  ReadBack,
  SendOutcome,
} from '../../../adapters/adapter.ts';
import { completed, notSent, rejected, unknown } from '../../../adapters/adapter.ts';
import type { DossierSnapshot, Step } from '../../../contracts/domain/dossier.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How the portal takes one call. `delayMs` passes before anything happens. */
export type Behaviour = { readonly delayMs?: number } & (
  | { readonly kind: 'ok' }
  | { readonly kind: 'rejected'; readonly code?: string; readonly answer?: string }
  | { readonly kind: 'not-sent'; readonly reason?: Parameters<typeof notSent>[0]; readonly retryAfterMs?: number }
  /** The answer is lost; `acted` says whether it took effect. */
  | { readonly kind: 'lost'; readonly acted: boolean }
  /** The answer is lost at once, and it takes effect only later. */
  | { readonly kind: 'late'; readonly lateMs: number }
  | { readonly kind: 'throws' }
  /** Does not come back, not even when aborted. */
  | { readonly kind: 'hangs' }
  | { readonly kind: 'undivided'; readonly outcome: Exclude<Outcome, { kind: 'completed' | 'accepted' }> }
  /** Each item by itself. Completed items take effect. */
  | { readonly kind: 'each'; readonly outcome: (key: string) => SendOutcome | undefined }
);

export interface PortalCall {
  readonly n: number;
  readonly operation: string;
  readonly keys: readonly string[];
  readonly at: number;
  endedAt: number | undefined;
  /** Marks of the states that it carried; steps have none. */
  readonly marks: readonly number[];
  readonly steps: readonly string[];
}

interface SnapshotInput {
  readonly dossier: DossierSnapshot;
  readonly known: boolean;
}
interface ProgressInput {
  readonly code: string;
  readonly steps: readonly Step[];
}

export const policy: OperationPolicy = {
  timeoutMs: 1_000,
  quietMs: 5_000,
  inlineTries: 1,
  scheduleMs: [200, 1_000, 4_000],
  giveUpAgeMs: 60_000,
  batchSize: 1,
};
const breaker: LanePolicy['breaker'] = {
  windowMs: 10_000,
  minimumCalls: 1_000_000,
  minimumKeys: 3,
  failureRatio: 0.5,
  openMs: 2_000,
  maxOpenMs: 16_000,
};
export const lane: LanePolicy = { ratePerSecond: 1_000, burst: 1_000, concurrency: 8, breaker, downtime: [] };

/** The number that a test wrote into a snapshot, so that states can be told apart and ordered. */
export const markOf = (dossier: DossierSnapshot): number => Number(dossier.summary ?? 0);

/**
 * A national portal in memory with a script. It keeps what it shows, remembers every call in order, and notes what
 * must never happen: two open sends of one dossier, and an older state taken after a newer one.
 */
export class FakePortal {
  readonly calls: PortalCall[] = [];
  readonly lookups: { readonly key: string; readonly at: number }[] = [];
  readonly shown = new Map<string, DossierSnapshot>();
  /** Marks of the states that were told of dossiers born here. */
  readonly statuses = new Map<string, number>();
  readonly steps = new Map<string, string[]>();
  readonly overlaps: string[] = [];
  readonly regressions: string[] = [];
  readonly stepsTooEarly: string[] = [];
  behave: (call: PortalCall) => Behaviour = () => ({ kind: 'ok' });
  look: (key: string) => Outcome<ReadBack> | undefined | Promise<Outcome<ReadBack>> = () => undefined;
  openCalls = 0;
  mostOpen = 0;
  readonly #open = new Map<string, number>();
  readonly #clock: VirtualClock;
  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  sends(key?: string, operation = 'sync-dossier'): PortalCall[] {
    return this.calls.filter((call) => call.operation === operation && (key === undefined || call.keys.includes(key)));
  }
  mark(key: string): number | undefined {
    const dossier = this.shown.get(key);
    return dossier && markOf(dossier);
  }

  adapter(options: { readonly policy?: Partial<OperationPolicy>; readonly lane?: Partial<LanePolicy> } = {}): Adapter {
    const operation = { ...policy, ...options.policy };
    const lanePolicy = { ...lane, ...options.lane };
    const snapshot: CollapsingCommand<SnapshotInput> = {
      kind: 'collapsing',
      name: 'sync-dossier',
      policy: operation,
      recovery: {
        kind: 'repeatable',
        why: 'a state replaces the one before',
        readBack: ({ dossier }) => this.#look(dossier),
      },
      batch: { key: ({ known }) => (known ? 'update' : 'new'), weight: () => 1, maximumWeight: 100 },
      run: (inputs, context) =>
        this.#take(
          'sync-dossier',
          inputs.map(({ dossier }) => dossier.code),
          context,
          {
            marks: inputs.map(({ dossier }) => markOf(dossier)),
            act: (index) => this.#show(inputs[index]?.dossier),
          },
        ),
    };
    const status: CollapsingCommand<SnapshotInput> = {
      ...snapshot,
      name: 'sync-national-status',
      run: (inputs, context) =>
        this.#take(
          'sync-national-status',
          inputs.map(({ dossier }) => dossier.code),
          context,
          {
            marks: inputs.map(({ dossier }) => markOf(dossier)),
            act: (index) => {
              const dossier = inputs[index]?.dossier;
              if (dossier === undefined) return;
              const before = this.statuses.get(dossier.code) ?? 0;
              if (before > markOf(dossier))
                this.regressions.push(`status of ${dossier.code}: ${markOf(dossier)} after ${before}`);
              this.statuses.set(dossier.code, markOf(dossier));
            },
          },
        ),
    };
    const progress: AppendedCommand<ProgressInput> = {
      kind: 'appended',
      name: 'sync-progress',
      policy: operation,
      recovery: { kind: 'repeatable', why: 'a row is known by time, status and unit' },
      run: (inputs, context) =>
        this.#take(
          'sync-progress',
          inputs.map(({ code }) => code),
          context,
          {
            steps: inputs.flatMap(({ steps }) => steps.map((step) => step.note ?? '')),
            act: (index) => this.#progress(inputs[index]),
          },
        ),
    };
    return {
      system: 'national-portal',
      title: { vi: 'Cổng giả', en: 'Fake portal' },
      assumed: [],
      queries: {},
      commands: { 'sync-dossier': snapshot, 'sync-national-status': status, 'sync-progress': progress },
      callbacks: [],
      lanes: { query: lanePolicy, command: lanePolicy, interactive: lanePolicy },
      probe: async () => completed('here'),
    };
  }

  async #look(dossier: DossierSnapshot): Promise<Outcome<ReadBack>> {
    this.lookups.push({ key: dossier.code, at: this.#clock.now });
    const scripted = await this.look(dossier.code);
    if (scripted !== undefined) return scripted;
    const shown = this.shown.get(dossier.code);
    if (shown === undefined) return completed<ReadBack>('absent');
    return completed<ReadBack>(markOf(shown) === markOf(dossier) ? 'matches' : 'differs');
  }
  #show(dossier: DossierSnapshot | undefined): void {
    if (dossier === undefined) return;
    const before = this.mark(dossier.code);
    if (before !== undefined && before > markOf(dossier))
      this.regressions.push(`${dossier.code}: ${markOf(dossier)} after ${before}`);
    this.shown.set(dossier.code, dossier);
  }
  #progress(input: ProgressInput | undefined): void {
    if (input === undefined) return;
    const taken = this.steps.get(input.code) ?? [];
    this.steps.set(input.code, taken);
    for (const step of input.steps) {
      const note = step.note ?? '';
      if (!(this.shown.get(input.code)?.steps ?? []).some((each) => each.note === note))
        this.stepsTooEarly.push(`${input.code}: ${note}`);
      if (!taken.includes(note)) taken.push(note);
    }
  }

  async #take(
    operation: string,
    keys: readonly string[],
    context: CallContext,
    work: { readonly marks?: number[]; readonly steps?: string[]; readonly act: (index: number) => void },
  ): Promise<BatchOutcome> {
    const call: PortalCall = {
      n: this.calls.length + 1,
      operation,
      keys,
      at: this.#clock.now,
      endedAt: undefined,
      marks: work.marks ?? [],
      steps: work.steps ?? [],
    };
    this.calls.push(call);
    const behaviour = this.behave(call);
    // What hangs is the adapter: the portal never heard of it.
    const end = this.#begin(keys, behaviour.kind !== 'not-sent' && behaviour.kind !== 'hangs');
    const all = (outcome: SendOutcome): BatchOutcome => {
      call.endedAt = this.#clock.now;
      return { kind: 'itemised', outcomes: keys.map(() => outcome) };
    };
    const act = (): void => {
      for (const index of keys.keys()) work.act(index);
    };
    if (behaviour.delayMs !== undefined) {
      const done = this.#clock.wait(behaviour.delayMs);
      if (behaviour.kind === 'hangs') return new Promise(() => {});
      const aborted = await abortedBefore(done, context.signal);
      if (aborted) {
        // The bytes have left: what the portal does with them is its own affair.
        void done.then(() => {
          if (behaviour.kind === 'ok' || (behaviour.kind === 'lost' && behaviour.acted)) act();
          end();
        });
        return all(unknown('timeout'));
      }
    }
    switch (behaviour.kind) {
      case 'ok':
        act();
        end();
        return all(completed('done'));
      case 'rejected':
        if (behaviour.answer !== undefined) context.keep(behaviour.answer);
        end();
        return all(rejected(behaviour.code ?? '42', 'the portal says no'));
      case 'not-sent':
        end();
        return all(notSent(behaviour.reason ?? 'connection-refused', behaviour.retryAfterMs));
      case 'lost':
        if (behaviour.acted) act();
        end();
        return all(unknown('connection-lost'));
      case 'late':
        void this.#clock.wait(behaviour.lateMs).then(() => {
          act();
          end();
        });
        return all(unknown('timeout'));
      case 'throws':
        end();
        throw new Error('a fault in the adapter');
      case 'hangs':
        return new Promise(() => {});
      case 'undivided':
        end();
        call.endedAt = this.#clock.now;
        return { kind: 'undivided', outcome: behaviour.outcome };
      case 'each': {
        const outcomes = keys.map(behaviour.outcome);
        for (const [index, outcome] of outcomes.entries()) if (outcome?.kind === 'completed') work.act(index);
        end();
        call.endedAt = this.#clock.now;
        // A faulty adapter may have nothing to say of an item.
        return { kind: 'itemised', outcomes: outcomes as SendOutcome[] };
      }
    }
  }

  /** From here until the answer is called these dossiers have an open send. */
  #begin(keys: readonly string[], arrives: boolean): () => void {
    if (!arrives) return () => {};
    this.openCalls += 1;
    this.mostOpen = Math.max(this.mostOpen, this.openCalls);
    for (const key of keys) {
      if ((this.#open.get(key) ?? 0) > 0) this.overlaps.push(key);
      this.#open.set(key, (this.#open.get(key) ?? 0) + 1);
    }
    return () => {
      this.openCalls -= 1;
      for (const key of keys) this.#open.set(key, (this.#open.get(key) ?? 1) - 1);
    };
  }
}

function abortedBefore(done: Promise<void>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(true);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(true), { once: true });
    void done.then(() => resolve(false));
  });
}
