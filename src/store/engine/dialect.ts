import type { Statement } from '../engine.ts';

/** What the fragments of our SQL (see `Statement`) are on one engine. */
export interface Dialect {
  /** The wall, epoch milliseconds. */
  readonly at: string;
  /** The steady clock, milliseconds. */
  readonly now: string;
  readonly atHorizon: string;
  readonly lockRows: string;
  readonly skipLocked: string;
  readonly clustered: string;
}

/** Both clocks of a store in tests, milliseconds; where one alone is given, the other is the same. */
export interface MovedClocks {
  readonly wallMs?: () => number;
  readonly steadyMs?: () => number;
}

/** What moved clocks show, milliseconds; undefined where the store's own hold. What was written just now is seen. */
export function presentOf({ wallMs, steadyMs }: MovedClocks): Record<'at' | 'now' | 'atHorizon', number> | undefined {
  const wall = wallMs ?? steadyMs;
  const steady = steadyMs ?? wallMs;
  if (wall === undefined || steady === undefined) return undefined;
  const at = Math.trunc(wall());
  return { at, now: Math.trunc(steady()), atHorizon: at + 1 };
}

/** For an engine that cannot call back: what moved clocks show, written out. */
export function writtenOut(dialect: Dialect, clocks: MovedClocks): Dialect {
  const present = presentOf(clocks);
  if (present === undefined) return dialect;
  const literal = (ms: number): string => `cast(${ms} as bigint)`;
  return {
    ...dialect,
    ...{ at: literal(present.at), now: literal(present.now), atHorizon: literal(present.atHorizon) },
  };
}

/** For an engine that has to ask for the horizon first: a parameter more, where the statement looks at it. */
export function withHorizon(statement: Statement, atMs: number): Statement {
  const { sql, params } = statement;
  if (!looksAtHorizon(statement)) return statement;
  const parameter = `cast(?${params.length + 1} as bigint)`;
  return { ...statement, sql: sql.replaceAll('{atHorizon}', parameter), params: [...params, atMs] };
}
export const looksAtHorizon = ({ sql }: Statement): boolean => sql.includes('{atHorizon}');

/** What stands in quotes is text and stays as it is; `replace` sees the rest. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g;
export const outsideQuotes = (text: string, replace: (code: string) => string): string =>
  text.replace(PARTS, (part) => (part.startsWith("'") || part.startsWith('"') ? part : replace(part)));

const FRAGMENT = /\{(at|now|atHorizon|lockRows|skipLocked|clustered)\}/g;
/** Our SQL as an engine of this dialect takes it. */
export const inDialect = (text: string, dialect: Dialect): string =>
  outsideQuotes(text, (code) => code.replace(FRAGMENT, (_whole, name: keyof Dialect) => dialect[name]));
