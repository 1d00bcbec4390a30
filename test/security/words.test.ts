import { expect, it } from 'vitest';
import { sql } from '../../src/store/engine.ts';
import { smallDossier } from '../kit/body.ts';
import { HOUSE_KEY, house } from '../kit/house.ts';
import { leftOf } from './bare.ts';

/** What people write into free text, in the ways in which it gets past a check. */
const WORDS = {
  name: 'Nguyễn Văn Mẫu',
  plainName: 'NGUYEN VAN MAU',
  blanks: '079 085 001 234',
  dots: '079.085.001.234',
  dashes: '079-085-001-234',
  fullWidth: '０７９０８５００１２３４',
  phone: '0900 009 999',
  mail: 'nguyen.van.mau@example.vn',
} as const;
const LOOKED_FOR = ['nguyenvanmau', '079085001234', '0900009999'];
const leaks = (text: string): string[] => leftOf(LOOKED_FOR, text);

/** Registers hold the province's own public words: a unit's, a fee's, an account's name. People's are not among them. */
const PUBLIC_REGISTERS = /^(unit|beneficiary|fee|procedure|catalogue)/;

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maxLength?: number;
  readonly examples?: readonly unknown[];
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A value that the schema takes, with the word in every free text; `branch` picks among alternatives. */
function sample(document: Document, schema: Schema, word: string, branch: number): unknown {
  const inner = (each: Schema): unknown => sample(document, each, word, branch);
  if (schema.$ref !== undefined) return inner(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const some = schema.anyOf ?? schema.oneOf;
  if (some !== undefined) return inner(some[branch % some.length] ?? {});
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[branch % schema.enum.length];
  if (schema.allOf !== undefined) return Object.assign({}, ...schema.allOf.map(inner));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (type === 'object')
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, each]) => [name, inner(each)]));
  if (type === 'array') return schema.items === undefined ? [] : [inner(schema.items)];
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return false;
  if (type !== 'string') return null;
  if (schema.format === 'date-time') return '2026-01-02T08:00:00+07:00';
  if (schema.format === 'date') return '2026-01-02';
  if (schema.format === 'uri')
    return `https://motcua.example.vn/${encodeURIComponent(word)}?t=${encodeURIComponent(word)}`;
  if (schema.pattern !== undefined) return schema.examples?.[0] ?? word;
  return word.slice(0, schema.maxLength ?? word.length);
}

it('I6: no word that somebody writes into a free text of any route stands in a table, the journal or the log', async () => {
  const log: string[] = [];
  const on = await house({
    onLine: (sentence, fields) => log.push(`${sentence} ${JSON.stringify(fields)}`),
    environment: {
      NATIONAL_PORTAL_URL: 'http://127.0.0.1:9/RestService/forward',
      NATIONAL_PORTAL_USERNAME: 'u',
      NATIONAL_PORTAL_PASSWORD: 'p',
      NATIONAL_PORTAL_UNIT: 'H02',
      NATIONAL_PORTAL_DSTCODE: 'VN:GOV',
    },
  });
  let count = 0;
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const answer = await on.app.fetch(
      new Request(`http://127.0.0.1:8080${path}`, {
        method,
        headers: {
          authorization: `Bearer ${HOUSE_KEY}`,
          'idempotency-key': `key-${++count}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
      { remoteAddress: '127.0.0.1' },
    );
    const text = await answer.text();
    return { status: answer.status, text };
  };
  const document = JSON.parse((await send('GET', '/openapi.json')).text) as Document;
  const held = smallDossier('H02.15.03-221201-0001', 1);
  expect((await send('PUT', `/v1/dossiers/${held.code}`, held)).status).toBe(202);
  const [subject] = await on.engine.all<{ id: string }>(sql(`select id from subject where kind = 'dossier'`));

  async function filled(path: string): Promise<string> {
    const [collection = '', rest] = path.split(/\/\{[^}]+\}/, 2);
    if (rest === undefined) return path;
    if (collection === '/v1/admin/subjects') return `${collection}/${subject?.id}${rest}`;
    const { status, text } = await send('GET', `${collection}?limit=1`);
    const items = status === 200 ? ((JSON.parse(text) as { items?: Record<string, unknown>[] }).items ?? []) : [];
    const [first] = items;
    return `${collection}/${encodeURIComponent(String(first?.code ?? first?.id ?? first?.name ?? 'none'))}${rest}`;
  }

  const taken = new Set<string>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  // What erases or ends comes last, so that there is something to act on before.
  const last = ({ operation: { operationId } }: { operation: Operation }): number =>
    /erase|delete|revoke|remove/i.test(operationId) ? 1 : 0;
  for (const { path, method, operation } of operations.toSorted((a, b) => last(a) - last(b))) {
    const schema = operation.requestBody?.content['application/json']?.schema;
    const texts = (operation.parameters ?? []).filter(
      ({ in: where, schema: of }) => where === 'query' && of.type === 'string',
    );
    for (const word of Object.values(WORDS))
      for (const branch of schema === undefined ? [0] : [0, 1]) {
        const query = new URLSearchParams(texts.map(({ name }) => [name, word] as const));
        const address = `${await filled(path)}${texts.length === 0 ? '' : `?${query}`}`;
        const body = schema === undefined ? undefined : sample(document, schema, word, branch);
        const { status } = await send(method, address, body, {
          'x-request-id': word.replaceAll(/[^\x21-\x7e]/g, '_'),
        });
        expect(status, `${method} ${address}`).not.toBe(500);
        if (status < 300 && schema !== undefined) taken.add(operation.operationId);
      }
  }
  // The words did go in.
  for (const name of [
    'createKey',
    'createSubscription',
    'pauseSystem',
    'holdSubject',
    'cancelExchange',
    'createReplay',
  ])
    expect([...taken]).toContain(name);

  const found: string[] = [];
  const tables = await on.engine.all<{ name: string }>(sql(`select name from sqlite_master where type = 'table'`));
  for (const { name } of tables.filter((table) => !PUBLIC_REGISTERS.test(table.name)))
    for (const row of await on.engine.all(sql(`select * from ${name}`)))
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string' && !value.startsWith('register:') && leaks(value).length > 0)
          found.push(`${name}.${column}: ${value}`);
  found.push(...log.filter((line) => leaks(line).length > 0));
  expect([...new Set(found)]).toEqual([]);
});
