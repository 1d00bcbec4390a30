import { z } from 'zod';
import type { Adapter, AdapterDefinition } from '../adapters/adapter.ts';
import { DEFAULT_PURPOSES, REVEAL_PURPOSE } from '../contracts/domain/purpose.ts';
import { isAddressBlock, overlap } from './addresses.ts';
import { type PolicyOverride, policyOverride } from './delivery/rules/policy.ts';
import { type FilesPlace, filesPlace, problemOfPlace } from './file-store/place.ts';
import { liveText, liveValues } from './observability/live-secret.ts';
import { Secret } from './observability/secret.ts';
import { isWeak } from './observability/weak-secret.ts';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
const secret = z.string().transform((text) => new Secret(text));

/** The variables of the gateway itself. An adapter's own stand in its `config` schema, a room's in its `variables`. */
export const coreVariables = {
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number')
    .default(8080),
  PUBLIC_URL: httpUrl.transform((url) => url.replace(/\/+$/, '')).optional(),
  TRUSTED_PROXIES: list
    .refine((blocks) => blocks.every(isAddressBlock), 'must be addresses or CIDR blocks, separated by commas')
    .default([]),
  ALLOWED_ORIGINS: list
    .refine((origins) => origins.every(isOrigin), 'must be origins such as https://example.vn, separated by commas')
    .default([]),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'must be sqlite:FILE or postgres://…')
    .default('sqlite:./data/lienthong.db'),
  FILES_URL: z
    .string()
    .superRefine((text, context) => {
      const wrong = problemOfPlace(text);
      if (wrong !== undefined) context.addIssue(wrong);
    })
    .default('file:./data/files'),
  ADMIN_KEY: z
    .string()
    .regex(/^[\w.~+/=-]+$/, 'may hold only letters, digits and . _ ~ + / = -')
    .min(16, 'must have at least 16 characters')
    .refine((key) => !isWeak(key), 'is easy to guess; take a random one, for example of: openssl rand -base64 32')
    .pipe(secret)
    .optional(),
  MASTER_KEY: z
    .base64({ error: 'must be base64 of 32 bytes' })
    .refine((text) => isBase64(text) && atob(text).length === 32, 'must be base64 of 32 bytes')
    .pipe(secret)
    .optional(),
  KEYRING_URL: z.string().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  REVEAL_PURPOSES: list
    .refine(
      (purposes) => purposes.length > 0 && purposes.every((purpose) => REVEAL_PURPOSE.test(purpose)),
      'must be words of small letters and dashes, such as court-order, separated by commas',
    )
    .default([...DEFAULT_PURPOSES]),
  JWT_JWKS_URL: httpUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
} as const;

export interface Config {
  readonly host: string;
  readonly port: number;
  /** What others call us by; no slash at the end. */
  readonly publicUrl: string;
  readonly trustedProxies: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly database:
    | { readonly kind: 'sqlite'; readonly file: string }
    | { readonly kind: 'postgres'; readonly url: Secret };
  /** Where kept documents lie. */
  readonly files: FilesPlace;
  readonly adminKey: Secret | undefined;
  /** Base64 of 32 bytes. */
  readonly masterKey: Secret | undefined;
  readonly keyringUrl: string | undefined;
  /** For which purposes somebody may see personal data. */
  readonly revealPurposes: readonly string[];
  readonly logLevel: z.output<(typeof coreVariables)['LOG_LEVEL']>;
  readonly tokens: { readonly jwksUrl: string; readonly issuer: string; readonly audience: string } | undefined;
  /** What rooms declare as variables of their own, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The systems whose URL is given. */
  readonly systems: readonly SystemConfig[];
}

interface SystemConfig {
  readonly system: string;
  /** Its own variables as its adapter's schema gives them; what depends on a secret in a file changes with that file. */
  readonly values: unknown;
  /** `<PREFIX>_URL`. */
  readonly url: string;
  readonly override: PolicyOverride;
}

export interface WrongVariable {
  readonly variable: string;
  readonly message: string;
}

/** Names every wrong variable, never a value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly wrong: readonly WrongVariable[];
  constructor(wrong: readonly WrongVariable[]) {
    super(wrong.map(({ variable, message }) => `${variable}: ${message}`).join('\n'));
    this.wrong = wrong;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;
type Definition = Pick<AdapterDefinition<never>, 'system' | 'envPrefix' | 'config' | 'secrets' | 'borrows' | 'create'>;

export type Variables = Readonly<Record<string, z.ZodType>>;

export interface Sources {
  readonly systems: readonly Definition[];
  /** Variables of rooms, each with how it is read. */
  readonly variables?: Variables;
  /** Content of a file as it stands now, cheap to ask for again; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
  /** A secret in a file was changed while we ran: in use from now on, or, with a problem, left as it was. */
  readonly changed?: (variable: string, problem: string | undefined) => void;
}
/** A variable's text, asked for again at each use; undefined where it is not given as a file. */
type Live = (name: string, problemOf: (text: string) => string | undefined) => (() => string) | undefined;

/**
 * The whole environment, parsed once. An empty variable counts as absent. `NAME_FILE` gives the content of a file as
 * `NAME`; `ADMIN_KEY` and the secrets of systems follow that file while the process runs. Throws one `ConfigError` that
 * lists everything that is wrong.
 */
export function parseConfig(environment: Environment, sources: Sources): Config {
  const wrong: WrongVariable[] = [];
  const given = (name: string): string | undefined => variable(environment, name, sources.readFile, wrong);
  const live: Live = (name, problemOf) => {
    const path = environment[`${name}_FILE`]?.trim();
    const first = given(name);
    if (!path || first === undefined) return undefined;
    return liveText(first, {
      read: () => sources.readFile(path).trim(),
      problemOf: (text) => (text === '' ? 'names an empty file' : problemOf(text)),
      told: (problem) => sources.changed?.(`${name}_FILE`, problem),
    });
  };

  const read = <Shape extends Variables>(variables: Shape) => {
    const parsed = z
      .object(variables)
      .safeParse(Object.fromEntries(Object.keys(variables).map((name) => [name, given(name)])));
    if (!parsed.success)
      wrong.push(...parsed.error.issues.map((issue) => ({ variable: String(issue.path[0]), message: issue.message })));
    return parsed;
  };
  const core = read(coreVariables);
  const settings = read(sources.variables ?? {});

  const proxies = core.success ? core.data.TRUSTED_PROXIES : [];
  for (const { envPrefix } of sources.systems) {
    const name = `${envPrefix}_ALLOW`;
    if (given(`${envPrefix}_URL`) !== undefined && overlap(proxies, addressesIn(given(name))))
      wrong.push({
        variable: name,
        message:
          'names addresses that TRUSTED_PROXIES names too; whoever comes through such a proxy could pass for this system. Keep the proxies and the system apart',
      });
  }

  const tokens = ['JWT_JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const;
  if (tokens.some((name) => given(name) !== undefined))
    for (const name of tokens)
      if (given(name) === undefined)
        wrong.push({
          variable: name,
          message: `is required together with ${tokens.filter((other) => other !== name).join(' and ')}`,
        });

  const begins = [...sources.systems.map(({ envPrefix }) => `${envPrefix}_`), ...Object.keys(sources.variables ?? {})];
  const systems = sources.systems.flatMap((definition) => {
    const found = systemOf(
      ...([
        definition,
        environment,
        given,
        live,
        begins.filter((other) => other.length > definition.envPrefix.length + 1),
      ] as const),
    );
    if ('wrong' in found) wrong.push(...found.wrong);
    return 'config' in found ? [found.config] : [];
  });
  if (wrong.length > 0 || !core.success) throw new ConfigError(wrong);

  const { data } = core;
  const adminKey = live('ADMIN_KEY', (text) => problemIn(coreVariables.ADMIN_KEY.safeParse(text)));
  const host = data.HOST.includes(':') ? `[${data.HOST}]` : data.HOST;
  return {
    host: data.HOST,
    port: data.PORT,
    publicUrl: data.PUBLIC_URL ?? `http://${host}:${data.PORT}`,
    trustedProxies: data.TRUSTED_PROXIES,
    allowedOrigins: data.ALLOWED_ORIGINS,
    database: data.DATABASE_URL.startsWith('sqlite:')
      ? { kind: 'sqlite', file: data.DATABASE_URL.slice('sqlite:'.length) }
      : { kind: 'postgres', url: new Secret(data.DATABASE_URL) },
    files: filesPlace(data.FILES_URL),
    adminKey: adminKey === undefined ? data.ADMIN_KEY : new Secret(adminKey),
    masterKey: data.MASTER_KEY,
    keyringUrl: data.KEYRING_URL,
    revealPurposes: data.REVEAL_PURPOSES,
    logLevel: data.LOG_LEVEL,
    settings: settings.data ?? {},
    tokens:
      data.JWT_JWKS_URL !== undefined && data.JWT_ISSUER !== undefined && data.JWT_AUDIENCE !== undefined
        ? { jwksUrl: data.JWT_JWKS_URL, issuer: data.JWT_ISSUER, audience: data.JWT_AUDIENCE }
        : undefined,
    systems,
  };
}

const addressesIn = (text = ''): readonly string[] => text.split(',').map((block) => block.trim());

function variable(
  environment: Environment,
  name: string,
  readFile: (path: string) => string,
  wrong: WrongVariable[],
): string | undefined {
  const direct = environment[name]?.trim() || undefined;
  const file = environment[`${name}_FILE`]?.trim() || undefined;
  if (file === undefined) return direct;
  const problem = (message: string) => {
    if (!wrong.some(({ variable }) => variable === `${name}_FILE`)) wrong.push({ variable: `${name}_FILE`, message });
    return undefined;
  };
  if (direct !== undefined) return problem(`is given together with ${name}; give one of them`);
  try {
    return readFile(file).trim() || problem('names an empty file');
  } catch {
    return problem('names a file that cannot be read');
  }
}

/** One system's own variables. Without its URL it is not configured; then none of its others may be wrong either. */
function systemOf(
  { system, envPrefix, config, secrets, borrows = {}, create }: Definition,
  environment: Environment,
  given: (name: string) => string | undefined,
  live: Live,
  /** What begins like this system's variables and is not its own: prefixes of other systems, variables of rooms. */
  others: readonly string[],
): { readonly wrong: readonly WrongVariable[] } | { readonly config: SystemConfig } | Record<never, never> {
  const prefix = `${envPrefix}_`;
  const known = systemVariables(config);
  const names = Object.entries(environment)
    .filter(([name, value]) => name.startsWith(prefix) && value?.trim())
    .filter(([name]) => !others.some((other) => other !== prefix && name.startsWith(other)))
    .map(([name]) => name.slice(prefix.length).replace(/_FILE$/, ''));
  const wrong: WrongVariable[] = names
    .filter((name) => !known.includes(name))
    .map((name) => ({ variable: prefix + name, message: 'is not a known variable' }));

  const givenAs = (name: string): string => {
    const borrowed = borrows[name];
    return borrowed === undefined || given(prefix + name) !== undefined ? prefix + name : borrowed;
  };
  const override = policyOf(given(`${prefix}POLICY`));
  if ('message' in override) wrong.push({ variable: `${prefix}POLICY${override.at}`, message: override.message });
  const url = given(`${prefix}URL`);
  if (url === undefined) return wrong.length > 0 ? { wrong } : {};

  const values = Object.fromEntries(
    known.flatMap((name) => {
      const value = name === 'POLICY' ? undefined : given(givenAs(name));
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const schema = config as z.ZodType<object>;
  const parsed = schema.safeParse(values);
  if (!parsed.success)
    wrong.push(
      ...parsed.error.issues.map((issue) => ({
        variable: prefix + String(issue.path[0] ?? 'URL'),
        message: values[String(issue.path[0])] === undefined ? 'is required' : issue.message,
      })),
    );
  if (parsed.success && 'policy' in override && override.policy.operations !== undefined)
    wrong.push(...unknownOperations(create(parsed.data as never), override.policy.operations, `${prefix}POLICY`));
  if (wrong.length > 0 || 'message' in override) return { wrong };
  const texts = new Map<string, () => string>();
  for (const name of secrets) {
    const text = live(givenAs(name), (next) => problemIn(schema.safeParse({ ...values, [name]: next })));
    if (text !== undefined) texts.set(name, text);
  }
  const following =
    texts.size === 0
      ? parsed.data
      : liveValues(parsed.data as object, texts, (next) => schema.safeParse({ ...values, ...next }).data);
  return { config: { system, values: following, url, override: override.policy } };
}

/** A policy for what the system does not offer would never be in force: somebody believes otherwise. */
function unknownOperations(
  { queries, commands }: Adapter,
  policies: object,
  variable: string,
): readonly WrongVariable[] {
  const known = [...Object.keys(commands), ...Object.keys(queries)];
  return Object.keys(policies)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      variable: `${variable}/operations/${name}`,
      message: `is no operation of this system; it has ${known.join(', ')}`,
    }));
}

const problemIn = (parsed: z.ZodSafeParseResult<unknown>): string | undefined =>
  parsed.success ? undefined : (parsed.error.issues[0]?.message ?? 'is not valid');

/** The variables of a system without its prefix, `POLICY` among them. */
export function systemVariables(config: Definition['config']): readonly string[] {
  const schema: unknown = config;
  const inner = schema instanceof z.ZodPipe ? schema.in : schema;
  if (!(inner instanceof z.ZodObject))
    throw new Error('the config of an adapter is an object, transformed at most once');
  return [...Object.keys(inner.shape), 'POLICY'];
}

function policyOf(
  text: string | undefined,
): { readonly policy: PolicyOverride } | { readonly at: string; readonly message: string } {
  if (text === undefined) return { policy: {} };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { at: '', message: 'must be JSON' };
  }
  const parsed = policyOverride.safeParse(value);
  if (parsed.success) return { policy: parsed.data };
  const issue = parsed.error.issues[0];
  return {
    at: (issue?.path ?? []).map((step) => `/${String(step)}`).join(''),
    message: issue?.message ?? 'is not valid',
  };
}

function isBase64(text: string): boolean {
  try {
    atob(text);
    return true;
  } catch {
    return false;
  }
}
