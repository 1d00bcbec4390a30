import { z } from 'zod';

/** A query parameter that may be repeated (`state=dead&state=rejected`): any of the values. */
export const several = <Item extends z.ZodType>(item: Item) =>
  z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(item).min(1).max(20));
