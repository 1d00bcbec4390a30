import { DELIMITER } from '../kit/delimiter.ts';
import { digestOf } from '../kit/json.ts';
import { isSameText } from '../kit/same-text.ts';
import type { WireMessage } from './message.ts';
import { SEALED_INIT, SEALED_NOTICE, SEALED_QUESTION } from './wire.ts';

type Texts<Name extends string> = Readonly<Record<Name, string>>;
export type InitTexts = Texts<(typeof SEALED_INIT)[number]>;
export type QuestionTexts = Texts<(typeof SEALED_QUESTION)[number]>;
export type NoticeTexts = Texts<(typeof SEALED_NOTICE)[number]>;

/** Lower-case hex SHA-256 of the values with the secret last, a delimiter between: no HMAC (WIRE.md 2.1). */
const seal = <Name extends string>(names: readonly Name[], texts: Texts<Name>, secret: string): string =>
  digestOf([...names.map((name) => texts[name]), secret].join(DELIMITER));

export const initSeal = (texts: InitTexts, secret: string): string => seal(SEALED_INIT, texts, secret);
export const questionSeal = (texts: QuestionTexts, secret: string): string => seal(SEALED_QUESTION, texts, secret);
export const noticeSeal = (texts: NoticeTexts, secret: string): string => seal(SEALED_NOTICE, texts, secret);

/** How a message stands to its MaXacThuc, by the formula of the notice. `untrue`: none can be made of it, or another's. */
export function sealOf(message: WireMessage, secret: string): 'true' | 'untrue' | 'absent' {
  const given = message.text('MaXacThuc');
  if (given === '') return 'absent';
  const texts: Record<string, string> = {};
  for (const name of SEALED_NOTICE) {
    const text = message.text(name);
    if (text === undefined || text.includes(DELIMITER)) return 'untrue';
    texts[name] = text;
  }
  if (given === undefined || secret === '') return 'untrue';
  return isSameText(given.toLowerCase(), noticeSeal(texts as NoticeTexts, secret)) ? 'true' : 'untrue';
}
