import { journalLines } from '../chronicle/journal-line.ts';
import { commands, type Statement } from '../store/engine.ts';
import type { MovedDue, NewDue, NewProof } from './statements.ts';

/** The lines of dues that were told or moved, and of proofs, where this commit wrote them. */
export function linesOf(
  fresh: readonly NewDue[],
  moved: readonly MovedDue[],
  receipts: readonly NewProof[],
  actor: string,
  token: string,
): readonly Statement[] {
  const line = { id: `'tax:' || d.id || ':' || ?2`, ref: `'tax:' || d.id`, actor: '?3' };
  const changed = moved.filter(({ from, state }) => from !== state);
  const source = `from json_each(?1) v join tax_due d on d.id = v.value->>'id' and d.written_by = ?2`;
  return [
    ...(fresh.length === 0
      ? []
      : [journalLines({ ...line, to: 'd.state', source }, commands(fresh.map(({ id }) => ({ id }))), token, actor)]),
    ...(changed.length === 0
      ? []
      : [
          journalLines(
            { ...line, from: `v.value->>'from'`, to: 'd.state', source },
            commands(changed.map(({ id, from }) => ({ id, from }))),
            token,
            actor,
          ),
        ]),
    ...(receipts.length === 0
      ? []
      : [
          journalLines(
            {
              ...{
                id: `'tax-proof:' || p.id || ':' || ?2`,
                ref: `'tax-proof:' || p.id`,
                to: `'received'`,
                actor: '?3',
              },
              source: `from json_each(?1) v join tax_proof p on p.id = v.value->>'id' and p.written_by = ?2`,
            },
            commands(receipts.map(({ id }) => ({ id }))),
            token,
            actor,
          ),
        ]),
  ];
}
