import type { z } from 'zod';
import type { declaredRule } from '../../../../../contracts/v1/reconciliation-rule.ts';
import type { declaredMap } from '../../../../../contracts/v1/statement.ts';
import { RULES, SIDES } from '../../../../reconciliation/reports/words.ts';
import { number, table } from '../output.ts';

export type DeclaredMap = z.output<typeof declaredMap>;
export type DeclaredRule = z.output<typeof declaredRule>;

/** Whose lines, whichever way the money moved. */
const WHOSE: Readonly<Record<string, string>> = { ...SIDES, bank: 'Ngân hàng' };
const side = (code: string | null): string =>
  code === null ? 'mọi bên (all)' : WHOSE[code] === undefined ? code : `${WHOSE[code]} (${code})`;
/** Rules by the names of built-in ones are called as reports call them. */
const called = (name: string): string => (RULES[name] === undefined ? name : `${RULES[name]} (${name})`);

const columnsOf = ({ columns }: DeclaredMap['map']): readonly (readonly [string, string])[] =>
  Object.entries(columns).map(([what, column]) => [what, [column].flat().join(' + ')]);

export const mapsText = (maps: readonly DeclaredMap[]): string =>
  table(
    ['NGUỒN (source)', 'BÊN (side)', 'DẤU PHÂN CÁCH (delimiter)', 'DÒNG TIÊU ĐỀ (head row)', 'CỘT (columns)'],
    maps.map(({ source, map }) => [
      ...[source, side(map.side), map.delimiter, number(map.headRow)],
      columnsOf(map)
        .map(([what, column]) => `${what}: ${column}`)
        .join(' · '),
    ]),
  );

export const mapText = ({ source, map }: DeclaredMap): string =>
  [
    `${source} · ${side(map.side)} · dấu phân cách (delimiter) ${map.delimiter} · dòng tiêu đề (head row) ${number(map.headRow)} · ngày (dates) ${map.dateOrder} · ${map.currency}`,
    table(['NỘI DUNG (what)', 'CỘT (column)'], columnsOf(map)),
  ].join('\n');

export const rulesText = (rules: readonly DeclaredRule[]): string =>
  table(
    [
      'QUY TẮC (rule)',
      'LOẠI (kind)',
      'CÓ SẴN (built in)',
      'THỨ TỰ (priority)',
      'BÊN (side)',
      'TỪ (from)',
      'ĐẾN (to)',
      'NỘI DUNG (what it says)',
    ],
    rules.map(({ name, rule, builtIn }) => [
      ...[called(name), rule.kind, builtIn ? 'có (yes)' : 'không (put)', number(rule.priority), side(rule.side)],
      ...[rule.validFrom, rule.validTo, sayingOf(rule)],
    ]),
  );

/** What is particular to a rule, as its file writes it. */
function sayingOf(rule: DeclaredRule['rule']): string {
  const { kind: _kind, priority: _priority, validFrom: _from, validTo: _to, side: _side, ...own } = rule;
  return Object.entries(own)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([what, value]) => `${what} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' · ');
}
