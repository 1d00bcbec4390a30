import type {
  Adapter,
  BatchQueryOperation,
  CommandOperation,
  LaneClass,
  LanePolicy,
  OperationPolicy,
  QueryOperation,
} from '../../adapters/adapter.ts';
import { lanePolicy, operationPolicy, type PolicyOverride } from './rules/policy.ts';
import type { Recoverability } from './rules/settlement.ts';

/** One system as delivery sees it: its adapter (absent while not configured) and the policies in force. */
export interface System {
  readonly name: string;
  readonly title: { readonly vi: string; readonly en: string };
  /** Undefined: not configured. What is asked of it meanwhile is accepted and held. */
  readonly adapter: Adapter | undefined;
  readonly lanes: Readonly<Record<LaneClass, LanePolicy>> | undefined;
  /** Its lanes are made and ended while the process runs, one a receiver, instead of one a class. */
  readonly ownLanes: boolean;
  /** What happens to it is no news: it raises no events. */
  readonly quiet: boolean;
}

export interface CommandEntry<Operation = CommandOperation<unknown>> extends Recoverability {
  readonly system: string;
  readonly operation: Operation;
  /** Of an act that a person waits for: how long, milliseconds; always longer than one request may take. */
  readonly answerWithinMs: number;
}
export interface QueryEntry {
  readonly operation: QueryOperation<unknown> | BatchQueryOperation<unknown>;
  readonly policy: OperationPolicy;
}

export interface Systems {
  readonly all: readonly System[];
  get(name: string): System | undefined;
  command(system: string, operation: string): CommandEntry | undefined;
  query(system: string, operation: string): QueryEntry | undefined;
}

export interface SystemEntry {
  readonly name: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly adapter?: Adapter | undefined;
  readonly override?: PolicyOverride | undefined;
  readonly ownLanes?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

export function createSystems(entries: readonly SystemEntry[]): Systems {
  const commands = new Map<string, CommandEntry>();
  const queries = new Map<string, QueryEntry>();
  const all = entries.map((entry): System => {
    const override = entry.override ?? {};
    const { adapter } = entry;
    refuseMisnamed(entry);
    for (const operation of Object.values(adapter?.commands ?? {})) {
      // An operation's own schema is known only to itself and to the room that composes for it.
      const open = operation as unknown as CommandOperation<unknown>;
      const policy = operationPolicy(open.policy, open.name, override);
      refuseHasty(`${entry.name}/${open.name}`, open, policy);
      commands.set(`${entry.name}/${open.name}`, {
        system: entry.name,
        operation: open,
        recovery: open.recovery.kind,
        canReadBack: open.kind === 'collapsing' && open.recovery.readBack !== undefined,
        interactive: open.kind === 'act' && open.mode === 'interactive',
        answerWithinMs: answerWithin(open, policy.timeoutMs),
        policy,
      });
    }
    for (const operation of Object.values(adapter?.queries ?? {}))
      queries.set(`${entry.name}/${operation.name}`, {
        operation: operation as unknown as QueryEntry['operation'],
        policy: operationPolicy(operation.policy, operation.name, override),
      });
    return {
      name: entry.name,
      title: entry.title,
      adapter,
      lanes:
        adapter === undefined || entry.ownLanes === true
          ? undefined
          : {
              query: lanePolicy(adapter, 'query', override),
              command: lanePolicy(adapter, 'command', override),
              interactive: lanePolicy(adapter, 'interactive', override),
            },
      ownLanes: entry.ownLanes === true,
      quiet: entry.quiet === true,
    };
  });
  return {
    all,
    get: (name) => all.find((system) => system.name === name),
    command: (system, operation) => commands.get(`${system}/${operation}`),
    query: (system, operation) => queries.get(`${system}/${operation}`),
  };
}

/** Two names for one operation would be met by each half of the gateway under another. */
function refuseMisnamed({ name, adapter }: SystemEntry): void {
  for (const [key, operation] of Object.entries({ ...adapter?.queries, ...adapter?.commands }))
    if (operation.name !== key) throw new Error(`${name}: the operation ${operation.name} is listed as ${key}`);
}

/** Asked while they may still be at it, they deny what takes effect a moment later; another then makes it two. */
function refuseHasty(name: string, { kind, recovery }: CommandOperation<unknown>, policy: OperationPolicy): void {
  if (kind === 'act' && recovery.kind === 'confirm' && policy.quietMs < policy.timeoutMs)
    throw new Error(
      `${name}: quietMs is ${policy.quietMs}, and an act that they are asked about is left alone at least timeoutMs, ${policy.timeoutMs}`,
    );
}

/** What a person waits beyond one request, at least. */
const ANSWER_MARGIN_MS = 1_000;

const answerWithin = (operation: CommandOperation<unknown>, timeoutMs: number): number =>
  operation.kind === 'act' && operation.mode === 'interactive'
    ? Math.max(operation.answerWithinMs, timeoutMs + ANSWER_MARGIN_MS)
    : 0;
