import { OpenAPIHono, z } from '@hono/zod-openapi';
import { type ProblemCode, problemBody, problemKinds } from '../../contracts/v1/problem.ts';
import type { Contract, RequestBody, ResponseSpec, Route } from './route.ts';

export interface DocumentFacts {
  readonly version: string;
  /** Where others reach us; `/` when the document is read from a file. */
  readonly publicUrl: string;
  /** The headings that rooms declare, in this order: name and description. */
  readonly tags: Readonly<Record<string, string>>;
}

const description = `The integration gateway of a Vietnamese province: one contract in front, the national systems behind.

Keys travel as \`Authorization: Bearer KEY\`. Errors are RFC 9457 problems with a stable \`code\`, the request id, and each
failing field as a JSON pointer. Lists page by cursor. A POST command needs an \`Idempotency-Key\`, good for a day.
\`traceparent\` and \`X-Request-Id\` are carried through. Times are RFC 3339 with an offset; money is whole đồng.`;

/** The OpenAPI 3.1 document of these routes: the same contracts that are enforced, so it cannot say anything else. */
export function openApiDocument(routes: readonly Route[], facts: DocumentFacts): object {
  const { openAPIRegistry: registry, getOpenAPI31Document } = new OpenAPIHono();
  registry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'A key of the gateway (`ltk_live_…`, `ltk_test_…`), or a token of the province’s identity provider',
  });
  const shown = routes.map((route) => route.contract).filter((contract) => contract.hidden !== true);
  for (const contract of shown) registry.registerPath(operationOf(contract));
  const used = new Set(shown.flatMap((contract) => contract.tags));
  const document = getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'lienthong',
      version: facts.version,
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: facts.publicUrl, description: 'This gateway' }],
    tags: Object.entries(facts.tags)
      .filter(([name]) => used.has(name))
      .map(([name, description]) => ({ name, description })),
  });
  return inLines(document) as object;
}

const LINES = 'application/x-ndjson';

/**
 * A sequence of lines is a text and no JSON document: what it is decoded to is the list that was written in its place,
 * one item a line.
 */
function inLines(value: unknown, at = ''): unknown {
  if (Array.isArray(value)) return value.map((inner) => inLines(inner));
  if (typeof value !== 'object' || value === null) return value;
  if (at === LINES && 'schema' in value)
    return {
      ...value,
      schema: {
        type: 'string',
        description: 'A sequence of lines, each ended by a line feed and each a JSON document of its own',
        contentMediaType: LINES,
        contentSchema: value.schema,
      },
    };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inLines(inner, key)]));
}

type PathConfig = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

function operationOf(contract: Contract): PathConfig {
  const open = contract.scope === 'public' || contract.scope === 'peer';
  const { params, query } = contract;
  const command = 'idempotent' in contract && contract.idempotent === true;
  return {
    method: contract.method,
    path: contract.path,
    operationId: contract.operationId,
    summary: contract.summary,
    description: open ? contract.description : `${contract.description}\n\nNeeds the scope \`${contract.scope}\`.`,
    tags: [...contract.tags],
    security: open ? [] : [{ key: [] }],
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(command ? { headers: idempotencyHeader } : {}),
      ...(contract.body === undefined ? {} : { body: requestBodyOf(contract.body) }),
    },
    responses: both(answersOf(contract), problemsOf(contract)),
  };
}

const idempotencyHeader = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .meta({ description: 'Chosen by the caller; the same key and body get the same answer for a day' }),
});

function requestBodyOf(body: RequestBody): NonNullable<NonNullable<PathConfig['request']>['body']> {
  if (body.kind === 'json')
    return { required: body.optional !== true, content: { 'application/json': { schema: body.schema } } };
  if (body.kind === 'stream')
    return { required: true, content: { [body.contentType]: { schema: linesOf(body) ?? z.string() } } };
  const types = body.contentTypes.length === 0 ? ['*/*'] : body.contentTypes;
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: z.string() }])) };
}

const linesOf = ({ line }: { readonly line?: z.ZodType }): z.ZodType | undefined =>
  line === undefined ? undefined : z.array(line);

/** A status that is an answer of the handler and a problem of the mechanism is shown as either. */
function both(answers: PathConfig['responses'], problems: PathConfig['responses']): PathConfig['responses'] {
  const merged: PathConfig['responses'] = { ...answers, ...problems };
  for (const [status, answer] of Object.entries(answers)) {
    const problem = problems[status];
    if (problem === undefined || '$ref' in problem || '$ref' in answer) continue;
    const description = `${answer.description}; or ${problem.description}`;
    merged[status] = { description, content: { ...answer.content, ...problem.content } };
  }
  return merged;
}

function answersOf(contract: Contract): PathConfig['responses'] {
  return Object.fromEntries(Object.entries(contract.responses).map(([status, spec]) => [status, answerOf(spec)]));
}

function answerOf(spec: ResponseSpec): PathConfig['responses'][string] {
  const { description: what } = spec;
  if (spec.kind === 'empty') return { description: what };
  if (spec.kind === 'json') return { description: what, content: { 'application/json': { schema: spec.schema } } };
  // A text that is or may be JSON is read as JSON by whoever believes its type: it may then be anything, not a string.
  const anything = spec.contentType.startsWith('application/json') || spec.contentType === '*/*';
  const other = anything ? z.unknown() : z.string();
  const schema = spec.kind === 'stream' ? (linesOf(spec) ?? other) : other;
  return { description: what, content: { [spec.contentType]: { schema } } };
}

/** The problems of the mechanism that this contract can meet, and its own, grouped by status. */
function problemsOf(contract: Contract): PathConfig['responses'] {
  const codes = new Set<ProblemCode>(contract.problems);
  if (contract.scope !== 'public' && contract.scope !== 'peer') {
    codes.add('unauthenticated').add('forbidden').add('test-key-refused').add('store-unavailable');
  }
  codes.add('rate-limited').add('internal-error');
  if (contract.params !== undefined || contract.query !== undefined || contract.body !== undefined)
    codes.add('validation-failed');
  if (contract.body !== undefined) codes.add('unsupported-media-type');
  if (contract.body !== undefined && contract.body.kind !== 'stream')
    codes.add('malformed-request').add('body-too-large').add('request-timeout');
  if ('idempotent' in contract && contract.idempotent === true)
    codes.add('idempotency-key-required').add('still-running').add('idempotency-mismatch');

  const byStatus = Map.groupBy([...codes], (code) => problemKinds[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group.map((code) => `\`${code}\`: ${problemKinds[code].en}`).join('; '),
        content: { 'application/problem+json': { schema: problemBody } },
      },
    ]),
  );
}
