import {
  type Ask,
  type Drift,
  drift,
  type InboundMessage,
  type InboundRequest,
  type Question,
  type Tell,
  type TellResult,
} from '../../../adapters/adapter.ts';
import { textOf } from '../../../adapters/kit/bytes.ts';
import { isHmacSha256 } from '../../../adapters/kit/hmac.ts';
import { canonicalJson, digestOf, readJson } from '../../../adapters/kit/json.ts';
import { jsonReply } from '../../../adapters/kit/reply.ts';
import type { PracticeConfig } from './config.ts';
import type { TicketResult } from './fetch-results.ts';
import { SIGNATURE_HEADER, ticketTold } from './wire.ts';

/** What the room is told of a ticket. */
export interface TicketDone {
  readonly ticket: string;
  readonly reference: string;
  readonly result: TicketResult;
}
/** What a room answers to `owed`. */
export interface Owed {
  readonly amountVnd: number;
}

const MAXIMUM_BYTES = 64 * 1024;
/** Numbers and references stand in the clear: a code, and no blank in it. */
const CODE = /^[\w.:-]{1,64}$/;

const told = (result: TellResult) =>
  jsonReply({ taken: result === 'stored' || result === 'duplicate', result }, result === 'refused' ? 401 : 200);

/** A ticket is decided: signed, so that it is believed. */
export function ticketDone(config: PracticeConfig): Tell {
  return {
    kind: 'tell',
    path: 'ticket-done',
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: {
      kind: 'signature',
      verify: ({ headers, body }) =>
        isHmacSha256(config.signingKey, body, (headers[SIGNATURE_HEADER] ?? '').replace(/^sha256=/, '')),
    },
    parse: parseTicket,
    reply: told,
  };
}

async function parseTicket(request: InboundRequest): Promise<InboundMessage | Drift> {
  const read = readJson(textOf(request.body), ticketTold);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'JSON', 'unreadable');
  const said = read.value;
  if (!CODE.test(said.ticket)) return drift('/ticket', 'a code', 'other characters');
  const result: TicketResult =
    said.state === 'done'
      ? { kind: 'done', number: said.number }
      : { kind: 'refused', code: said.code, message: said.text };
  const data: TicketDone = { ticket: said.ticket, reference: said.ref, result };
  return { dedupeKey: digestOf(canonicalJson(data)), type: 'ticket-done', ref: said.ticket, data };
}

/** What is owed for a permit: asked from an address of theirs. */
export function owed(config: PracticeConfig): Ask {
  return {
    kind: 'ask',
    path: 'owed',
    methods: ['GET'],
    maximumBytes: MAXIMUM_BYTES,
    timeoutMs: 2_000,
    verifier: { kind: 'peer', allow: config.allow },
    parse: async ({ query }): Promise<Question | Drift> => {
      const permit = codeIn(query, 'permit');
      return typeof permit === 'string' ? { type: 'owed', ref: permit, data: { permit } } : permit;
    },
    reply: (result) => {
      if (result.kind === 'refused') return jsonReply({ ok: false, code: 'ADDRESS' }, 403);
      if (result.kind === 'failed') return jsonReply({ ok: false, code: 'LATER' });
      const { amountVnd } = result.answer as Owed;
      return jsonReply({ ok: true, data: { permit: result.question.ref, amount: amountVnd } });
    },
  };
}

/** A reference is worth a look. It is not signed: nothing in it is believed, and they are asked. */
export function lookAt(): Tell {
  return {
    kind: 'tell',
    path: 'look-at',
    methods: ['GET'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: { kind: 'query' },
    parse: async ({ query }): Promise<InboundMessage | Drift> => {
      const reference = codeIn(query, 'ref');
      if (typeof reference !== 'string') return reference;
      return { dedupeKey: digestOf(reference), type: 'look-at', ref: reference, data: { reference } };
    },
    reply: told,
  };
}

function codeIn(query: InboundRequest['query'], name: string): string | Drift {
  const value = query[name];
  if (value === undefined) return drift('', `the parameter ${name}`, 'missing');
  return CODE.test(value) ? value : drift('', `a code as ${name}`, 'other characters');
}
