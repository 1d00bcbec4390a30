import type { Outcome } from '../../../adapters/adapter.ts';
import type { Vault } from '../../crypto/vault.ts';
import type { Turn } from '../../loop.ts';
import { commands, type Engine, type Statement, sql } from '../../store/engine.ts';
import type { OnSettled, RoomOperations, SettledExchange } from '../operations.ts';
import type { Settlement } from '../rules/settlement.ts';
import { lockStreams } from '../statements.ts';
import { noteTold } from './settle-statements.ts';

interface UntoldRow {
  readonly exchange: string;
  readonly stream: string;
  readonly system: string;
  readonly operation: string;
  readonly key: string;
  readonly subject: string | null;
  readonly state: Settlement['to'];
  readonly cause: string | null;
  readonly salt: string | null;
  readonly epoch: number | null;
  readonly result: string | null;
}

const ROWS = 100;

export const untold = (after: string): Statement =>
  sql(
    `select x.id as exchange, x.stream, s.system, x.operation, s.key, x.subject, x.state, x.cause, u.salt, u.epoch, r.result
       from exchange x join stream s on s.id = x.stream left join subject u on u.id = x.subject
       left join exchange_result r on r.exchange = x.id
      where x.told = 0 and x.id > ?1 order by x.id limit ${ROWS}`,
    after,
  );

/**
 * Tells rooms of acts that are final and that they have not written down yet: their statements had failed, or had been
 * judged by a state that moved on. What is kept of a result goes when its room has it. One process does, so that no
 * room judges for nothing; that each is told once is guarded in the commit.
 */
export function createTellRooms(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly operations: RoomOperations;
  readonly token: () => string;
  readonly roomFailed: (error: unknown) => void;
}): (turn: Pick<Turn, 'mine'>) => Promise<void> {
  const { engine, vault } = parts;

  async function settledOf(row: UntoldRow): Promise<SettledExchange> {
    const { salt, epoch, result, subject, ...rest } = row;
    const key = subject === null || epoch === null ? undefined : { id: subject, salt: salt ?? '', epoch };
    const [text] =
      result === null || key === undefined
        ? []
        : await vault.open([{ subject: key, purpose: 'exchange_result.result', row: row.exchange, sealed: result }]);
    const theirWord = (row.state === 'delivered' || row.state === 'rejected') && text !== undefined;
    return { ...rest, subject, kind: 'act', outcome: theirWord ? (JSON.parse(text) as Outcome) : null };
  }

  async function tellOne(onSettled: OnSettled, settled: SettledExchange): Promise<void> {
    const token = parts.token();
    const settlement = await onSettled([settled], token);
    const stream = commands([{ stream: settled.stream, exchange: settled.exchange }]);
    const rows = await engine.batch([
      lockStreams(stream),
      sql(
        `update stream set written_by = ?2 from json_each(?1) v where stream.id = v.value->>'stream'
            and exists (select 1 from exchange x where x.id = v.value->>'exchange' and x.told = 0)`,
        stream,
        token,
      ),
      ...settlement.statements,
      noteTold({ settled: [settled], settlement }, token),
      sql(
        `delete from exchange_result where exchange = ?1 and exists (select 1 from exchange x where x.id = ?1 and x.told = 1)`,
        settled.exchange,
      ),
      sql('select told from exchange where id = ?1', settled.exchange),
    ]);
    if (rows.at(-1)?.[0]?.told === 0)
      throw new Error(`the room's statements for ${settled.system}/${settled.operation} did not take hold`);
  }

  return async ({ mine }) => {
    for (let after = ''; ; ) {
      const rows = await engine.all<UntoldRow>(untold(after));
      for (const row of rows) {
        const onSettled = parts.operations.get(`${row.system}/${row.operation}`)?.settled;
        if (onSettled === undefined) continue;
        if (!(await mine())) return;
        await settledOf(row)
          .then((settled) => tellOne(onSettled, settled))
          .catch(parts.roomFailed);
      }
      if (rows.length < ROWS) return;
      after = rows.at(-1)?.exchange ?? after;
    }
  };
}
