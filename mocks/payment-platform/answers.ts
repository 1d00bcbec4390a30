import { jsonReply, type Reply } from '../kit/delivery.ts';
import type { Message } from './seals.ts';
import type { PlatformSettings } from './settings.ts';
import { textOf } from './texts.ts';

/** A flat answer, or one inside the envelope of a province's LGSP (WIRE.md 2.1). */
export const written = ({ wrapped }: PlatformSettings, answer: Message): Reply =>
  jsonReply(wrapped ? { error_code: '0', message: JSON.stringify(answer) } : answer);

/** An answer that names its message again; `detail` says more than the code's own text. */
export const answerTo = (message: Message, code: string, detail?: string): Message => ({
  MaLoi: code,
  MoTaLoi: detail === undefined ? textOf(code) : `${textOf(code)}: ${detail}`,
  MaDoiTac: message.MaDoiTac ?? '',
  MaThamChieu: message.MaThamChieu ?? '',
});

/** With a MaXacThuc as the setting wants it. */
export function sealed(how: PlatformSettings['initSeal'], answer: Message, seal: string): Message {
  if (how === 'absent') return answer;
  return { ...answer, MaXacThuc: how === 'assumed' ? seal : '0'.repeat(64) };
}
