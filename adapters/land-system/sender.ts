import type { InboundRequest, Proof } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { parsedJson, UNBOUNDED } from '../kit/json.ts';
import { isSameText } from '../kit/same-text.ts';
import type { LandConfig } from './config.ts';
import { SECURITY_CODE } from './wire.ts';

/**
 * Who may tell us something: whoever shows the security code. Where none is agreed, the addresses of `ALLOW`; without
 * either, nobody.
 */
export const senderProof = (config: LandConfig): Proof =>
  config.securityCode === ''
    ? { kind: 'peer', allow: config.allow }
    : { kind: 'shared-key', verify: async (request) => showsCode(request, config.securityCode) };

function showsCode({ query, body }: InboundRequest, expected: string): boolean {
  // The one of the query counts where there is one: two of them are no second try.
  const shown = codesIn(query)[0] ?? codesInBody(body)[0];
  return expected !== '' && typeof shown === 'string' && isSameText(shown, expected);
}

function codesInBody(body: Uint8Array): readonly unknown[] {
  const read = parsedJson(textOf(body), UNBOUNDED);
  return read.ok && typeof read.value === 'object' && read.value !== null ? codesIn(read.value) : [];
}

const isCodeName = (name: string): boolean => name.toLowerCase() === SECURITY_CODE;
const codesIn = (members: object): readonly unknown[] =>
  Object.entries(members).flatMap(([name, value]) => (isCodeName(name) ? [value] : []));

/** What they said, without what proves them. */
export const withoutCode = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([name]) => !isCodeName(name)));
