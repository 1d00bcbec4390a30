import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError, coreVariables, type Environment, parseConfig, systemVariables } from './config.ts';
import { declaredBy } from './runtime/declared.ts';
import { rooms } from './runtime/rooms.ts';
import { definitions } from './runtime/systems.ts';

const { variables } = declaredBy(rooms);
const files = new Map([['/run/secrets/admin', 'khoa-tu-tep-9f3kq27xw-5bnv81\n']]);
const changes: string[] = [];
const parse = (environment: Environment) =>
  parseConfig(environment, {
    systems: definitions,
    variables,
    changed: (variable, problem) => changes.push(`${variable} ${problem ?? 'read again'}`),
    readFile: (path) => {
      const content = files.get(path);
      if (content === undefined) throw new Error(`ENOENT ${path}`);
      return content;
    },
  });
const wrong = (environment: Environment): readonly string[] => {
  try {
    parse(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.wrong.map(({ variable }) => variable);
    throw error;
  }
  return [];
};
const messages = (environment: Environment): readonly string[] => {
  try {
    parse(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
};
const portal = {
  NATIONAL_PORTAL_URL: 'https://truc.example.vn/RestService/forward',
  NATIONAL_PORTAL_USERNAME: 'u',
  NATIONAL_PORTAL_PASSWORD: 'a-password',
  NATIONAL_PORTAL_UNIT: '000.00.00.H02',
};

describe('the configuration', () => {
  it('keeps everything until a period is given, in days, for what is named', () => {
    expect(parse({}).settings.RETENTION).toBeUndefined();
    expect(parse({ RETENTION: '{"dossierDays":3650,"inboundDays":365}' }).settings.RETENTION).toEqual({
      ...{ dossierDays: 3650, inboundDays: 365 },
    });
    for (const RETENTION of ['3650', '{"dossierYears":10}', '{"dossierDays":0}', '{"dossierDays":1.5}', '{', 'null'])
      expect(wrong({ RETENTION }), RETENTION).toEqual(['RETENTION']);
  });

  it('has defaults that are safe: loopback, no proxy, no origin, no system', () => {
    expect(parse({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://127.0.0.1:8080',
      trustedProxies: [],
      allowedOrigins: [],
      database: { kind: 'sqlite', file: './data/lienthong.db' },
      adminKey: undefined,
      masterKey: undefined,
      systems: [],
    });
  });

  it('keeps documents in a folder unless told otherwise, names a wrong place and shows no secret of it (I6)', () => {
    expect(parse({}).files).toEqual({ kind: 'folder', path: './data/files' });
    files.set('/run/secrets/files', 's3://AKIDEXAMPLE:hidden@s3.example.vn/lienthong\n');
    const config = parse({ FILES_URL_FILE: '/run/secrets/files' });
    expect(config.files).toMatchObject({ kind: 's3', bucket: 'https://s3.example.vn/lienthong' });
    expect(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`).not.toMatch(/AKIDEXAMPLE|hidden/);
    expect(messages({ FILES_URL: 's3://AKIDEXAMPLE:hidden@s3.example.vn' })).toEqual([
      'FILES_URL: must name one bucket after the host, in small letters, digits, dots and hyphens',
    ]);
  });

  it('takes an empty variable for an absent one', () => {
    expect(parse({ PORT: '', PUBLIC_URL: ' ', NATIONAL_PORTAL_URL: '' })).toEqual(parse({}));
  });

  it('lists every wrong variable at once, and no value', () => {
    const environment = { PORT: 'eighty', MASTER_KEY: 'c2hvcnQ=', LOG_LEVEL: 'loud', TRUSTED_PROXIES: '10.0.0.0/40' };
    expect(wrong(environment)).toEqual(['PORT', 'TRUSTED_PROXIES', 'MASTER_KEY', 'LOG_LEVEL']);
    expect(() => parse(environment)).toThrowError(/^(?!.*c2hvcnQ=)/s);
  });

  it('reads a secret from a file, refuses both ways at once and a file that is not there', () => {
    expect(parse({ ADMIN_KEY_FILE: '/run/secrets/admin' }).adminKey?.reveal()).toBe('khoa-tu-tep-9f3kq27xw-5bnv81');
    expect(wrong({ ADMIN_KEY_FILE: '/run/secrets/admin', ADMIN_KEY: 'another-key' })).toEqual(['ADMIN_KEY_FILE']);
    expect(wrong({ ADMIN_KEY_FILE: '/nowhere' })).toEqual(['ADMIN_KEY_FILE']);
  });

  it('follows the files of secrets while it is in use, and keeps the last good one where a file is at fault', () => {
    files.set('/run/secrets/portal', 'mat-khau-cu\n');
    files.set('/run/secrets/admin-2', 'khoa-cu-7hq2mz84wd-x1kpv9');
    const { NATIONAL_PORTAL_PASSWORD: _, ...rest } = portal;
    const config = parse({
      ...rest,
      NATIONAL_PORTAL_PASSWORD_FILE: '/run/secrets/portal',
      ADMIN_KEY_FILE: '/run/secrets/admin-2',
    });
    const values = config.systems[0]?.values as { password: string; username: string };
    expect([values.password, values.username]).toEqual(['mat-khau-cu', 'u']);
    files.set('/run/secrets/portal', 'mat-khau-moi\n');
    files.set('/run/secrets/admin-2', 'khoa-moi-3rt6yb95jc-n0flg8');
    expect([values.password, values.username]).toEqual(['mat-khau-moi', 'u']);
    expect(config.adminKey?.reveal()).toBe('khoa-moi-3rt6yb95jc-n0flg8');
    files.set('/run/secrets/portal', '');
    files.set('/run/secrets/admin-2', 'ngan');
    expect(values.password).toBe('mat-khau-moi');
    expect(config.adminKey?.reveal()).toBe('khoa-moi-3rt6yb95jc-n0flg8');
    expect(changes).toEqual([
      'NATIONAL_PORTAL_PASSWORD_FILE read again',
      'ADMIN_KEY_FILE read again',
      'NATIONAL_PORTAL_PASSWORD_FILE names an empty file',
      'ADMIN_KEY_FILE must have at least 16 characters',
    ]);
  });

  it('shows no secret when it is printed (I6)', () => {
    const config = parse({
      ADMIN_KEY: 'very-hidden-9f3kq27xw-5bnv81',
      MASTER_KEY: btoa('0123456789abcdef0123456789abcdef'),
    });
    const shown = `${JSON.stringify(config)} ${inspect(config, { depth: 9 })} ${config.adminKey} ${String(config.masterKey)}`;
    expect(shown).not.toMatch(/very-hidden|MDEyMzQ1/);
    expect(shown).toContain('***');
  });

  it('parses a system by its adapter and names what is unknown or missing', () => {
    const { systems } = parse({ ...portal, NATIONAL_PORTAL_POLICY: '{"ratePerSecond":5}' });
    expect(systems).toMatchObject([
      { system: 'national-portal', url: portal.NATIONAL_PORTAL_URL, override: { ratePerSecond: 5 } },
    ]);
    expect(wrong({ ...portal, NATIONAL_PORTAL_USER: 'x' })).toEqual(['NATIONAL_PORTAL_USER']);
    expect(wrong({ NATIONAL_PORTAL_USER: 'x' })).toEqual(['NATIONAL_PORTAL_USER']);
    expect(wrong({ NATIONAL_PORTAL_URL: portal.NATIONAL_PORTAL_URL })).toEqual([
      'NATIONAL_PORTAL_USERNAME',
      'NATIONAL_PORTAL_PASSWORD',
      'NATIONAL_PORTAL_UNIT',
    ]);
    expect(messages({ ...portal, NATIONAL_PORTAL_POLICY: '{"operations":{"sync-dosier":{"timeoutMs":500}}}' })).toEqual(
      [
        'NATIONAL_PORTAL_POLICY/operations/sync-dosier: is no operation of this system; it has sync-dossier, sync-progress, sync-national-status, lookup-dossier, get-procedure, list-procedures, list-unit-procedures, list-agencies, list-fields',
      ],
    );
    expect(messages({ ...portal, NATIONAL_PORTAL_POLICY: '{"lanes":{"comand":{"concurrency":2}}}' })).toEqual([
      'NATIONAL_PORTAL_POLICY/lanes: no lane is called comand; the lanes are query, command, interactive',
    ]);
    expect(
      wrong({
        ...portal,
        NATIONAL_PORTAL_POLICY:
          '{"operations":{"sync-dossier":{"timeoutMs":500},"list-fields":{}},"lanes":{"query":{"concurrency":2}}}',
      }),
    ).toEqual([]);
    // What is wrong beside it is told together with it.
    expect(wrong({ ...portal, PORT: 'x', NATIONAL_PORTAL_POLICY: '{"operations":{"x":{}}}' })).toEqual([
      ...['PORT', 'NATIONAL_PORTAL_POLICY/operations/x'],
    ]);
    expect(wrong({ ...portal, NATIONAL_PORTAL_POLICY: '{' })).toEqual(['NATIONAL_PORTAL_POLICY']);
    expect(wrong({ ...portal, NATIONAL_PORTAL_POLICY: '{"timeoutMs":"soon"}' })).toEqual([
      'NATIONAL_PORTAL_POLICY/timeoutMs',
    ]);
  });

  it('refuses an administrator key that is short, or easy to guess, and says how to make one (I7)', () => {
    for (const ADMIN_KEY of ['12345678', 'k7Rw2xPq9ZtB4mN'])
      expect(messages({ ADMIN_KEY })[0], ADMIN_KEY).toBe('ADMIN_KEY: must have at least 16 characters');
    for (const ADMIN_KEY of ['1234567890123456789012345678', 'lienthong-admin-secret-2026', 'ab'.repeat(20)])
      expect(messages({ ADMIN_KEY }), ADMIN_KEY).toEqual([
        'ADMIN_KEY: is easy to guess; take a random one, for example of: openssl rand -base64 32',
      ]);
    files.set('/run/secrets/weak', '1234567890123456789012345678\n');
    expect(wrong({ ADMIN_KEY_FILE: '/run/secrets/weak' })).toEqual(['ADMIN_KEY']);
    expect(wrong({ ADMIN_KEY: btoa('k7Rw2xPq9ZtB4mN!') })).toEqual([]);
  });

  it.each([
    ['10.1.2.3', '10.1.2.3'],
    ['10.0.0.0/8', '10.1.2.3'],
    ['10.1.2.3', '192.0.2.1, 10.1.0.0/16'],
    ['192.0.2.1,::ffff:10.1.2.3', '10.1.2.0/24'],
    ['0.0.0.0/0', '203.0.113.7'],
    ['2001:db8::/32', '2001:db8:1::17'],
    ['::1', '::/0'],
    ['::/0', '127.0.0.1'],
  ])('refuses proxies %s beside a system that calls from %s (I7)', (TRUSTED_PROXIES, allow) => {
    const [told, ...more] = messages({ ...portal, TRUSTED_PROXIES, NATIONAL_PORTAL_ALLOW: allow });
    expect(told).toMatch(/^NATIONAL_PORTAL_ALLOW: names addresses that TRUSTED_PROXIES names too; .*Keep the proxies/);
    expect(more).toEqual([]);
    const till = {
      PAYMENT_PLATFORM_URL: 'https://thanhtoan.example.vn/payment',
      PAYMENT_PLATFORM_PARTNER: 'H02',
      PAYMENT_PLATFORM_SECRET: 'a-secret',
    };
    expect(wrong({ ...till, TRUSTED_PROXIES, PAYMENT_PLATFORM_ALLOW: allow })).toEqual(['PAYMENT_PLATFORM_ALLOW']);
    // A system that is not configured calls nobody.
    expect(wrong({ TRUSTED_PROXIES, NATIONAL_PORTAL_ALLOW: allow })).toEqual([]);
  });

  it.each([
    ['10.1.2.4', '10.1.2.3'],
    ['10.2.0.0/16', '10.1.0.0/16'],
    ['2001:db9::/32', '2001:db8::/32'],
    ['127.0.0.1,::1', '10.1.2.3,10.3.0.0/16'],
    ['10.0.0.0/8', ''],
  ])('takes proxies %s beside a system that calls from %s', (TRUSTED_PROXIES, allow) => {
    expect(wrong({ ...portal, TRUSTED_PROXIES, NATIONAL_PORTAL_ALLOW: allow })).toEqual([]);
  });

  it('asks for the three JWT variables together', () => {
    expect(wrong({ JWT_ISSUER: 'https://id.example.vn' })).toEqual(['JWT_JWKS_URL', 'JWT_AUDIENCE']);
  });

  it('brackets an IPv6 host in the public address', () => {
    expect(parse({ HOST: '::1' }).publicUrl).toBe('http://[::1]:8080');
  });
});

describe('.env.example', () => {
  const blocks = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
    .split(/\n\s*\n/)
    .flatMap((block) => {
      const name = /^([A-Z_]+)=(.*)$/m.exec(block);
      if (name === null) return [];
      return [
        {
          name: name[1] ?? '',
          set: name[2],
          fallback: /^# default: (.+)$/m.exec(block)?.[1],
          example: /^# example: (.+)$/m.exec(block)?.[1] ?? '',
        },
      ];
    });

  it('lists every variable there is and no other', () => {
    const known = [
      ...Object.keys(coreVariables),
      ...Object.keys(variables),
      ...definitions.flatMap(({ envPrefix, config }) => systemVariables(config).map((name) => `${envPrefix}_${name}`)),
    ];
    expect(blocks.map(({ name }) => name).sort()).toEqual(known.sort());
  });

  it('gives examples that work and sets nothing by itself', () => {
    const examples = Object.fromEntries(blocks.map(({ name, example }) => [name, example]));
    expect(wrong(examples)).toEqual([]);
    expect(blocks.filter(({ set }) => set !== '')).toEqual([]);
  });

  it('states the defaults that hold', () => {
    for (const { name, fallback } of blocks) {
      expect(fallback, name).toBeDefined();
      const schema = coreVariables[name as keyof typeof coreVariables] ?? variables[name];
      if (schema === undefined) continue;
      const value = schema.parse(undefined);
      if (value === undefined || (Array.isArray(value) && value.length === 0)) {
        expect(['none', 'http://HOST:PORT', 'a file beside the SQLite database'], name).toContain(fallback);
      } else expect(String(value), name).toBe(fallback);
    }
  });
});
