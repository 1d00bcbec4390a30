import type { PaymentOrder } from '../../contracts/domain/payment.ts';
import { delimited, holdsDelimiter, unsayable } from '../kit/delimiter.ts';
import type { PlatformConfig } from './config.ts';
import { messageTime } from './message-time.ts';
import { receiptBlock } from './receipt-block.ts';
import { initSeal } from './seals.ts';
import { everyInit, kind, VERSION } from './wire.ts';

/** The fields of ours that a seal covers. */
const pointers: Readonly<Record<string, string>> = {
  MaThamChieu: '/reference',
  ThongTinGiaoDich: '/description',
  Ip: '/payerIp',
};

/** INIT (WIRE.md 2.1), or why it cannot be said: then nothing is sent. */
export function initMessage(config: PlatformConfig, order: PaymentOrder) {
  const ip = order.payerIp ?? config.ip;
  if (ip === undefined) return unsayable('no address of the payer is known', '/payerIp');
  const texts = {
    LoaiBanTin: kind.init,
    PhienBan: VERSION,
    MaDoiTac: config.partner,
    MaThamChieu: order.reference,
    SoTien: String(order.amountVnd),
    ...everyInit,
    ThongTinGiaoDich: order.description,
    ThoiGianGD: messageTime(order.madeAt),
    Ip: ip,
  };
  const wrong = delimited(texts);
  if (wrong !== undefined) return holdsDelimiter(pointers[wrong] ?? '');
  return { ...texts, ThongTinBienLai: receiptBlock(order), MaXacThuc: initSeal(texts, config.secret) };
}
