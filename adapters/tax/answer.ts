import { type Drift, drift, type Rejected, type Unknown, unknown } from '../adapter.ts';
import type { Read } from '../kit/json.ts';
import { refusedAs } from '../kit/outcome.ts';
import { readSoap } from '../kit/soap.ts';
import { tellsOfFailure } from '../kit/text.ts';
import { elementsIn, textIn } from '../kit/xml.ts';
import { gipProfile } from '../kit/xml-signature/partner-profiles.ts';
import { verifyXml } from '../kit/xml-signature/verify.ts';
import type { TaxConfig } from './config.ts';
import { atMostOne, field, isMisread, misread, one, type Placed, reading, words } from './reading.ts';
import { type AnyQuestion, soap } from './wire.ts';

/** What the gateway signed of its answer. */
export interface Heard {
  readonly row: Placed;
  /** The subject of the certificate that signed it. */
  readonly signer: string;
  /** The key is short: to be said aloud wherever the answer is shown. */
  readonly weak: boolean;
}

/**
 * Their answer, verified before anything of it is read; nothing else of it ever is. MSG_REFID is empty in what was seen:
 * where it is not, it has to be ours. Whose taxes it speaks of is for the operation to compare.
 */
export async function heardIn(
  { trustedCerts }: Pick<TaxConfig, 'trustedCerts'>,
  { id, wall }: { readonly id: string; readonly wall: number },
  body: string,
): Promise<Read<Heard>> {
  const text = textInside(body);
  if (typeof text !== 'string') return { ok: false, failure: text };
  const trusted = await verifyXml(text, gipProfile, { trusted: trustedCerts, wall });
  if (!trusted.ok) {
    const got = trusted.detail === undefined ? trusted.why : `${trusted.why}: ${trusted.detail}`;
    return { ok: false, failure: drift('/signature', "the gateway's signature", got) };
  }
  const root: Placed = { element: trusted.signed, at: '' };
  const row = reading(() => {
    const referred = field(one(root, 'HEADER'), 'MSG_REFID')?.trim() ?? '';
    if (referred !== '' && referred !== id) return misread('/HEADER/MSG_REFID', 'our MSG_ID or nothing', 'another');
    return one(one(root, 'BODY'), 'ROW');
  });
  if (isMisread(row)) return { ok: false, failure: row };
  return { ok: true, value: { row, signer: trusted.signer.subject, weak: trusted.weak } };
}

/** A fault of the service says that it could not. */
function textInside(body: string): string | Unknown | Drift {
  const read = readSoap(body);
  if (read.kind === 'fault') return unknown('server-error');
  if (read.kind !== 'body') return read;
  const { element } = read;
  if (element.namespace !== soap.response)
    return drift('/Envelope/Body', 'an answer of the gateway', 'another element');
  const [result, ...others] = elementsIn(element);
  if (result?.name !== soap.answer || others.length > 0 || elementsIn(result).length > 0)
    return drift(`/Envelope/Body/${element.name}`, `one ${soap.answer}`, 'other elements');
  return textIn(result).trim();
}

/** PHANHOI is their "no", its words in NAME (WIRE.md A5); no code of theirs is published. */
export function refusalIn({ row }: Heard, clean: (text: string) => string): Rejected | Drift | undefined {
  return reading(() => {
    const reply = atMostOne(row, 'PHANHOI');
    if (reply === undefined) return undefined;
    const code = field(reply, 'TRANG_THAI')?.trim() || field(reply, 'TYPE_PHANHOI')?.trim();
    if (!code) return misread(`${reply.at}/TRANG_THAI`, 'a code', 'missing');
    return refusedAs(code, clean(words(field(row, 'NAME'), `${row.at}/NAME`) ?? `PHANHOI ${code}`));
  });
}

/** What a good answer must be before its content is looked at: of the type that was asked for, and without words of a failure. */
export function contradictionIn({ row }: Heard, { answer }: AnyQuestion): Drift | Unknown | undefined {
  return reading(() => {
    const said = [field(row, 'NAME'), ...elementsIn(row.element).flatMap(statusWords)];
    if (said.some((text) => tellsOfFailure(text ?? ''))) return unknown('unreadable');
    const type = field(row, 'TYPE')?.trim();
    if (answer !== null && type !== answer) return misread(`${row.at}/TYPE`, answer, type ? 'another' : 'missing');
    return undefined;
  });
}

const statusWords = (element: Placed['element']): string[] =>
  elementsIn(element)
    .filter(({ name }) => name === 'MOTA_TRANGTHAI')
    .map(textIn);
