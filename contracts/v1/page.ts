import { z } from 'zod';
import { wholeNumber } from '../domain/whole-number.ts';

const MAXIMUM_LIMIT = 500;
const DEFAULT_LIMIT = 50;

/** What every list takes. Spread it into the query of a list route. */
export const pageQuery = {
  limit: wholeNumber(1, MAXIMUM_LIMIT).default(DEFAULT_LIMIT).meta({
    description: 'Items a page holds at most',
    type: 'integer',
    minimum: 1,
    maximum: MAXIMUM_LIMIT,
    default: DEFAULT_LIMIT,
  }),
  cursor: z
    .string()
    .min(1)
    .max(600)
    .optional()
    .meta({ description: '`nextCursor` of the page before; opaque, and good as long as the list is' }),
};

/** One page of a list. `nextCursor` is null on the last page. */
export const pageOf = <Item extends z.ZodType>(id: string, item: Item) =>
  z
    .object({
      items: z.array(item),
      nextCursor: z.string().nullable().meta({ description: 'Ask with this for what follows; null at the end' }),
    })
    .meta({ id });
