import type { StatementReader } from './source.ts';

/** Every layout that is known by its content, the surest signs first. */
export const readers: readonly StatementReader[] = [];
