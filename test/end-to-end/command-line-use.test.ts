import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lockFile } from '../../src/runtime/node/file-lock.ts';
import { command } from '../kit/command-line.ts';
import { freshKeys } from '../kit/gateway-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'lienthong-use-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const keys = freshKeys();

describe('wrong use ends with status 2 and says what to do', () => {
  test.each([
    ['no command', [], 'Lệnh (commands)'],
    ['an unknown command', ['frobnicate'], "unknown command 'frobnicate'"],
    ['a group without a command', ['keys'], 'revoke'],
    ['an unknown option', ['serve', '--fast'], "unknown option '--fast'"],
    ['a missing option', ['backup'], '--to <FILE>'],
    ['a missing argument', ['import'], "missing required argument 'FILE'"],
    ['a choice that is none', ['keys', 'create', '--name', 'a', '--role', 'king'], 'administrator'],
    ['too little said of a key', ['keys', 'create', '--name', 'a'], '--role'],
    [
      'too much said of a key',
      ['keys', 'create', '--name', 'a', '--role', 'auditor', '--principal', 'prn_1'],
      '--principal',
    ],
    ['a time that is none', ['keys', 'create', '--principal', 'p', '--expires', 'tomorrow'], '--expires'],
    ['a replay of everything', ['replay', '--reason', 'vì sao'], '--system'],
    ['a replay without a reason', ['replay', '--system', 'national-portal'], '--reason'],
    [
      'a replay of what is final',
      ['replay', '--system', 'x', '--reason', 'vì sao', '--state', 'delivered'],
      'rejected, dead',
    ],
    ['an address that is none', ['systems', 'list', '--url', 'localhost:80'], 'http'],
  ])('%s', async (_name, args, said) => {
    const { status, out, errors } = await command(args, { LIENTHONG_KEY: 'test-key' });
    expect(errors + out).toContain(said);
    expect(errors).not.toMatch(/\n {4}at /);
    expect(status).toBe(2);
  });

  test('no key at all', async () => {
    const { status, errors } = await command(['keys', 'list']);
    expect(errors).toContain('LIENTHONG_KEY');
    expect(status).toBe(2);
  });

  test('every wrong variable is named, and no value', async () => {
    const { status, errors } = await command(['serve'], {
      PORT: 'eighty',
      MASTER_KEY: 'c2hvcnQ=',
      NATIONAL_PORTAL_URL: 'ftp://portal',
    });
    for (const name of [
      'PORT',
      'MASTER_KEY',
      'NATIONAL_PORTAL_URL',
      'NATIONAL_PORTAL_USERNAME',
      'NATIONAL_PORTAL_PASSWORD',
    ])
      expect(errors).toContain(`${name}:`);
    expect(errors).not.toMatch(/eighty|c2hvcnQ|ftp:/);
    expect(status).toBe(2);
  });

  test('I6: npm start refuses without MASTER_KEY, and makes no store', async () => {
    const { status, errors } = await command(['serve'], { DATABASE_URL: `sqlite:${join(folder, 'none.db')}` });
    expect(errors).toContain('MASTER_KEY');
    expect(status).toBe(2);
  });
});

describe('what cannot be done ends with status 1 and one plain line', () => {
  const failing = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const { status, errors } = await command(args, env);
    expect(errors).not.toMatch(/\n {4}at /);
    expect(errors.trim().split('\n')).toHaveLength(1);
    expect(status).toBe(1);
    return errors;
  };

  test('no gateway there', async () => {
    const errors = await failing(['keys', 'list', '--url', 'http://127.0.0.1:9'], { ADMIN_KEY: 'test-key' });
    expect(errors).toMatch(/http:\/\/127\.0\.0\.1:9.*npm start.*ECONNREFUSED/);
  });

  test('no such file to import', async () => {
    const errors = await failing(['import', join(folder, 'missing.ndjson')], { ADMIN_KEY: 'test-key' });
    expect(errors).toContain('missing.ndjson');
  });

  test('no store to back up, and none to verify', async () => {
    const env = { DATABASE_URL: `sqlite:${join(folder, 'missing.db')}`, MASTER_KEY: keys.masterKey };
    expect(await failing(['backup', '--to', join(folder, 'b.db')], env)).toContain('missing.db');
    expect(await failing(['journal', 'verify'], env)).toContain('missing.db');
  });

  test('nothing to restore from', async () => {
    const errors = await failing(['restore', '--from', join(folder, 'b.db'), '--to', join(folder, 'new.db')]);
    expect(errors).toContain('b.db');
  });

  test('a key made offline while the store is held', async () => {
    const file = join(folder, 'held.db');
    const lock = lockFile(file);
    try {
      const errors = await failing(['keys', 'create', '--offline', '--name', 'a', '--role', 'auditor'], {
        DATABASE_URL: `sqlite:${file}`,
      });
      expect(errors).toContain('held.db');
    } finally {
      lock.release();
    }
  });

  test('a text that is no export', async () => {
    const file = join(folder, 'no-export.ndjson');
    writeFileSync(file, '{"hello":1}\n');
    const { status, out } = await command(['journal', 'verify-export', file]);
    expect(out).toContain('✗');
    expect(status).toBe(1);
  });
});

test.each([['--version'], ['--help'], ['help'], ['replay', '--help'], ['help', 'journal']])(
  'asking for help is no error: %s %s',
  async (...args) => {
    const { status, out } = await command(args.filter((arg) => arg !== undefined));
    expect(out).not.toBe('');
    expect(status).toBe(0);
  },
);
