import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { house } from '../../test/kit/house.ts';

/** Every text of a schema, by its place. */
function* textsOf(
  schema: z.core.$ZodType,
  at = '',
  seen = new Set<z.core.$ZodType>(),
): Generator<[string, z.core.$ZodType]> {
  if (seen.has(schema)) return;
  seen.add(schema);
  const { def } = (schema as z.ZodType)._zod;
  if (def.type === 'string') yield [at, schema];
  for (const [name, inner] of Object.entries(def).filter(([part]) => part !== 'checks'))
    for (const [key, one] of inner !== null && typeof inner === 'object'
      ? [['', inner] as const, ...Object.entries(inner)]
      : [])
      if (
        one !== null &&
        typeof one === 'object' &&
        '_zod' in one &&
        !('check' in (one as z.ZodType)._zod.def && !('type' in (one as z.ZodType)._zod.def))
      )
        yield* textsOf(one as z.core.$ZodType, name === 'shape' ? `${at}/${key}` : at, seen);
}

/** What grows with the square takes seconds. */
const DEAR_MS = 500;

/** The least of three: others compute on the same cores. */
function leastMs(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < 3 && least > DEAR_MS; n++) {
    const from = performance.now();
    work();
    least = Math.min(least, performance.now() - from);
  }
  return least;
}

const EVIL: ReadonlyMap<string, string> = new Map([
  ['marks that are to be ordered', '\u0301\u0323'.repeat(500_000)],
  ['a letter under marks', `a${'\u0323\u0302\u0301'.repeat(300_000)}`],
  ['blanks', `${' '.repeat(1_000_000)}x`],
  ['digits', '1'.repeat(1_000_000)],
  ['letters and points', 'a.'.repeat(500_000)],
  ['a time without an end', `2022-12-01T09:15:00.${'1'.repeat(1_000_000)}`],
  ['an address', `https://a.vn/${'ệ%[ '.repeat(200_000)}`],
]);

describe('a text of a request, a megabyte long', async () => {
  const { app } = await house();
  const texts = app.routes.flatMap(({ contract }) =>
    (['params', 'query', 'body'] as const).flatMap((part) => {
      const given = contract[part];
      const schema =
        given !== undefined && 'kind' in given
          ? given.kind === 'json'
            ? given.schema
            : given.kind === 'stream'
              ? given.line
              : undefined
          : given;
      return schema === undefined
        ? []
        : [...textsOf(schema as z.core.$ZodType)].map(
            ([at, text]) => [`${contract.operationId} ${part} ${at}`, text as z.ZodType] as const,
          );
    }),
  );

  it('is looked for in many places', () => {
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.map(([at]) => at)).toEqual(
      expect.arrayContaining(['putDossier body /procedure/code', 'putDossier body /applicant/email']),
    );
  });

  it.each([...EVIL])('costs next to nothing wherever it stands: %s', (_, text) => {
    const dear: string[] = [];
    for (const [at, schema] of texts) {
      if (leastMs(() => schema.safeParse(text)) > DEAR_MS) dear.push(at);
    }
    expect(dear).toEqual([]);
  });
});
