import { jsonReply, type Reply, textReply } from '../kit/delivery.ts';
import type { ExpiredAs, PortalSettings } from './settings.ts';
import { texts } from './texts.ts';

/** What an operation says before it is written in the portal's envelope (WIRE.md 1.2). */
export interface Answer {
  /** `0` is success; anything else is a code. */
  readonly code: number | string;
  readonly message: string;
  readonly result?: unknown;
  readonly session?: string;
}

/** Writes error_code in the configured form. A code that is no number stays a text in every form. */
function errorCode(settings: PortalSettings, code: number | string): number | string {
  if (settings.codes === 'number') return Number.isNaN(Number(code)) ? code : Number(code);
  return settings.codes === 'padded' && Number(code) === 0 ? '00' : String(code);
}

export function envelope(settings: PortalSettings, answer: Answer): Reply {
  return jsonReply({
    error_code: errorCode(settings, answer.code),
    message: settings.textForm === 'NFC' ? answer.message : answer.message.normalize('NFD'),
    ...(answer.session === undefined ? {} : { session: answer.session }),
    ...(answer.result === undefined ? {} : { result: answer.result }),
  });
}

export function refusal(settings: PortalSettings, message: string, result?: unknown): Answer {
  return { code: settings.refusalCode, message, result };
}

/** The ways in which a session is said to be over; none is published, so a client must bear all. */
export function sessionOver(settings: PortalSettings, as: ExpiredAs = settings.expiredAs): Reply {
  if (as === 'http-401') return jsonReply({ error: 'unauthorized', message: texts.sessionOver }, 401);
  if (as === 'http-200-text') return textReply(`${texts.sessionOver}. Vui lòng đăng nhập lại`);
  // Said as a text whatever the form of other codes is.
  if (as === 'code-2') return jsonReply({ error_code: '2', message: texts.sessionOver });
  return envelope(settings, { code: -1, message: texts.sessionOver });
}
