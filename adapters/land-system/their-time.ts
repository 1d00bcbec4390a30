import { vietnamTime } from '../../contracts/domain/time.ts';

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `yyyy-MM-dd`, with a time of day and an offset where there are any. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
/** Milliseconds in a date of .NET; the offset behind them shifts nothing. */
const DOT_NET = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;
const EPOCH = /^\d{10}(\d{3})?$/;
/** A date of .NET that nobody has set; in its own form, whatever lies before 1900. */
const NEVER = /^0001-01-01|^0?1\/0?1\/0001/;
const isNever = (text: string): boolean => NEVER.test(text) || Number(DOT_NET.exec(text)?.[1] ?? 0) < EARLIEST;

/** Other years are a slip of the pen or a filler. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2199, 11, 31);
const DAY_MS = 86_400_000;
const END_OF_DAY = '23:59:59';

/**
 * Their time as RFC 3339 in Vietnam's offset: `null` for none, undefined for what is no time. One without an offset is
 * a civil time of `zone`; one that the zone's clocks skip is none. A date without a time is the end of its day, lest what
 * happened on it be taken for older than that morning's. Which forms they write is not published [assumed].
 */
export function fromTheirTime(given: string | number | null | undefined, zone: string): string | null | undefined {
  const text = String(given ?? '').trim();
  if (text === '' || isNever(text)) return null;
  const ms = msOf(text, zone);
  return ms !== undefined && ms >= EARLIEST && ms < LATEST ? vietnamTime(ms) : undefined;
}

function msOf(text: string, zone: string): number | undefined {
  const [, ticks] = DOT_NET.exec(text) ?? [];
  if (ticks !== undefined) return Number(ticks);
  if (EPOCH.test(text)) return Number(text) * (text.length === 10 ? 1_000 : 1);
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second = '00', fraction = '', offset] = iso;
    const civil = exactly(`${year}-${month}-${day}T${hour === undefined ? END_OF_DAY : `${hour}:${minute}:${second}`}`);
    if (civil === undefined) return undefined;
    const within = Number(fraction.slice(0, 3).padEnd(3, '0'));
    const at = offset === undefined ? inZone(civil, zone) : withOffset(civil, offset.toUpperCase());
    return at === undefined ? undefined : at + within;
  }
  const [, day = '', month = '', year, hour, minute, second = '00'] = SLASHED.exec(text) ?? [];
  if (year === undefined) return undefined;
  const two = (part: string) => part.padStart(2, '0');
  const time = hour === undefined ? END_OF_DAY : `${two(hour)}:${minute}:${second}`;
  const civil = exactly(`${year}-${two(month)}-${two(day)}T${time}`);
  return civil === undefined ? undefined : inZone(civil, zone);
}

/** A civil time as if it were UTC, milliseconds; never bent into a neighbouring day. */
function exactly(local: string): number | undefined {
  const ms = Date.parse(`${local}Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== local ? undefined : ms;
}

function withOffset(civil: number, offset: string): number | undefined {
  if (offset === 'Z') return civil;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return civil - (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The earlier of two instants that a clock set back shows alike. */
function inZone(civil: number, zone: string): number | undefined {
  const shown = formatOf(zone);
  const candidates = [civil - DAY_MS, civil, civil + DAY_MS].map((near) => civil - offsetAt(near, shown));
  const fitting = candidates.filter((at) => at + offsetAt(at, shown) === civil);
  return fitting.length === 0 ? undefined : Math.min(...fitting);
}

function offsetAt(ms: number, shown: Intl.DateTimeFormat): number {
  const parts = shown.formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  const civil = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return civil - Math.floor(ms / 1_000) * 1_000;
}

const formatOf = (zone: string) =>
  new Intl.DateTimeFormat('en', {
    timeZone: zone,
    calendar: 'iso8601',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
