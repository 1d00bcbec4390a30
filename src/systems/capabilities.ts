import type { System, Systems } from '../delivery/systems.ts';

export interface Capabilities {
  readonly operations: readonly {
    readonly name: string;
    readonly kind: 'query' | 'interactive' | 'queued';
    /** What happens after an unknown outcome; null of a query. */
    readonly recovery: 'repeatable' | 'confirm' | 'manual' | null;
    readonly why: string | null;
    readonly readsBack: boolean;
    readonly timeoutMs: number;
    readonly batchSize: number;
  }[];
  readonly callbacks: readonly {
    readonly path: string;
    readonly kind: 'tell' | 'ask';
    readonly methods: readonly ('GET' | 'POST')[];
    readonly verifier: 'signature' | 'shared-key' | 'peer' | 'query';
    readonly maximumBytes: number;
  }[];
  /** What rests on an assumption and not on a confirmed wire fact. */
  readonly assumed: readonly string[];
}

/** What can be asked of a system and what it may send us, as its adapter declares it. Nothing where it is not configured. */
export function capabilitiesOf(system: System, systems: Systems): Capabilities {
  const { adapter, name } = system;
  if (adapter === undefined) return { operations: [], callbacks: [], assumed: [] };
  const queries = Object.keys(adapter.queries).flatMap((query) => {
    const entry = systems.query(name, query);
    if (entry === undefined) return [];
    const { timeoutMs } = entry.policy;
    return [
      {
        name: query,
        kind: 'query' as const,
        recovery: null,
        why: null,
        readsBack: false,
        timeoutMs,
        batchSize: entry.operation.kind === 'query' ? 1 : entry.policy.batchSize,
      },
    ];
  });
  const commands = Object.keys(adapter.commands).flatMap((command) => {
    const entry = systems.command(name, command);
    if (entry === undefined) return [];
    const { recovery } = entry.operation;
    return [
      {
        name: command,
        kind: entry.interactive ? ('interactive' as const) : ('queued' as const),
        recovery: recovery.kind,
        why: recovery.kind === 'confirm' ? null : recovery.why,
        readsBack: entry.canReadBack,
        timeoutMs: entry.policy.timeoutMs,
        batchSize: entry.policy.batchSize,
      },
    ];
  });
  return {
    operations: [...queries, ...commands],
    callbacks: adapter.callbacks.map(({ path, kind, methods, verifier, maximumBytes }) => ({
      path,
      kind,
      methods: [...methods],
      verifier: verifier.kind,
      maximumBytes,
    })),
    assumed: [...adapter.assumed],
  };
}
