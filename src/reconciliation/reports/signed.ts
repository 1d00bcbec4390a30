import type { RoomParts } from '../../room.ts';
import { type Statement, sql } from '../../store/engine.ts';
import { commandTexts } from '../../store/limits.ts';
import type { Report } from './report.ts';

/** What is signed of a day: its report, and its entries for accounting software. */
export type SignedName = 'report' | 'entries';
export type ToSign = Readonly<Record<SignedName, Report>>;

/** Characters of one piece: far below what a store takes in one text, whatever letters they are. */
const PIECE = 100_000;

/** Puts down what was closed, where this batch closed the day. */
export function insertSigned(
  { limits }: Pick<RoomParts['engine'], 'limits'>,
  day: string,
  signed: ToSign,
  token: string,
): Statement[] {
  const pieces = Object.entries(signed).flatMap(([name, report]) => {
    const pieces: string[] = [];
    for (let text = JSON.stringify(report); text !== ''; ) {
      // A letter of two units stays whole.
      const end = /[\uD800-\uDBFF]/.test(text[PIECE - 1] ?? '') ? PIECE - 1 : PIECE;
      pieces.push(text.slice(0, end));
      text = text.slice(end);
    }
    return pieces.map((body, part) => ({ name, part, body }));
  });
  return commandTexts(pieces, limits).map((text) =>
    sql(
      `insert into reconciliation_signed (day, n, name, part, body, written_by)
       select d.day, d.n, v.value->>'name', cast(v.value->>'part' as bigint), v.value->>'body', ?3
         from json_each(?1) v join reconciliation_day d on d.day = ?2 and d.written_by = ?3`,
      ...[text, day, token],
    ),
  );
}

/** As it was closed the n-th time; undefined of a day that a version before 0.7 closed. */
export async function readSigned(
  engine: RoomParts['engine'],
  { day, n }: { readonly day: string; readonly n: number },
  name: SignedName,
): Promise<Report | undefined> {
  const pieces = await engine.all<{ body: string }>(
    sql(
      'select g.body from reconciliation_signed g where g.day = ?1 and g.n = cast(?2 as bigint) and g.name = ?3 order by g.part',
      ...[day, n, name],
    ),
  );
  return pieces.length === 0 ? undefined : (JSON.parse(pieces.map(({ body }) => body).join('')) as Report);
}
