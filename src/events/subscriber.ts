import {
  type Adapter,
  type AppendedCommand,
  type CallContext,
  completed,
  isFault,
  type LanePolicy,
  notSent,
  type OperationPolicy,
  rejected,
  type SendOutcome,
  type Transport,
} from '../../adapters/adapter.ts';
import { utf8 } from '../../adapters/kit/bytes.ts';
import { fromFault, fromStatus } from '../../adapters/kit/outcome.ts';
import type { SystemEntry } from '../delivery/systems.ts';
import type { OriginRule } from '../room.ts';
import { sign } from './signature.ts';

/** The system whose lanes are the receivers of events, one lane and one stream a subscription. */
export const SUBSCRIBER = 'subscriber';
export const DELIVER_EVENT = 'deliver-event';
export const GONE = 'gone';
export const streamOf = (subscription: string): string => `${SUBSCRIBER}:${subscription}`;

export interface DeliverEvent {
  readonly url: string;
  /** `webhook-id`: the event's own id, the same at every try. */
  readonly id: string;
  readonly body: string;
  readonly secrets: readonly string[];
}

/** Refusals of one event after which the later ones pass it. */
export const OTHERS_PASS_AFTER = 3;

const POLICY: OperationPolicy = {
  timeoutMs: 15_000,
  quietMs: 0,
  inlineTries: 1,
  // The first waits are short: others wait for as long as one that is refused has not had its tries.
  scheduleMs: [1_000, 3_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000],
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
    othersPassAfter: OTHERS_PASS_AFTER,
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
  if (allowed === false) return { ...notSent('client-error'), ours: true };
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
  // Standard Webhooks: a receiver that wants no more says so, and is asked no more.
  if (answer.status === 410) return rejected(GONE, '');
  return fromStatus(answer, context) ?? notSent('client-error');
}
