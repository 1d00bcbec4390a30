import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { z } from 'zod';
import { beyondBounds, type JsonBounds, OF_SYSTEMS } from '../../contracts/domain/json-bounds.ts';
import { jsonPointer } from '../../contracts/domain/text.ts';
import { type Drift, drift, type Unknown, unknown } from '../adapter.ts';
import { utf8 } from './bytes.ts';

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Unknown | Drift };

/**
 * Parses an answer and holds it against its wire schema. No JSON at all is unknown (a proxy's page, half a body);
 * JSON of another shape is drift, which says where and of what kind, never what stood there. So is what is nested deeper
 * or holds more values than `bounds`: nothing looks into that.
 */
export function readJson<Value>(body: string, schema: z.ZodType<Value>, bounds = OF_SYSTEMS): Read<Value> {
  const parsed = parsedJson(body, bounds);
  return parsed.ok ? readValue(parsed.value, schema) : parsed;
}

/** For the verifying of a sender alone, who is to be known whatever he sends. What is read so is never walked through. */
export const UNBOUNDED: JsonBounds = {
  depth: Number.POSITIVE_INFINITY,
  members: Number.POSITIVE_INFINITY,
  values: Number.POSITIVE_INFINITY,
};

/** The value of a JSON text that keeps the bounds. */
export function parsedJson(text: string, bounds = OF_SYSTEMS): Read<unknown> {
  const beyond = bounds === UNBOUNDED ? undefined : beyondBounds(text, bounds);
  if (beyond !== undefined)
    return {
      ok: false,
      failure: drift('', 'JSON within bounds', beyond),
    };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, failure: unknown('unreadable') };
  }
}

/** The same for what is parsed already; `at` is the JSON pointer of `value` in their answer. */
export function readValue<Value>(value: unknown, schema: z.ZodType<Value>, at = ''): Read<Value> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  const path = issue?.path ?? [];
  return { ok: false, failure: drift(at + jsonPointer(path), expectedBy(issue), kindOf(reach(value, path))) };
}

/** What the schema wanted, in a word or two. */
function expectedBy(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return 'another shape';
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return issue.errors.map((option) => expectedBy(option[0])).join(' or ');
  }
  return 'expected' in issue ? String(issue.expected) : issue.code;
}

/** The kind of a value without its content. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

/** JSON with sorted keys: equal texts for equal values, whatever the order they were written in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/** SHA-256 of a text, lower-case hex. At once: what is so short would wait longer for another thread than it takes. */
export const digestOf = (text: string): string => bytesToHex(sha256(utf8(text)));

function reach(value: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}
