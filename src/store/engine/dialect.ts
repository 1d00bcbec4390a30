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
  readonly numbered: string;
}

/** Both clocks of a store in tests, milliseconds; where one alone is given, the other is the same. */
export interface MovedClocks {
  readonly wallMs?: () => number;
  readonly steadyMs?: () => number;
}

/** Instants of a store, milliseconds, by their fragments. */
export interface Present {
  readonly at?: number;
  readonly now?: number;
  readonly atHorizon?: number;
}

/** What moved clocks show; nothing where the store's own hold. What was written just now is seen. */
export function presentOf({ wallMs, steadyMs }: MovedClocks): Present {
  const wall = wallMs ?? steadyMs;
  const steady = steadyMs ?? wallMs;
  if (wall === undefined || steady === undefined) return {};
  const at = Math.trunc(wall());
  return { at, now: Math.trunc(steady()), atHorizon: at + 1 };
}

/** Instants that the engine is told instead of asking its own clock: a parameter more for each that is looked at. */
export function told(statement: Statement, present: Present): Statement {
  let { sql } = statement;
  const params = [...statement.params];
  for (const [name, ms] of Object.entries(present) as [keyof Present, number][]) {
    const fragment = `{${name}}`;
    if (sql.includes(fragment)) sql = sql.replaceAll(fragment, `cast(?${params.push(ms)} as bigint)`);
  }
  return { ...statement, sql, params };
}
export const looksAtHorizon = ({ sql }: Statement): boolean => sql.includes('{atHorizon}');

/** What stands in quotes is text and stays as it is; `replace` sees the rest. */
const PARTS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g;
export const outsideQuotes = (text: string, replace: (code: string) => string): string =>
  text.replace(PARTS, (part) => (part.startsWith("'") || part.startsWith('"') ? part : replace(part)));

const FRAGMENT = /\{(at|now|atHorizon|lockRows|skipLocked|clustered|numbered)\}/g;
/** Our SQL as an engine of this dialect takes it. */
export const inDialect = (text: string, dialect: Dialect): string =>
  outsideQuotes(text, (code) => code.replace(FRAGMENT, (_whole, name: keyof Dialect) => dialect[name]));
