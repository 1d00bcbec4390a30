import { type ReconciliationRule, reconciliationRule } from '../../contracts/domain/reconciliation-rule.ts';
import { journalLine, journalLines } from '../chronicle/journal-line.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import type { Rule } from './matching/rules.ts';

interface RuleRow {
  readonly name: string;
  readonly rule: string;
}

export type Rules = ReturnType<typeof createRules>;

/** Rules of matching that people put beside, or in the place of, those that the program brings. */
export function createRules({ engine, platform }: Pick<RoomParts, 'engine' | 'platform'>) {
  const ruleOf = ({ name, rule }: RuleRow): Rule => ({ name, ...reconciliationRule.parse(JSON.parse(rule)) });
  return {
    all: async (): Promise<readonly Rule[]> =>
      (await engine.all<RuleRow>(sql('select r.name, r.rule from reconciliation_rule r order by r.name'))).map(ruleOf),
    async put(name: string, rule: ReconciliationRule, actor: string): Promise<void> {
      const token = newId(platform, 't');
      await engine.batch([
        sql(
          `insert into reconciliation_rule (name, rule, changed_by, changed_at, written_by) values (?1, ?2, ?3, {at}, ?4)
           on conflict (name) do update set rule = excluded.rule, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
             written_by = excluded.written_by`,
          ...[name, JSON.stringify(rule), actor, token],
        ),
        journalLine({
          ...{ id: `reconciliation-rule:${name}:${token}`, ref: `reconciliation-rule:${name}` },
          ...{ to: 'declared', actor },
        }),
      ]);
    },
    /** Whether there was one. */
    async remove(name: string, actor: string): Promise<boolean> {
      const token = newId(platform, 't');
      const [found] = await engine.batch([
        sql('select r.name from reconciliation_rule r where r.name = ?1', name),
        journalLines(
          {
            ...{ id: `'reconciliation-rule:' || r.name || ':' || ?2`, ref: `'reconciliation-rule:' || r.name` },
            ...{ to: `'removed'`, actor: '?3', source: 'from reconciliation_rule r where r.name = ?1' },
          },
          ...[name, token, actor],
        ),
        sql('delete from reconciliation_rule where name = ?1', name),
      ]);
      return found !== undefined && found.length > 0;
    },
  };
}
