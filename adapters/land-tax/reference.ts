import { composed } from '../../contracts/domain/text.ts';
import type { LandTaxAsk } from '../../contracts/domain/transfer-slip.ts';
import { digestOf } from '../kit/json.ts';
import { ASK_TYPE } from './wire.ts';

/**
 * Under what an answer is waited for: a watch holds a text and nothing else, and it stands in clear. Their GUID, the type,
 * and marks by which dossier, slip and question are known again and not told.
 */
export interface Awaited {
  readonly guid: string;
  readonly type: string;
  readonly dossierMark: string;
  readonly questionMark: string;
}

const MARK_LENGTH = 20;
const mark = (...texts: readonly string[]): string =>
  digestOf(JSON.stringify(texts.map((each) => composed(each).trim()))).slice(0, MARK_LENGTH);

/** Of MA_HS and SO_PHIEU. */
export const dossierMark = (dossierCode: string, slipNumber: string): string => mark(dossierCode, slipNumber);
/** Of SEQ_ID. */
export const questionMark = (id: string): string => mark(id);

export const refOf = (guid: string, { question, dossierCode, slipNumber, id }: LandTaxAsk): string =>
  [guid, ASK_TYPE[question], dossierMark(dossierCode, slipNumber), questionMark(id)].join('/');

const REF = new RegExp(`^([0-9a-fA-F-]{32,36})/(1[4-7])/([0-9a-f]{${MARK_LENGTH}})/([0-9a-f]{${MARK_LENGTH}})$`);

/** Undefined for what we never made. */
export function awaitedBy(ref: string): Awaited | undefined {
  const [, guid, type, dossier, question] = REF.exec(ref) ?? [];
  if (guid === undefined || type === undefined || dossier === undefined || question === undefined) return undefined;
  return { guid, type, dossierMark: dossier, questionMark: question };
}
