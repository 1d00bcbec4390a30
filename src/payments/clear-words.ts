import type { PaymentWord, TheirFact } from '../../contracts/domain/payment.ts';
import type { Vault } from '../crypto/vault.ts';

/**
 * What a channel wrote, as clear columns take it: nothing but what looks like an id, a time, a currency or a code stands
 * in them, because whoever fills a system's field may put a person there (I6). The message as it came is kept sealed.
 */

/** Before a keyed digest that stands for their text. No id of theirs has it: a text that bears it is digested itself. */
const MARK = 'digest#';
const PURPOSE = 'payment.said';
/** Ids of banks are often long runs of digits. */
const ID = /^[A-Za-z0-9._:/-]{1,300}$/;
const DATE = String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})`;
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,7})?)?(?: ?(?:AM|PM|SA|CH))?(?:Z| ?[+-]\d{2}:?\d{2})?`;
/** `yyyyMMdd` and `yyyyMMddHHmmss`, seconds and milliseconds of our years, and the ways with strokes between. */
const TIME = new RegExp(
  String.raw`^(?:\d{8}|\d{14}|\d{17}|1[5-9]\d{8}(?:\d{3})?|${DATE}(?:[T ]${CLOCK})?|${CLOCK} ${DATE})$`,
  'i',
);
const CURRENCY = /^[A-Za-z0-9]{0,3}$/;
const CODE = /^[A-Za-z0-9_./-]{1,41}$/;
/** As many digits in a row may be somebody's number, the seven of a passport included. */
const LONG_NUMBER = /\d{7}/;
/** As `refusedAs` writes it. */
const OTHER = 'other';

type Digests = Pick<Vault, 'mac'>;

/** The same digest for the same text, so that a fact is one however often it is told. */
async function clear(vault: Digests, text: string, looks: RegExp): Promise<string> {
  if (looks.test(text)) return text;
  const [digest = ''] = await vault.mac(PURPOSE, [text]);
  return MARK + digest;
}

/** Their id of a transaction. */
export const clearId = (vault: Digests, text: string): Promise<string> => clear(vault, text, ID);
/** Their time, as they wrote it. */
export const clearTime = (vault: Digests, text: string): Promise<string> => clear(vault, text, TIME);
/** Their code, which is looked up in a list of theirs and tells nothing apart. */
export const clearCode = (text: string): string => (CODE.test(text) && !LONG_NUMBER.test(text) ? text : OTHER);

/** The word that a payment is changed by. */
export async function clearWord(vault: Digests, said: PaymentWord): Promise<PaymentWord> {
  return {
    ...said,
    facts: await Promise.all(said.facts.map((fact) => clearFact(vault, fact))),
    code: said.code === null ? null : clearCode(said.code),
  };
}

async function clearFact(vault: Digests, fact: TheirFact): Promise<TheirFact> {
  const { amount, transaction, at } = fact;
  return {
    ...fact,
    amount: amount === null ? null : { ...amount, currency: await clear(vault, amount.currency, CURRENCY) },
    transaction: transaction === null ? null : await clearId(vault, transaction),
    at: at === null ? null : await clearTime(vault, at),
  };
}
