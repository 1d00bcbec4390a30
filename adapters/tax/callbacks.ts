import type { TaxNotice } from '../../contracts/domain/tax.ts';
import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, readJson, readValue, UNBOUNDED } from '../kit/json.ts';
import { jsonReply } from '../kit/reply.ts';
import { isSameText } from '../kit/same-text.ts';
import type { TaxConfig } from './config.ts';
import { noticeIn } from './notice.ts';
import { proofIn } from './proof.ts';
import { isMisread, reading } from './reading.ts';
import { keyed, noticeData, proofData, push, service } from './wire.ts';

/** The base64 of the longest XML that is read, and what stands around it. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;
const CODE_FOR = { stored: 0, duplicate: 1, refused: -1, failed: -1 } as const;
const WORDS_FOR = {
  stored: 'Thành công',
  duplicate: 'Bản tin đã được tiếp nhận trước đó',
  refused: 'Không được phép',
  failed: 'Không tiếp nhận được bản tin',
} as const;

/**
 * The portal hands over what the tax department says of a dossier's taxes (WIRE.md 3.1): a notice of what is due, or
 * the proof of a payment. `service` says which, and SecurityKey whose it is. The path of proofs is assumed; both are
 * taken at either.
 */
export const taxCallbacks = (config: TaxConfig): readonly Tell[] =>
  ['nhantbthuedvcqg', 'nhanchungtuthuedvcqg'].map((path) => ({
    kind: 'tell',
    methods: ['POST'],
    path,
    verifier: { kind: 'shared-key', verify: async (request) => isTheirs(config, request) },
    maximumBytes: MAXIMUM_BYTES,
    parse,
    // Their client reads the code in the body; only a stranger is told by status as well.
    reply: (result) =>
      jsonReply({ error_code: CODE_FOR[result], message: WORDS_FOR[result] }, result === 'refused' ? 403 : 200),
  }));

/** However it is built: whose it is, is read of any. Without a key of ours it is nobody's. */
function isTheirs({ securityKey }: TaxConfig, { body }: InboundRequest): boolean {
  if (securityKey === '') return false;
  const read = readJson(textOf(body), keyed, UNBOUNDED);
  return read.ok && isSameText(read.value.SecurityKey, securityKey);
}

async function parse({ body }: InboundRequest): Promise<InboundMessage | Drift> {
  const read = readJson(textOf(body), push);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'a JSON object', 'unreadable');
  switch (read.value.service.trim()) {
    case service.notice:
      return noticeMessage(read.value.data);
    case service.proof:
      return proofMessage(read.value.data);
    default:
      return drift('/service', Object.values(service).join(' or '), 'another text');
  }
}

function noticeMessage(data: object): InboundMessage | Drift {
  const read = readValue(data, noticeData, '/data');
  if (!read.ok) return asDrift(read.failure);
  const notice = reading(() => noticeIn(read.value.FileThongBaoThue, '/data/FileThongBaoThue'));
  return isMisread(notice) ? notice : messageOf('tax-notice', refOf(notice), notice);
}

function proofMessage(data: object): InboundMessage | Drift {
  const read = readValue(data, proofData, '/data');
  if (!read.ok) return asDrift(read.failure);
  const proof = reading(() => proofIn(read.value, '/data'));
  return isMisread(proof) ? proof : messageOf('tax-proof', proof.dossierCode, proof);
}

const asDrift = (failure: { readonly kind: string }): Drift =>
  isMisread(failure) ? failure : drift('/data', 'an object', 'unreadable');

const messageOf = (type: string, ref: string, data: object): InboundMessage => ({
  dedupeKey: digestOf(canonicalJson(data)),
  type,
  ref,
  data,
});

/** A file may speak of several dossiers. */
function refOf({ dues }: TaxNotice): string {
  const [code, ...others] = new Set(dues.map(({ dossierCode }) => dossierCode));
  return code == null || others.length > 0 ? 'several' : code;
}
