import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dossierRecord } from '../../adapters/national-portal/record.ts';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { snapshotOf } from '../../test/kit/delivery/bench.ts';
import { STORED_BEFORE_NUMBERS, VECTOR_SUBJECT, vaultOfVectors } from '../../test/kit/dossiers/stored-contents.ts';
import { UnknownFormat } from '../crypto/stored-format.ts';
import { contentText, readContent, storedContent } from './content.ts';

const fee = { kind: 'fee', code: 'P1', name: 'Phí', amount: { amount: 1000, currency: 'VND' } } as const;

describe('the content of a snapshot', () => {
  it('leaves out its place in the order', () => {
    const text = contentText(snapshotOf('D1', 1));
    expect(contentText({ ...snapshotOf('D1', 1), revision: 7, updatedAt: '2026-06-30T00:00:00Z' })).toBe(text);
    expect(readContent(text)).not.toHaveProperty('updatedAt');
  });

  it('is the same for null and absent, at any depth', () => {
    const snapshot = snapshotOf('D1', 1);
    const applicant = { ...snapshot.applicant, phone: null, email: null };
    expect(contentText({ ...snapshot, note: null, applicant })).toBe(contentText(snapshot));
  });

  it('is the same for an empty list and an absent one, at any depth: so it is on the wire', () => {
    const plain = snapshotOf('D1', 1, { supplements: [{ id: 's1' }] });
    const applicant = { ...plain.applicant, identities: [] };
    const nothing = { fees: [], attachments: [], otherDocuments: [], results: [], connectedDatabases: [], steps: [] };
    const empty = { ...plain, ...nothing, applicant, supplements: [{ id: 's1', documents: [], fees: [] }] };
    expect(contentText(empty)).toBe(contentText({ ...plain, applicant: { ...applicant, identities: undefined } }));
    expect(contentText({ ...plain, supplements: [] })).toBe(contentText({ ...plain, supplements: undefined }));
    expect(dossierRecord(empty)).toEqual(
      dossierRecord({ ...plain, applicant: { ...applicant, identities: undefined } }),
    );
    expect(contentText({ ...plain, fees: [fee] })).not.toBe(contentText({ ...plain, fees: [] }));
  });

  it('keeps words that look like nothing', () => {
    const note = ',"fees":[] {"fees":[],"x":null} \\","fees":[]';
    expect(readContent(storedContent(contentText(snapshotOf('D1', 1, { note, summary: ',' })))).note).toBe(note);
  });

  it('differs where a word differs', () => {
    expect(contentText(snapshotOf('D1', 1, { note: 'a' }))).not.toBe(contentText(snapshotOf('D1', 1, { note: 'b' })));
    expect(contentText(snapshotOf('D1', 1, { note: '' }))).not.toBe(contentText(snapshotOf('D1', 1)));
  });

  it('is read back as it was', () => {
    const {
      revision: _revision,
      updatedAt: _updatedAt,
      ...content
    } = snapshotOf('D1', 1, { note: 'x:null', fees: [fee] });
    expect(readContent(storedContent(contentText(snapshotOf('D1', 1, { note: 'x:null', fees: [fee] }))))).toEqual(
      content,
    );
  });
});

const backwards = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(backwards)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, inner]) => [name, backwards(inner)]),
        )
      : value;
/** Every path of members that a value has, items of a list taken together. */
const pathsOf = (value: unknown, at = ''): string[] =>
  Array.isArray(value)
    ? value.flatMap((item) => pathsOf(item, at))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, inner]) => [`${at}.${name}`, ...pathsOf(inner, `${at}.${name}`)])
      : [];
/** The same of the contract's schema. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}
function pathsOfSchema(root: JsonSchema): string[] {
  const walk = ({ $ref, properties, items, anyOf = [], oneOf = [] }: JsonSchema, at: string): string[] => [
    ...[root.$defs?.[$ref?.split('/').at(-1) ?? ''], items, ...anyOf, ...oneOf].flatMap((inner) =>
      inner === undefined ? [] : walk(inner, at),
    ),
    ...Object.entries(properties ?? {}).flatMap(([name, inner]) => [`${at}.${name}`, ...walk(inner, `${at}.${name}`)]),
  ];
  return walk(root, '');
}

describe('what was stored before there were numbers', () => {
  it.each(STORED_BEFORE_NUMBERS)('$name: the same handed over again has the same text and digest', async (vector) => {
    const vault = await vaultOfVectors();
    for (const given of [
      vector.snapshot,
      backwards(vector.snapshot),
      dossierSnapshot.parse(backwards(vector.snapshot)),
    ])
      expect(contentText(given as typeof vector.snapshot)).toBe(vector.text);
    expect(await vault.mac('dossier.content', [contentText(vector.snapshot)])).toEqual([vector.mac]);
  });

  it.each(STORED_BEFORE_NUMBERS)('$name: is still read, and says the same stored anew', async ({ body, text }) => {
    const [opened = ''] = await (await vaultOfVectors()).open([
      { subject: VECTOR_SUBJECT, purpose: 'dossier.body', row: 'sealed before rows were bound', sealed: body },
    ]);
    expect(opened).toBe(text);
    expect(readContent(opened)).toEqual(JSON.parse(text));
    expect(readContent(storedContent(opened))).toEqual(readContent(opened));
  });

  it('covers every member of a snapshot: one that is new stands in a further vector, and changes none of these', () => {
    const covered = new Set(STORED_BEFORE_NUMBERS.flatMap(({ snapshot }) => pathsOf(snapshot)));
    const known = new Set(pathsOfSchema(z.toJSONSchema(dossierSnapshot) as JsonSchema));
    expect([...covered].sort()).toEqual([...known].sort());
  });
});

describe('the format that content is stored in', () => {
  it('has a number, and keeps members in an order of its own', () => {
    expect(storedContent(contentText(snapshotOf('D1', 1)))).toMatch(/^{"format":1,"code":"D1","procedure":/);
  });

  it('a higher number is an error that names it, and is not read as something else', () => {
    const stored = storedContent(contentText(snapshotOf('D1', 1))).replace('"format":1', '"format":2');
    expect(() => readContent(stored)).toThrow(UnknownFormat);
    expect(() => readContent(stored)).toThrow('format 2');
  });

  it('a member without a place is an error, never left out', () => {
    expect(() => contentText({ ...snapshotOf('D1', 1), more: 1 } as never)).toThrow('no place for more');
  });
});
