import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell, type TellResult } from '../adapter.ts';
import { bytesOf } from '../kit/base64.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, readJson, UNBOUNDED } from '../kit/json.ts';
import { jsonReply } from '../kit/reply.ts';
import { isDone, tellsOfFailure } from './codes.ts';
import type { EcomConfig } from './config.ts';
import { decrypted, isTheirs } from './envelope.ts';
import { isReference } from './references.ts';
import { notice, told } from './wire.ts';
import { meaningOf, wordOf } from './word.ts';

const MAXIMUM_BYTES = 64 * 1024;

/**
 * The end of a payment, told by the bank. Its signature is verified always; what has none is refused. An equal word is a
 * repetition; two payments of one reference have two VcbTranId, and are two words.
 */
export function receiveNotice(config: EcomConfig, wall: () => number = Date.now): Tell {
  return {
    kind: 'tell',
    path: 'notify',
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: { kind: 'signature', verify: (request) => isSigned(config, request, wall()) },
    parse: (request) => parse(config, request),
    reply,
  };
}

/** Base64 of the JSON; blanks around it and line ends in it are no part of it. */
function outerIn({ body }: InboundRequest, bounds?: typeof UNBOUNDED) {
  const bytes = bytesOf(textOf(body).replace(/\s/g, ''));
  return bytes === undefined ? undefined : readJson(textOf(bytes), told, bounds);
}

async function isSigned(config: EcomConfig, request: InboundRequest, wall: number): Promise<boolean> {
  const outer = outerIn(request, UNBOUNDED);
  if (outer === undefined || !outer.ok) return false;
  const { PartnerTranId, Data, Signature } = outer.value;
  return isTheirs(config, [PartnerTranId, Data], Signature, wall);
}

/**
 * PartnerTranId and Data are signed with nothing between them, so that their border could be moved under a right
 * signature: the reference has to stand inside Data too.
 */
async function parse(config: EcomConfig, request: InboundRequest): Promise<InboundMessage | Drift> {
  const outer = outerIn(request);
  if (outer === undefined) return drift('', 'base64', 'unreadable');
  if (!outer.ok) return outer.failure.kind === 'drift' ? outer.failure : drift('', 'a JSON object', 'unreadable');
  const inner = await decrypted(config, outer.value.Data);
  if (inner === undefined) return drift('/Data', 'what our key opens', 'another');
  const read = readJson(inner, notice);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('/Data', 'a JSON object', 'unreadable');
  const { errCode, errDesc, VcbTranId, PartnerId, amount, trans_id: reference } = read.value;
  if (PartnerId !== config.partner) return drift('/PartnerId', 'our own id', 'another');
  if (!isReference(reference)) return drift('/trans_id', 'a code', 'other characters');
  if (reference !== outer.value.PartnerTranId) return drift('/trans_id', 'PartnerTranId', 'another');
  const against = isDone(errCode) && tellsOfFailure(errDesc);
  const meaning = against ? 'unlisted' : meaningOf(errCode);
  const data = wordOf({ reference, meaning, code: errCode, transaction: VcbTranId, amountVnd: amount });
  return { dedupeKey: digestOf(canonicalJson(data)), type: 'payment-word', ref: reference, data };
}

/** What they want to hear is not published: a code of their own list [assumed]. */
function reply(result: TellResult) {
  if (result === 'refused') return jsonReply({ errCode: '70', errDesc: 'Chữ ký không hợp lệ' }, 401);
  if (result === 'failed') return jsonReply({ errCode: '99', errDesc: 'Không tiếp nhận được' });
  return jsonReply({ errCode: '00', errDesc: 'Thành công' });
}
