import { isCode } from '../../contracts/domain/codes.ts';
import type { Bill } from '../../contracts/domain/payment.ts';
import {
  type Ask,
  type AskResult,
  type Drift,
  drift,
  type InboundReply,
  type InboundRequest,
  type Question,
} from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { readJson } from '../kit/json.ts';
import { isReference } from '../kit/references.ts';
import { jsonReply } from '../kit/reply.ts';
import { plain } from '../kit/text.ts';
import type { PlatformConfig } from './config.ts';
import { receiptBlock } from './receipt-block.ts';
import { lookup } from './wire.ts';

/** What is asked; a room answers with a `Bill`, or undefined where nothing is owed. */
export interface BillQuestion {
  readonly dossierCode: string;
}

const MAXIMUM_BYTES = 16 * 1024;
const WITHIN_MS = 5_000;

/** `dptracuuthanhtoanhs`: what a dossier owes (WIRE.md 2.4). It is unsigned, so that the asker's address is what is verified. */
export function lookupBill(config: PlatformConfig): Ask {
  return {
    kind: 'ask',
    path: 'dptracuuthanhtoanhs',
    methods: ['POST'],
    maximumBytes: MAXIMUM_BYTES,
    timeoutMs: WITHIN_MS,
    verifier: { kind: 'peer', allow: config.allow },
    parse,
    reply: (result) => reply(config, result),
  };
}

async function parse({ body }: InboundRequest): Promise<Question | Drift> {
  const read = readJson(textOf(body), lookup);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'JSON', 'unreadable');
  const dossierCode = plain(read.value.MaHoSo);
  if (!isReference(dossierCode) || !isCode(dossierCode)) return drift('/MaHoSo', 'a code', 'other characters');
  const data: BillQuestion = { dossierCode };
  return { type: 'bill', ref: dossierCode, data };
}

function reply(config: PlatformConfig, result: AskResult): InboundReply {
  if (result.kind === 'refused') return jsonReply({ error_code: -1, message: 'Không được phép' }, 403);
  if (result.kind === 'failed') return jsonReply({ error_code: -1, message: 'Không tra cứu được' });
  const bill = result.answer as Bill | undefined;
  if (bill === undefined) return jsonReply({ error_code: 0, message: 'Không có khoản phải thanh toán' });
  return jsonReply({ error_code: 1, message: JSON.stringify(wireBill(config, bill)) });
}

/** The bill; names beside MaTraCuuTT, transaction_id and client_id, and their meaning, are assumed. */
export const wireBill = ({ partner }: PlatformConfig, { reference, order }: Bill) => ({
  MaTraCuuTT: reference,
  transaction_id: reference,
  client_id: partner,
  MaHoSo: order.dossierCode,
  SoTien: String(order.amountVnd),
  ThongTinBienLai: receiptBlock(order),
});
