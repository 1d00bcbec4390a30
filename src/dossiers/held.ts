import { Tampered, type Vault } from '../crypto/vault.ts';
import type { Comparison } from '../journal/held.ts';
import { type Row, sql } from '../store/engine.ts';
import { columnsOf } from './columns.ts';
import { readContent } from './content.ts';
import { bodyRow, PRESENT_BODY } from './statements.ts';

const A_PAGE = 100;

/** Holds what dossiers say in clear against their sealed contents, which nobody without the keys can write. */
export const dossierColumns =
  (vault: Pick<Vault, 'open'>): Comparison =>
  async (engine, differs) => {
    for (let after = ''; ; ) {
      const rows = await engine.scan<Row>(
        sql(
          `select d.code, d.subject, d.version, d.national_code, d.status, d.channel, d.level, d.agency, d.procedure, d.field, d.received_at, d.due_at, d.closed_at,
                  u.salt, u.epoch, b.body from dossier d join subject u on u.id = d.subject join ${PRESENT_BODY}
            where d.code > ?1 and u.salt is not null order by d.code limit ?2`,
          after,
          A_PAGE,
        ),
      );
      for (const row of rows) {
        const wrong = await wrongColumn(vault, row);
        if (wrong !== undefined) differs('dossier', String(row.code), wrong);
      }
      if (rows.length < A_PAGE) return;
      after = String(rows.at(-1)?.code);
    }
  };

async function wrongColumn(vault: Pick<Vault, 'open'>, row: Row): Promise<string | undefined> {
  const subject = { id: String(row.subject), salt: String(row.salt), epoch: Number(row.epoch) };
  try {
    const [text] = await vault.open([
      {
        ...{ subject, purpose: 'dossier.body', sealed: String(row.body) },
        row: bodyRow(String(row.code), Number(row.version)),
      },
    ]);
    if (text === undefined) return undefined;
    const said = columnsOf(readContent(text));
    const [name] = Object.entries(said).find(([column, value]) => String(row[column]) !== String(value)) ?? [];
    return name === undefined ? undefined : `its ${name} is not the one in its sealed content`;
  } catch (error) {
    if (!(error instanceof Tampered)) throw error;
    return 'its content does not open in its place';
  }
}
