import type { z } from 'zod';
import { jsonPointer } from '../../contracts/domain/text.ts';
import type { FieldError } from '../../contracts/v1/problem.ts';

type Part = FieldError['in'];
type Issue = z.core.$ZodIssue;

/** A field that fails is named, its value never repeated; more than these are not listed. */
const ERRORS_AT_MOST = 200;

/** Every failing field of one part of a request: unknown ones too, each by its JSON pointer. */
export function fieldErrors(error: z.ZodError, part: Part, input: unknown): FieldError[] {
  return error.issues
    .flatMap((issue) => plain(issue))
    .slice(0, ERRORS_AT_MOST)
    .map(({ path, message, ours }) => ({
      in: part,
      pointer: jsonPointer(path),
      message: ours || !isMissing(input, path) ? message : 'is required',
    }));
}

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step];
  }
  return value === undefined;
}

interface PlainIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Worded by a rule of ours, which says more than that something is missing. */
  readonly ours?: boolean;
}

function plain(issue: Issue, base: readonly PropertyKey[] = []): PlainIssue[] {
  const path = [...base, ...issue.path];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        isFieldName(key)
          ? { path: [...path, key], message: 'is not a known field' }
          : { path, message: 'holds an unknown field' },
      );
    case 'invalid_union': {
      const branch = nearest(issue.errors);
      return branch === undefined ? [{ path, message: issue.message }] : branch.flatMap((inner) => plain(inner, path));
    }
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues.flatMap((inner) => plain(inner, path));
    default:
      return [{ path, message: issue.message, ours: issue.code === 'custom' }];
  }
}

/** The branch of a union that the value came closest to: the one with the deepest, then the fewest complaints. */
function nearest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) => Math.max(...issues.map((issue) => issue.path.length));
  return [...branches]
    .filter((issues) => issues.length > 0)
    .sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

/** A key may be the caller's mistake of sending data as a key; only what looks like a field name is repeated. */
function isFieldName(key: string): boolean {
  return /^[\p{L}_$][\p{L}\p{N}_.$-]{0,63}$/u.test(key) && !/\d{6}/.test(key);
}
