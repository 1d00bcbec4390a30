import type { Tables } from '../store/tables.ts';

/** Names what was said of an attempt where it is sealed: an exchange is settled at most once under an epoch of its stream. */
export const attemptRow = (exchange: string, epoch: number): string => `${exchange}/${epoch}`;

const EXCHANGES = 'select x.id from exchange x where x.subject = ?1';

export const deliveryTables: Tables = {
  stream: {
    numbers: ['next_seq', 'desired_version', 'sent_version', 'epoch', 'suspect'],
    wall: ['sent_at', 'parked_at', 'changed_at'],
    steady: ['due_at', 'lease_until', 'quiet_until', 'told_until', 'parked_until'],
    clear: [
      'id',
      'system',
      'key',
      'lane',
      'owner',
      'parked_reason',
      'parked_by',
      'written_by',
      'doubt',
      'waits_for',
      'led_by',
      'standing',
    ],
  },
  exchange: {
    numbers: ['seq', 'version', 'attempts', 'tried_ms', 'told', 'overtaken', 'refusals', 'aside'],
    wall: ['accepted_at', 'settled_at'],
    steady: ['due_at'],
    clear: [
      ...['id', 'system', 'stream', 'operation', 'part', 'subject', 'payload_hash', 'state', 'cause', 'accepted_by'],
      ...['superseded_by', 'kind', 'claimed_from'],
    ],
  },
  exchange_count: { numbers: ['n'], wall: ['at'], clear: ['system', 'operation', 'standing', 'cause'] },
  exchange_move: {
    numbers: ['place', 'n'],
    wall: ['at'],
    clear: ['system', 'operation', 'standing', 'cause', 'folded_by'],
  },
  // How many a stretch of time saw delivered.
  delivered: { numbers: ['stretch', 'n'], clear: ['system'] },
  exchange_payload: {
    clear: ['exchange'],
    sealed: {
      payload: {
        purpose: 'exchange.payload',
        row: ({ id }) => id,
        under: `select x.id, x.accepted_at as at, p.payload as sealed from exchange x join exchange_payload p on p.exchange = x.id where x.id in (${EXCHANGES})`,
      },
    },
  },
  exchange_result: {
    clear: ['exchange'],
    sealed: {
      result: {
        purpose: 'exchange_result.result',
        row: ({ id }) => id,
        under: `select x.id, x.settled_at as at, r.result as sealed from exchange x join exchange_result r on r.exchange = x.id where x.id in (${EXCHANGES})`,
      },
    },
  },
  attempt: {
    numbers: ['n', 'epoch', 'version'],
    wall: ['started_at', 'ended_at'],
    clear: ['exchange', 'call', 'outcome', 'code'],
    sealed: {
      detail: {
        purpose: 'attempt.detail',
        row: ({ exchange, epoch }) => attemptRow(String(exchange), Number(epoch)),
        under: `select a.exchange || '/' || a.n as id, a.exchange, a.epoch, a.started_at as at, a.detail as sealed from attempt a where a.exchange in (${EXCHANGES}) and a.detail is not null`,
      },
    },
  },
  call: {
    numbers: ['items'],
    wall: ['started_at', 'ended_at'],
    steady: ['over_at'],
    clear: ['id', 'lane', 'operation', 'purpose', 'owner', 'outcome', 'subject'],
    sealed: {
      raw: {
        purpose: 'call.raw',
        row: ({ id }) => id,
        under: `select c.id, c.started_at as at, c.raw as sealed from call c where c.raw is not null and c.subject = ?1
          and (c.id = ?2 or c.id in (select a.call from attempt a where a.exchange in (${EXCHANGES})))`,
      },
    },
  },
  lane: {
    numbers: ['rate', 'policy_rate', 'burst', 'tokens', 'max_open', 'open_ms', 'login_refusals', 'hint_ms'],
    wall: ['opened_at', 'paused_at'],
    steady: ['refilled_at', 'not_before', 'open_until', 'paused_until', 'hint_until'],
    clear: ['name', 'system', 'class', 'breaker', 'breaker_cause', 'hint_reason', 'paused_by', 'written_by'],
    words: ['paused_reason'],
  },
  // The quiet time of every operation as the policy in force has it: a restore reads it in the file itself.
  operation_policy: { numbers: ['quiet_ms'], clear: ['system', 'operation'] },
  watch: {
    numbers: ['asked', 'unheard'],
    wall: ['warned_at', 'ended_at'],
    steady: ['opened_at', 'due_at', 'ends_at', 'lease_until'],
    clear: ['id', 'system', 'query', 'ref', 'exchange', 'schedule', 'owner', 'outcome', 'written_by'],
  },
};
