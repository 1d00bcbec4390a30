import type { Vault } from '../../crypto/vault.ts';
import { commands, type Engine, sql } from '../../store/engine.ts';
import { type Composer, ERASED } from '../sending/compose.ts';

export const INPUT_PURPOSE = 'exchange.payload';

interface SubjectRow {
  readonly id: string;
  readonly salt: string | null;
  readonly epoch: number;
}

/** For acts: what is sent, and asked about, is the input as it was sealed when the act was recorded. */
export function sealedInput(parts: { readonly engine: Engine; readonly vault: Vault }): Composer {
  return async (items) => {
    const ids = [...new Set(items.flatMap(({ subject }) => (subject === null ? [] : [subject])))];
    const rows = await parts.engine.all<SubjectRow>(
      sql(
        `select u.id, u.salt, u.epoch from json_each(?1) v join subject u on u.id = v.value->>'id'`,
        commands(ids.map((id) => ({ id }))),
      ),
    );
    const keys = new Map(rows.map((row) => [row.id, row]));
    return Promise.all(
      items.map(async ({ subject: id, payload }) => {
        const row = id === null ? undefined : keys.get(id);
        if (row === undefined || row.salt === null || payload === null) return ERASED;
        const subject = { id: row.id, salt: row.salt, epoch: row.epoch };
        const [text] = await parts.vault.open([{ subject, purpose: INPUT_PURPOSE, sealed: payload }]);
        return text === undefined ? ERASED : { input: JSON.parse(text) as unknown, version: null, subject };
      }),
    );
  };
}
