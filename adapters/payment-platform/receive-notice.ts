import type { PaymentWord } from '../../contracts/domain/payment.ts';
import { type Drift, drift, type InboundMessage, type InboundRequest, type Tell, type TellResult } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, readValue, UNBOUNDED } from '../kit/json.ts';
import { isReference } from '../kit/references.ts';
import { jsonReply } from '../kit/reply.ts';
import type { PlatformConfig } from './config.ts';
import { isMessage, readMessage, type WireMessage } from './message.ts';
import { sealOf } from './seals.ts';
import { kind, notice } from './wire.ts';
import { meaningOfNotice, wordOf } from './word.ts';

const MAXIMUM_BYTES = 64 * 1024;

/**
 * `dpnhankqthanhtoanhs`: the end of a payment (WIRE.md 2.3). Its seal is verified always; what has none is refused.
 * An equal word is a repetition; two payments of one reference have two transactions, and are two words.
 */
export function receiveNotice(config: PlatformConfig): Tell {
  return {
    kind: 'tell',
    path: 'dpnhankqthanhtoanhs',
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    verifier: { kind: 'signature', verify: (request) => isTheirs(config, request) },
    parse: (request) => parse(config, request),
    reply,
  };
}

/** However it is built: whose it is, and what is said back to them, is read of any. */
const messageIn = ({ body }: InboundRequest): WireMessage | undefined => {
  const read = readMessage(textOf(body), UNBOUNDED);
  return isMessage(read) ? read : undefined;
};

/** What our own messages and the answers to them are called. */
const OTHER_KINDS: readonly string[] = Object.values(kind);

/**
 * QUERY's answer is sealed as a notice is [assumed], and its seal leaves out TrangThaiGD: "00, pending" of QUERY, sent
 * here, would read as paid. So a notice has a kind of its own, whichever that is.
 */
async function isTheirs(config: PlatformConfig, request: InboundRequest): Promise<boolean> {
  const message = messageIn(request);
  if (message === undefined) return false;
  const type = (message.text('LoaiBanTin') ?? '').trim().toUpperCase();
  if (type === '' || OTHER_KINDS.includes(type)) return false;
  return sealOf(message, config.secret) === 'true';
}

async function parse(config: PlatformConfig, request: InboundRequest): Promise<InboundMessage | Drift> {
  const message = readMessage(textOf(request.body));
  if (!isMessage(message)) return message.kind === 'drift' ? message : drift('', 'a JSON object', 'unreadable');
  const read = readValue(message.values, notice);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'a notice', 'unreadable');
  const said = read.value;
  if (said.MaDoiTac !== config.partner) return drift('/MaDoiTac', 'our own code', 'another');
  if (!isReference(said.MaThamChieu)) return drift('/MaThamChieu', 'a code', 'other characters');
  const data: PaymentWord = wordOf(said, meaningOfNotice(said.MaLoi, said.TrangThaiGD), said.MaLoi);
  return { dedupeKey: digestOf(canonicalJson(data)), type: 'payment-word', ref: said.MaThamChieu, data };
}

/**
 * Known clients say their MaLoi and MaXacThuc back to them (WIRE-2 2.1-2.3). Where the request is not at hand the plain
 * "00" of WIRE.md 2.3 says the same.
 */
function reply(result: TellResult, request?: InboundRequest) {
  if (result === 'refused') return jsonReply({ MaLoi: '99', MoTaLoi: 'Sai mã xác thực' }, 401);
  if (result === 'failed') return jsonReply({ MaLoi: '99', MoTaLoi: 'Không tiếp nhận được' });
  const message = request && messageIn(request);
  const back = (name: string): string => message?.text(name) ?? '';
  return jsonReply({
    MaLoi: back('MaLoi') || '00',
    MoTaLoi: 'Thành công',
    MaDoiTac: back('MaDoiTac'),
    MaThamChieu: back('MaThamChieu'),
    ThoiGianGD: back('ThoiGianGD'),
    MaXacThuc: back('MaXacThuc'),
  });
}
