import { type CallContext, completed, type Outcome, type QueryOperation } from '../adapter.ts';
import { cataloguePolicy } from './policy.ts';
import { type Portal, refusal } from './portal.ts';
import { missingKey, type Row, rowsOf } from './rows.ts';

/** A catalogue: one service whose answer is a list of rows, each known by its key. */
export interface Catalogue<Input, Item> {
  readonly name: string;
  readonly service: string;
  readonly fields: (input: Input) => Readonly<Record<string, unknown>>;
  /** The wire name that every row must have. */
  readonly key: string;
  readonly item: (row: Row) => Item;
}

/** The catalogue as an operation. A row without its key makes the whole answer drift: half a catalogue is none. */
export function catalogueQuery<Input, Item>(
  portal: Portal,
  catalogue: Catalogue<Input, Item>,
): QueryOperation<Input, readonly Item[]> {
  return {
    kind: 'query',
    name: catalogue.name,
    policy: cataloguePolicy,
    run: (input, context) => fetchRows(portal, catalogue, input, context),
  };
}

export async function fetchRows<Input, Item>(
  portal: Portal,
  catalogue: Catalogue<Input, Item>,
  input: Input,
  context: CallContext,
): Promise<Outcome<readonly Item[]>> {
  const answer = await portal.call(context, catalogue.service, catalogue.fields(input));
  if (answer.kind !== 'answered') return answer;
  if (answer.verdict !== 'done' && answer.verdict !== 'exists') return refusal(answer);
  const rows = rowsOf(answer);
  if ('kind' in rows) return rows;
  return missingKey(rows, catalogue.key) ?? completed(rows.map(catalogue.item));
}
