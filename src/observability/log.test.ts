import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../store/engine.ts';
import { errorFacts, logTo } from './log.ts';
import { Secret } from './secret.ts';

const person = 'Nguyễn Văn Mẫu 024000000000';

describe('the log holds no personal datum by construction (I6)', () => {
  it('keeps listed fields only, whatever an object carries', () => {
    const lines: unknown[] = [];
    const log = logTo({ level: 'info', write: (...line) => lines.push(line) });
    const carrying = { exchange: 'exc_1', applicant: person, body: { name: person } };
    log.with({ requestId: 'r' }).info('said', carrying);
    log.debug('not at this level');
    expect(lines).toEqual([['info', 'said', { requestId: 'r', exchange: 'exc_1' }]]);
  });

  it('says of an error what it is and where, not what it quotes', () => {
    const facts = errorFacts(new Error(`cannot send ${person}`, { cause: new SyntaxError(`"${person}" is not JSON`) }));
    expect(JSON.stringify(facts)).not.toContain('Nguyễn');
    expect(facts).toMatchObject({ name: 'Error', cause: { name: 'SyntaxError' } });
    expect(facts.at?.[0]).toContain('log.test.ts');
    expect(errorFacts(new TypeError(`Cannot read properties of undefined (reading '${person}')`)).message).toBe(
      "Cannot read properties of undefined (reading '…')",
    );
    expect(errorFacts(new StoreUnavailable('the store cannot be written: disk full')).message).toContain('disk full');
    expect(errorFacts(person)).toEqual({ name: 'string' });
  });

  it('does not even let a multi-line message pass for a place', () => {
    expect(JSON.stringify(errorFacts(new Error(`x\n    at ${person}\n    at home`)))).not.toContain('Nguyễn');
  });
});

describe('a secret', () => {
  it('shows itself only by name', () => {
    const secret = new Secret('hidden');
    expect([`${secret}`, JSON.stringify({ secret }), inspect({ secret }), String(Object.values(secret))]).not.toContain(
      'hidden',
    );
    expect(inspect(secret, { showHidden: true, depth: 5 })).toBe('***');
    expect(secret.reveal()).toBe('hidden');
  });
});
