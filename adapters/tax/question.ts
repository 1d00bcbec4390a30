import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { xmlText } from '../kit/xml.ts';
import type { TaxConfig } from './config.ts';
import type { AnyQuestion } from './wire.ts';

/** One question as it stands before it is signed. */
interface Question {
  readonly about: AnyQuestion;
  /** MSG_ID: of this question alone. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What is asked, in this order: TRUYVAN. */
  readonly ask: Readonly<Record<string, string>>;
}

/** Every name of HEADER is written, empty or not, as known clients do (WIRE.md 3.2). */
export function questionXml(
  { senderCode, senderName }: Pick<TaxConfig, 'senderCode' | 'senderName'>,
  { about, id, at, ask }: Question,
): string {
  const header = {
    VERSION: '1.0',
    SENDER_CODE: senderCode,
    SENDER_NAME: senderName,
    RECEIVER_CODE: 'GIP',
    RECEIVER_NAME: 'GIP',
    TRAN_CODE: about.type,
    MSG_ID: id,
    MSG_REFID: '',
    ID_LINK: '',
    SEND_DATE: sendDate(at),
    ORIGINAL_CODE: '',
    ORIGINAL_NAME: '',
    ORIGINAL_DATE: '',
    ERROR_CODE: '',
    ERROR_DESC: '',
    SPARE1: '',
    SPARE2: '',
    SPARE3: '',
  };
  const row = `<TYPE>${about.type}</TYPE><NAME>${xmlText(about.name)}</NAME><TRUYVAN>${elements(ask)}</TRUYVAN>`;
  return `<DATA><HEADER>${elements(header)}</HEADER><BODY><ROW>${row}</ROW></BODY><SECURITY></SECURITY></DATA>`;
}

const elements = (texts: Readonly<Record<string, string>>): string =>
  Object.entries(texts)
    .map(([name, text]) => `<${name}>${xmlText(text)}</${name}>`)
    .join('');

/** `dd-MM-yyyy HH:mm:ss` in Vietnam. */
function sendDate(at: number): string {
  const local = new Date(at + VIETNAM_OFFSET_MS).toISOString();
  return `${local.slice(8, 10)}-${local.slice(5, 7)}-${local.slice(0, 4)} ${local.slice(11, 19)}`;
}

/** SENDER_CODE, the day in Vietnam, and twelve hexadecimal digits of chance, as theirs are made of GIP, day and number. */
export function messageId(senderCode: string, at: number, chance: Uint8Array): string {
  const day = new Date(at + VIETNAM_OFFSET_MS).toISOString().slice(0, 10).replaceAll('-', '');
  const digits = Array.from(chance.slice(0, 6), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${senderCode}${day}${digits.toUpperCase()}`;
}
