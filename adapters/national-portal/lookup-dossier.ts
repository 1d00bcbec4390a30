import type { DossierStatus } from '../../contracts/domain/status.ts';
import { type CallContext, completed, drift, type Outcome, type QueryOperation } from '../adapter.ts';
import { kindOf, readValue } from '../kit/json.ts';
import { plainCode, statusFromCode } from './codes.ts';
import { queryPolicy } from './policy.ts';
import { type Portal, refusal } from './portal.ts';
import { lookupRecord, service } from './wire.ts';

export interface LookupDossierInput {
  readonly code: string;
}
export interface DossierFound {
  readonly exists: boolean;
  /** Undefined where they show none, or one that is theirs alone (code 0). */
  readonly status?: DossierStatus;
}

/** `TraCuuHoSo`: whether the nation has a dossier, and in which status. */
export function lookupDossier(portal: Portal): QueryOperation<LookupDossierInput, DossierFound> {
  return {
    kind: 'query',
    name: 'lookup-dossier',
    policy: queryPolicy,
    run: (input, context) => lookUp(portal, input.code, context),
  };
}

/**
 * Asks by code. A record of another dossier, or one without a status, proves nothing and yields no status; a status
 * that is in no list is drift.
 */
export async function lookUp(portal: Portal, code: string, context: CallContext): Promise<Outcome<DossierFound>> {
  const answer = await portal.call(context, service.lookupDossier, { mahoso: code });
  if (answer.kind !== 'answered') return answer;
  if (answer.verdict === 'unknown-record') return completed<DossierFound>({ exists: false });
  if (answer.verdict === 'no' || answer.verdict === 'unclear') return refusal(answer);

  const key = answer.envelope.result === undefined && answer.envelope.data !== undefined ? 'data' : 'result';
  const found = answer.envelope[key];
  if (found === undefined) return drift('/result', 'array', 'missing');
  const rows = found === null ? [] : Array.isArray(found) ? found : [found];
  if (rows.length === 0) return completed<DossierFound>({ exists: false });

  let statusless = false;
  for (const [index, row] of rows.entries()) {
    const read = readValue(row, lookupRecord, `/${key}/${index}`);
    if (!read.ok) return read.failure;
    const record = read.value;
    if (record.MaHoSo == null ? rows.length > 1 : record.MaHoSo.trim() !== code) continue;
    // Where both stand, MaTrangThai is the code and TrangThaiHoSo its name.
    const shown = record.MaTrangThai ?? record.TrangThaiHoSo;
    const field = record.MaTrangThai == null ? 'TrangThaiHoSo' : 'MaTrangThai';
    if (shown == null || shown === '' || plainCode(shown) === '0') {
      statusless = true;
      continue;
    }
    const status = statusFromCode(shown);
    if (status === undefined)
      return drift(`/${key}/${index}/${field}`, 'status code 0 to 10', `other ${kindOf(shown)}`);
    return completed<DossierFound>({ exists: true, status });
  }
  return completed<DossierFound>({ exists: statusless || rows.length > 0 });
}
