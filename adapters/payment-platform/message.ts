import { OF_SYSTEMS } from '../../contracts/domain/json-bounds.ts';
import { type Drift, drift, type Unknown, unknown } from '../adapter.ts';
import { kindOf, parsedJson } from '../kit/json.ts';
import { memberSources } from '../kit/json-source.ts';

/** A message of theirs: what it says, and how each value was written. */
export interface WireMessage {
  readonly values: Readonly<Record<string, unknown>>;
  /** The text of a value as a seal covers it: a number as it was written, "" for none; undefined where it has none. */
  text(name: string): string | undefined;
}

/** The JSON object that a body is, within bounds of its build. */
export function readMessage(body: string, bounds = OF_SYSTEMS): WireMessage | Unknown | Drift {
  const parsed = parsedJson(body, bounds);
  if (!parsed.ok) return parsed.failure;
  const { value } = parsed;
  if (kindOf(value) !== 'object') return drift('', 'object', kindOf(value));
  const values = value as Readonly<Record<string, unknown>>;
  const sources = memberSources(body);
  return {
    values,
    text: (name) => {
      const own = Object.hasOwn(values, name) ? values[name] : undefined;
      if (own === undefined || own === null) return '';
      if (typeof own === 'string') return own;
      return typeof own === 'object' ? undefined : sources.get(name);
    },
  };
}

/** The same out of the envelope `{error_code: "0", message}` of a province's LGSP, where one is around it (WIRE.md 2.1). */
export function readAnswer(body: string): WireMessage | Unknown | Drift {
  const outer = readMessage(body);
  if (!isMessage(outer) || 'MaLoi' in outer.values || !('error_code' in outer.values)) return outer;
  // What went wrong in the LGSP says nothing of what the platform did before.
  if (outer.text('error_code') !== '0') return unknown('server-error');
  const inner = outer.values.message;
  if (typeof inner === 'string') return readMessage(inner);
  const source = memberSources(body).get('message');
  return source === undefined ? drift('/message', 'object', 'missing') : readMessage(source);
}

export const isMessage = (read: WireMessage | Unknown | Drift): read is WireMessage => 'values' in read;
