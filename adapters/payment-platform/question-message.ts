import type { PaymentQuestion } from '../../contracts/domain/payment.ts';
import { delimited, holdsDelimiter } from '../kit/delimiter.ts';
import type { PlatformConfig } from './config.ts';
import { messageTime } from './message-time.ts';
import { questionSeal } from './seals.ts';
import { type kind, VERSION } from './wire.ts';

/** QUERY or GET_BILL (WIRE.md 2.2). Both carry INIT's own time, not the present one (WIRE-2 2.1-2.3). */
export function questionMessage(
  config: PlatformConfig,
  type: typeof kind.query | typeof kind.bill,
  { reference, handle, madeAt }: PaymentQuestion,
) {
  const texts = {
    LoaiBanTin: type,
    PhienBan: VERSION,
    MaDoiTac: config.partner,
    MaThamChieu: reference,
    ThoiGianGD: handle ?? messageTime(madeAt),
  };
  const wrong = delimited(texts);
  if (wrong !== undefined) return holdsDelimiter(wrong === 'MaThamChieu' ? '/reference' : '/handle');
  return { ...texts, MaXacThuc: questionSeal(texts, config.secret) };
}
