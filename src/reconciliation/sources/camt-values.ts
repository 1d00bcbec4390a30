import type { Direction } from '../../../contracts/domain/statement.ts';
import { VIETNAM_OFFSET_MS } from '../../../contracts/domain/time.ts';
import type { Element } from './camt-xml.ts';
import { civilDay } from './civil-day.ts';
import { type Decimal, decimal } from './decimal.ts';

export const all = (element: Element | undefined, ...path: readonly string[]): readonly Element[] =>
  path.reduce<readonly Element[]>(
    (found, name) => found.flatMap((each) => each.children.filter((child) => child.name === name)),
    element === undefined ? [] : [element],
  );
export const one = (element: Element | undefined, ...path: readonly string[]): Element | undefined =>
  all(element, ...path)[0];
/** The text at a path without blanks at its ends; undefined where there is none. */
export const textAt = (element: Element | undefined, ...path: readonly string[]): string | undefined =>
  one(element, ...path)?.text.trim() || undefined;

export const directionAt = (element: Element): Direction | undefined => {
  const indicator = textAt(element, 'CdtDbtInd');
  return indicator === 'CRDT' ? 'credit' : indicator === 'DBIT' ? 'debit' : undefined;
};

export const amountOf = (element: Element | undefined): Decimal | undefined => decimal(element?.text.trim() ?? '');

export interface DayAndTime {
  readonly day: string;
  readonly time: string | null;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,12})?)?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * A date, or a date with its time: in Vietnam where the time has an offset, as it stands where it has none. Undefined where
 * there is no such day or time.
 */
export function dayOf(text: string): DayAndTime | undefined {
  const [whole, year, month, day, hour, minute, second, offset] = DATE.exec(text) ?? [];
  const civil = civilDay(Number(year), Number(month), Number(day));
  if (whole === undefined || civil === undefined) return undefined;
  if (hour === undefined) return { day: civil, time: null };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const time = `${hour}:${minute}:${second}`;
  if (offset === undefined) return { day: civil, time };
  const moment = Date.parse(`${civil}T${time}${offset}`);
  if (Number.isNaN(moment)) return undefined;
  const there = new Date(moment + VIETNAM_OFFSET_MS).toISOString();
  return { day: there.slice(0, 10), time: there.slice(11, 19) };
}

/** What `Dt` or `DtTm` in an element says; null where it has neither. */
export function dayAt(element: Element | undefined): DayAndTime | null | undefined {
  const text = textAt(element, 'Dt') ?? textAt(element, 'DtTm');
  return text === undefined ? null : dayOf(text);
}
