import { type Answer, refusal } from './answers.ts';
import { dossierFields, type FieldRules, progressFields, statusFields } from './fields.ts';
import { isRecord, judge, type WireRecord } from './judge.ts';
import type { PortalState } from './state.ts';
import { texts } from './texts.ts';

/** Why one item of a batch is not taken. */
interface Refused {
  readonly code: string;
  readonly reason: 'exists' | 'other';
  readonly text: string;
}

/** Judges one record, remembers what was wrong, and says the first thing that refuses it. */
function fault(portal: PortalState, service: string, code: string, record: WireRecord, rules: FieldRules) {
  const findings = judge(record, rules);
  if (findings.length === 0) return undefined;
  portal.recordViolations(service, code, findings);
  const first = findings.find((finding) => !finding.note);
  return first === undefined || portal.settings.strict === 'record'
    ? undefined
    : `trường ${first.field} ${first.problem}`;
}

/** Writes the answer to a batch of which some items were refused, as far as the settings let it name them. */
function batchAnswer(
  portal: PortalState,
  success: string,
  refused: readonly Refused[],
  codes: readonly string[],
): Answer {
  if (refused.length === 0) return { code: 0, message: success };
  const { settings, counters } = portal;
  counters.refusals += refused.length;
  const onlyExisting = refused.every((item) => item.reason === 'exists');
  const code = onlyExisting ? settings.existsCode : settings.refusalCode;
  const bare = onlyExisting ? `Hồ sơ ${texts.exists}` : 'Đồng bộ không thành công: dữ liệu không hợp lệ';
  if (settings.namesItem === 'none') return { code, message: bare };
  if (settings.namesItem === 'message') {
    const named = refused.map((item) => `Hồ sơ ${item.code} ${item.text}`).join('; ');
    return { code, message: onlyExisting ? named : `Đồng bộ không thành công: ${named}` };
  }
  const whole = settings.badItem === 'batch';
  const rows = codes.map((MaHoSo) => {
    const item = refused.find((each) => each.code === MaHoSo);
    if (item !== undefined) {
      const itemCode = item.reason === 'exists' ? settings.existsCode : settings.refusalCode;
      return { MaHoSo, error_code: itemCode, message: `Hồ sơ ${MaHoSo} ${item.text}` };
    }
    return whole
      ? { MaHoSo, error_code: settings.refusalCode, message: 'Không thành công do lỗi của hồ sơ khác' }
      : { MaHoSo, error_code: '0', message: success };
  });
  return { code, message: bare, result: rows };
}

const codeOf = (record: unknown): string =>
  isRecord(record) && typeof record.MaHoSo === 'string' ? record.MaHoSo : '';

/** DongBoHoSoMC: `isUpdating` stands on the call; "False" refuses what exists, "True" what does not. */
export function syncDossiers(portal: PortalState, call: WireRecord): Answer {
  const { isUpdating, data } = call;
  if (isUpdating !== 'True' && isUpdating !== 'False') {
    portal.recordViolations('DongBoHoSoMC', '', [
      { field: 'isUpdating', problem: 'phải là "True" hoặc "False"', note: false },
    ]);
    return refusal(portal.settings, texts.badUpdatingFlag);
  }
  if (!Array.isArray(data) || data.length === 0) return refusal(portal.settings, texts.noData);
  const updating = isUpdating === 'True';
  const refused: Refused[] = [];
  const good: { code: string; record: WireRecord }[] = [];
  const seen = new Set<string>();
  for (const record of data as readonly unknown[]) {
    const code = codeOf(record);
    const held = portal.dossiers.get(code) !== undefined;
    const wrong = isRecord(record)
      ? fault(portal, 'DongBoHoSoMC', code, record, dossierFields)
      : 'không phải là một đối tượng';
    if (wrong !== undefined) refused.push({ code, reason: 'other', text: wrong });
    else if (seen.has(code)) refused.push({ code, reason: 'other', text: 'bị lặp trong cùng một lần gọi' });
    else if (!updating && held) {
      portal.counters.alreadyExisting += 1;
      refused.push({ code, reason: 'exists', text: texts.exists });
    } else if (updating && !held) {
      portal.counters.missing += 1;
      refused.push({ code, reason: 'other', text: `không tồn tại: ${texts.notFound}` });
    } else if (isRecord(record)) good.push({ code, record });
    seen.add(code);
  }
  if (refused.length === 0 || portal.settings.badItem === 'item') {
    for (const { code, record } of good) {
      const keep = portal.dossiers.size < portal.settings.keepBodies;
      portal.dossiers.apply(code, record, updating ? 'update' : 'new', keep);
    }
  }
  return batchAnswer(portal, texts.dossiersSynced, refused, data.map(codeOf));
}

/** CapNhatTienDoHoSoMC: at most ten rows a call, of dossiers that are held. */
export function syncProgress(portal: PortalState, call: WireRecord): Answer {
  const { data } = call;
  if (!Array.isArray(data) || data.length === 0) return refusal(portal.settings, texts.noData);
  if (data.length > 10) {
    portal.recordViolations('CapNhatTienDoHoSoMC', codeOf(data[0]), [
      { field: 'data', problem: 'quá 10 bản ghi', note: false },
    ]);
    return refusal(portal.settings, texts.tooManyRows);
  }
  const refused: Refused[] = [];
  const good: WireRecord[] = [];
  for (const row of data as readonly unknown[]) {
    const code = codeOf(row);
    const wrong = isRecord(row)
      ? fault(portal, 'CapNhatTienDoHoSoMC', code, row, progressFields)
      : 'không phải là một đối tượng';
    if (wrong !== undefined) refused.push({ code, reason: 'other', text: wrong });
    else if (portal.dossiers.get(code) === undefined) {
      portal.counters.missing += 1;
      refused.push({ code, reason: 'other', text: texts.notFound });
    } else if (isRecord(row)) good.push(row);
  }
  if (refused.length === 0 || portal.settings.badItem === 'item') {
    for (const row of good) {
      const dossier = portal.dossiers.get(codeOf(row));
      if (dossier !== undefined) portal.dossiers.addProgress(dossier, row);
    }
  }
  return batchAnswer(portal, texts.progressSynced, refused, [...new Set(data.map(codeOf))]);
}

/** DongBoTrangThaiHoSo: what the province did with a dossier that was born on the portal. */
export function syncStatus(portal: PortalState, call: WireRecord): Answer {
  const { type, data } = call;
  if (type !== '2') {
    portal.recordViolations('DongBoTrangThaiHoSo', codeOf(data), [
      { field: 'type', problem: 'phải là "2"', note: false },
    ]);
    return refusal(portal.settings, texts.wrongType);
  }
  if (!isRecord(data)) return refusal(portal.settings, texts.noData);
  const code = codeOf(data);
  const wrong = fault(portal, 'DongBoTrangThaiHoSo', code, data, statusFields);
  const held = portal.national.get(code);
  if (wrong !== undefined || (held === undefined && portal.settings.unknownNational === 'refuse')) {
    portal.counters.refusals += 1;
    if (wrong === undefined) portal.counters.missing += 1;
    return refusal(portal.settings, `Đồng bộ trạng thái không thành công: hồ sơ ${code} ${wrong ?? texts.notFound}`);
  }
  portal.national.applyStatus(data);
  portal.counters.statusSyncs += 1;
  return { code: 0, message: texts.statusSynced };
}
