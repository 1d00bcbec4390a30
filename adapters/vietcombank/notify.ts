import { isCode } from '../../contracts/domain/codes.ts';
import type { PaymentHint } from '../../contracts/domain/payment.ts';
import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, type Read, readJson, readValue } from '../kit/json.ts';
import { isReference } from '../kit/references.ts';
import { jsonReply } from '../kit/reply.ts';
import { code } from './codes.ts';
import { type Notified, notified } from './wire.ts';

const MAXIMUM_BYTES = 64 * 1024;

/**
 * `notify`: something happened to an order (WIRE.md 6.2). It bears no checksum, so that anybody can send one: nothing of
 * it is believed, and they are asked. What it says of the order only tells one notice from the next.
 */
export const receiveNotify: Tell = {
  kind: 'tell',
  path: 'notify',
  methods: ['POST'],
  maximumBytes: MAXIMUM_BYTES,
  verifier: { kind: 'query' },
  parse,
  /** What they want to hear is not published. What was not taken is to come again. */
  reply: (result) =>
    result === 'stored' || result === 'duplicate'
      ? jsonReply({ result_code: code.done, result_message: 'Thành công' })
      : jsonReply({ result_code: code.unclear, result_message: 'Không tiếp nhận được' }, 503),
};

async function parse({ body }: InboundRequest): Promise<InboundMessage | Drift> {
  const read = fieldsIn(textOf(body).trim());
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'form fields', 'unreadable');
  const reference = read.value.order_code;
  if (!isReference(reference) || !isCode(reference)) return drift('/order_code', 'a code', 'other characters');
  const data: PaymentHint = { reference };
  return { dedupeKey: digestOf(canonicalJson(read.value)), type: 'payment-hint', ref: reference, data };
}

/** Form fields, or the same as JSON. */
const fieldsIn = (text: string): Read<Notified> =>
  text.startsWith('{') ? readJson(text, notified) : readValue(Object.fromEntries(new URLSearchParams(text)), notified);
