import type { CreditNotice } from '../../contracts/domain/payment.ts';
import { referencesIn } from '../../contracts/domain/payment-reference.ts';
import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell, type TellResult } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { isHmacSha256 } from '../kit/hmac.ts';
import { canonicalJson, digestOf, readJson } from '../kit/json.ts';
import { isReference } from '../kit/references.ts';
import { jsonReply } from '../kit/reply.ts';
import type { VietcombankConfig } from './config.ts';
import { moved } from './wire.ts';

const MAXIMUM_BYTES = 64 * 1024;
const SIGNATURE = 'x-signature';

/** `credit-notice`: money moved on an account (WIRE.md 6.3), signed over the raw body. */
export function receiveCreditNotice(config: VietcombankConfig): Tell {
  return {
    kind: 'tell',
    path: 'credit-notice',
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: {
      kind: 'signature',
      verify: ({ headers, body }) => isHmacSha256(config.noticeSecret ?? '', body, headers[SIGNATURE] ?? ''),
    },
    parse,
    reply,
  };
}

/**
 * Several channels tell of one movement, each under an id and in a text of its own: it is known again by account,
 * reference and direction. A reference is not unique even within a day (WIRE-2 6.3), so that amount and day tell two
 * movements of one reference apart.
 */
async function parse({ body }: InboundRequest): Promise<InboundMessage | Drift> {
  const read = readJson(textOf(body), moved);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'a JSON object', 'unreadable');
  const said = read.value;
  const data: CreditNotice = {
    account: said.accountNumber,
    direction: said.transferType,
    amountVnd: said.transferAmount,
    content: said.content || said.description,
    bankReference: said.referenceCode,
    at: said.transactionDate,
    subAccount: said.subAccount || null,
  };
  const { account, bankReference, direction, amountVnd, at, content } = data;
  // The bank's reference is not unique alone: whose payment it names tells twins apart.
  const references = referencesIn(content).toSorted();
  const movement = { amountVnd, day: at.slice(0, 'yyyy-MM-dd'.length), references };
  // What stands in the clear is a code: another text names the movement in its digest alone.
  const isCode = isReference(bankReference);
  return {
    dedupeKey: digestOf(canonicalJson(isCode ? movement : { ...movement, bankReference })),
    type: 'credit-notice',
    ref: `${account}:${isCode ? bankReference : 'unreadable'}:${direction}`,
    data,
  };
}

/** Whatever is not answered `success: true` comes again, up to seven times. */
function reply(result: TellResult) {
  const taken = result === 'stored' || result === 'duplicate';
  return jsonReply({ success: taken }, taken ? 200 : result === 'refused' ? 401 : 503);
}
