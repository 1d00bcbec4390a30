import type { FieldRule, FieldRules } from './fields.ts';

/** One thing wrong with what was received. A `note` is recorded and lets the record pass. */
export interface Finding {
  /** Path in the record, such as `TaiLieuNop/0/IsDeleted`. */
  readonly field: string;
  /** In the portal's language; names no value. */
  readonly problem: string;
  readonly note: boolean;
}

export type WireRecord = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Judges a record against its rules. The usual case, nothing wrong, allocates nothing but the empty list. */
export function judge(record: WireRecord, rules: FieldRules): Finding[] {
  const findings: Finding[] = [];
  judgeInto(findings, '', record, rules);
  return findings;
}

function judgeInto(findings: Finding[], path: string, record: WireRecord, rules: FieldRules): void {
  for (const name of Object.keys(record)) {
    const rule = rules.get(name);
    if (rule === undefined) findings.push({ field: path + name, problem: 'không có trong đặc tả', note: true });
    else judgeValue(findings, path + name, record[name], rule);
  }
  for (const [name, rule] of rules) {
    if ('required' in rule && record[name] === undefined) {
      findings.push({ field: path + name, problem: 'bắt buộc phải có', note: false });
    }
  }
  if (typeof record.SoDinhDanh === 'string' && typeof record.LoaiDinhDanh === 'string') {
    judgeIdentity(findings, path, record.LoaiDinhDanh, record.SoDinhDanh);
  }
}

function judgeValue(findings: Finding[], field: string, value: unknown, rule: FieldRule): void {
  if (rule.kind === 'rows' && Array.isArray(value)) {
    value.forEach((row: unknown, index) => {
      if (isRecord(row)) judgeInto(findings, `${field}/${index}/`, row, rule.of);
      else findings.push({ field, problem: 'phải là danh sách các đối tượng', note: false });
    });
    return;
  }
  const problem = problemOf(value, rule);
  if (problem !== undefined) findings.push({ field, problem, note: false });
}

function problemOf(value: unknown, rule: FieldRule): string | undefined {
  if (rule.kind === 'rows') return 'phải là danh sách';
  if (rule.kind === 'any-rows') {
    if (!Array.isArray(value) || !value.every(isRecord)) return 'phải là danh sách các đối tượng';
    return leavesAreStrings(value) ? undefined : 'mọi giá trị phải là chuỗi';
  }
  if (value === null && rule.kind === 'text' && rule.nullable) return undefined;
  if (typeof value !== 'string') return 'phải là chuỗi';
  if (value === '') return 'required' in rule ? 'không được để trống' : undefined;
  switch (rule.kind) {
    case 'date':
      return isWireTime(value) ? undefined : 'không đúng định dạng yyyyMMddHHmmss';
    case 'number':
      return /^\d+$/.test(value) ? undefined : 'phải là chuỗi số';
    case 'one-of':
      return rule.values.has(value) ? undefined : 'không thuộc danh mục';
    case 'text':
      return rule.max !== undefined && value.length > rule.max ? `vượt quá ${rule.max} ký tự` : undefined;
  }
}

/** "1" has 12 digits, "2" has 9; the made-up 000000001 that one client sends is refused (WIRE.md A2.2). */
function judgeIdentity(findings: Finding[], path: string, type: string, number: string): void {
  const good = type === '1' ? /^\d{12}$/.test(number) : /^\d{9}$/.test(number) && number !== '000000001';
  if (!good) findings.push({ field: `${path}SoDinhDanh`, problem: 'không hợp lệ', note: false });
}

function leavesAreStrings(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (Array.isArray(value)) return value.every(leavesAreStrings);
  return isRecord(value) && Object.values(value).every(leavesAreStrings);
}

/** A real moment written yyyyMMddHHmmss. */
function isWireTime(value: string): boolean {
  if (!/^\d{14}$/.test(value)) return false;
  const part = (from: number, to: number): number => Number(value.slice(from, to));
  const [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)];
  if (month < 1 || month > 12 || day < 1 || year < 1900) return false;
  if (day > 28 && day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
  return part(8, 10) < 24 && part(10, 12) < 60 && part(12, 14) < 60;
}
