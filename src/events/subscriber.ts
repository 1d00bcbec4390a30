import {
  type Adapter,
  type AppendedCommand,
  type CallContext,
  completed,
  isFault,
  type LanePolicy,
  notSent,
  type OperationPolicy,
  type SendOutcome,
  type Transport,
} from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import { fromFault, fromStatus } from '../../adapters/kit/outcome.ts';
import type { Vault } from '../crypto/vault.ts';
import type { RoomOperations } from '../delivery/operations.ts';
import { type Composer, ERASED } from '../delivery/sending/compose.ts';
import type { SystemEntry } from '../delivery/systems.ts';
import type { OriginRule } from '../room.ts';
import { commands, type Engine, sql } from '../store/engine.ts';
import { readSecrets, SECRETS_PURPOSE } from './secrets.ts';
import { sign } from './signature.ts';

/** The system whose lanes are the receivers of events, one lane and one stream a subscription. */
export const SUBSCRIBER = 'subscriber';
export const DELIVER_EVENT = 'deliver-event';
export const streamOf = (subscription: string): string => `${SUBSCRIBER}:${subscription}`;

export interface DeliverEvent {
  readonly url: string;
  /** `webhook-id`: the event's own id, the same at every try. */
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly string[];
}

const POLICY: OperationPolicy = {
  timeoutMs: 15_000,
  quietMs: 0,
  inlineTries: 1,
  scheduleMs: [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000],
  giveUpAgeMs: 3 * 86_400_000,
  batchSize: 1,
};

/** Of one subscription: its failures are its own and stop nobody else (I9). */
export const SUBSCRIBER_LANE: LanePolicy = {
  ratePerSecond: 500,
  burst: 500,
  concurrency: 1,
  breaker: {
    windowMs: 60_000,
    minimumCalls: 5,
    minimumKeys: 1,
    failureRatio: 0.8,
    openMs: 10_000,
    maxOpenMs: 600_000,
  },
  downtime: [],
};

/** The subscribers as one more system of delivery. `policy` lies over the defaults (tests, configuration). */
export function subscriberSystem(options: {
  readonly mayCall: OriginRule;
  /** Carries calls to addresses that are not listed: it reaches nothing private, whatever a name resolves to. */
  readonly publicTransport: Transport;
  readonly policy?: Partial<OperationPolicy>;
}): SystemEntry {
  const deliver: AppendedCommand<DeliverEvent> = {
    kind: 'appended',
    name: DELIVER_EVENT,
    recovery: { kind: 'repeatable', why: 'a receiver tells repeats by webhook-id' },
    policy: { ...POLICY, ...options.policy },
    run: async ([input], context) => {
      if (input === undefined) return { kind: 'itemised', outcomes: [] };
      return { kind: 'itemised', outcomes: [await post(input, context, options)] };
    },
  };
  const adapter: Adapter = {
    system: SUBSCRIBER,
    title: TITLE,
    assumed: [],
    queries: {},
    commands: { [DELIVER_EVENT]: deliver },
    callbacks: [],
    lanes: { query: SUBSCRIBER_LANE, command: SUBSCRIBER_LANE, interactive: SUBSCRIBER_LANE },
    probe: async () => completed('nothing to ask'),
  };
  return { name: SUBSCRIBER, title: TITLE, adapter, ownLanes: true, quiet: true };
}

const TITLE = { vi: 'Bên nhận sự kiện', en: 'Event receivers' };

/** One POST. Any 2xx is taken; a redirect is not followed, because the address it names was never checked. */
async function post(
  input: DeliverEvent,
  context: CallContext,
  options: { readonly mayCall: OriginRule; readonly publicTransport: Transport },
): Promise<SendOutcome> {
  const allowed = options.mayCall(input.url);
  if (allowed === false) return notSent('client-error');
  const transport = allowed === 'listed' ? context.transport : options.publicTransport;
  const timestampSeconds = Math.floor(context.wall() / 1000);
  const answer = await transport.send(
    {
      method: 'POST',
      url: input.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'lienthong',
        'webhook-id': input.id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': sign(input.secrets, { id: input.id, timestampSeconds, body: input.body }),
      },
      body: utf8(input.body),
    },
    { signal: context.signal, timeoutMs: context.timeoutMs },
  );
  if (isFault(answer)) return fromFault(answer);
  if (answer.status >= 200 && answer.status < 300) return completed(null);
  return fromStatus(answer, context) ?? notSent('client-error');
}

interface ReceiverRow {
  readonly id: string;
  readonly url: string;
  readonly secrets: string;
  readonly ended_at: number | null;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
}

/** What each receiver is sent: the event as it was put on its way, under the secrets that are live now. */
export function subscriberOperations(parts: { readonly engine: Engine; readonly vault: Vault }): RoomOperations {
  const { engine, vault } = parts;
  const composer: Composer = async (items) => {
    const rows = new Map(
      (
        await engine.all<ReceiverRow>(
          sql(
            `select s.id, s.url, s.secrets, s.ended_at, s.subject, u.salt, u.epoch from json_each(?1) v
               join subscription s on s.id = v.value->>'id' join subject u on u.id = s.subject`,
            commands([...new Set(items.map((item) => item.key))].map((id) => ({ id }))),
          ),
        )
      ).map((row) => [row.id, row]),
    );
    return Promise.all(
      items.map(async (item) => {
        const row = rows.get(item.key);
        if (row === undefined || row.salt === null || row.ended_at !== null || item.payload === null) return ERASED;
        const subject = { id: row.subject, salt: row.salt, epoch: row.epoch };
        const live = readSecrets(row.secrets).live;
        const [body, ...secrets] = await vault.open([
          { subject, purpose: 'exchange.payload', sealed: item.payload },
          ...live.map(({ sealed }) => ({ subject, purpose: SECRETS_PURPOSE, sealed })),
        ]);
        if (body === undefined) return ERASED;
        const input: DeliverEvent = {
          url: row.url,
          id: (JSON.parse(body) as { id: string }).id,
          body,
          secrets: secrets.filter((secret) => secret !== undefined),
        };
        return { input, version: null, subject };
      }),
    );
  };
  return new Map([[`${SUBSCRIBER}/${DELIVER_EVENT}`, { compose: composer }]]);
}
