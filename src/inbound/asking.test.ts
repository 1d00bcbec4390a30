import { describe, expect, it } from 'vitest';
import type { Ask, Question, Tell } from '../../adapters/adapter.ts';
import { drift } from '../../adapters/adapter.ts';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import { jsonReply } from '../../adapters/kit/reply.ts';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createSystems } from '../delivery/systems.ts';
import type { Asker } from '../room.ts';
import { sql } from '../store/engine.ts';
import { createInbound, type InboundParts } from './inbound.ts';

const bill: Ask = {
  kind: 'ask',
  path: 'bill',
  methods: ['GET', 'POST'],
  verifier: { kind: 'peer', allow: ['10.0.0.0/8'] },
  maximumBytes: 100,
  timeoutMs: 50,
  parse: async ({ query, body }): Promise<Question | ReturnType<typeof drift>> => {
    const code = query.code ?? textOf(body);
    return code === '' ? drift('/code', 'string', 'missing') : { type: 'bill', ref: code, data: { code } };
  },
  reply: (result) =>
    result.kind === 'answered'
      ? jsonReply({ code: 0, ref: result.question.ref, bill: result.answer })
      : jsonReply({ code: result.kind }, result.kind === 'refused' ? 403 : 200),
};

function room(on: Ground, asker: Asker, ask: Ask = bill, engine: InboundParts['engine'] = on.engine) {
  const adapter = { ...scriptedPortal({}), callbacks: [ask] };
  const systems = createSystems([{ name: 'platform', title: adapter.title, adapter }]);
  const inbound = createInbound({
    ...on,
    engine,
    systems,
    handlers: new Map(),
    askers: new Map([['platform/bill', asker]]),
  });
  return async (code: string, from = '10.0.0.1', method: 'GET' | 'POST' = 'GET') => {
    const reply = await inbound.receive('platform', 'bill', {
      ...{ method, headers: {}, remoteAddress: from },
      readQuery: () => ({ query: method === 'GET' && code !== '' ? { code } : {}, whole: true }),
      readBody: async (limit) => {
        const body = utf8(method === 'GET' ? '' : code);
        return body.length > limit ? undefined : body;
      },
    });
    return JSON.parse(textOf(reply?.body ?? utf8('null'))) as Record<string, unknown>;
  };
}
/** A line of the journal stands for whatever a room writes. */
const line = (id: string) =>
  sql(`insert into journal (id, ref, to_state, actor, at) values (?1, 'bill', 'asked', 'test', {at})`, id);
const lines = (on: Ground) => on.rows(`select id from journal where ref = 'bill' order by id`);

describe('a question', () => {
  it('is answered with what the room makes now, by GET and POST, each time anew, and is not kept', async () => {
    const on = await ground();
    let amount = 0;
    const ask = room(on, async ({ system, ref, data }) => {
      amount += 1_000;
      return { answer: { system, ref, data, amount }, statements: [] };
    });
    const answer = { system: 'platform', ref: 'P1', data: { code: 'P1' } };
    expect(await ask('P1')).toEqual({ code: 0, ref: 'P1', bill: { ...answer, amount: 1_000 } });
    expect(await ask('P1')).toEqual({ code: 0, ref: 'P1', bill: { ...answer, amount: 2_000 } });
    expect(await ask('P1', '10.0.0.1', 'POST')).toMatchObject({ bill: { amount: 3_000 } });
    expect(await on.rows('select id from inbound')).toEqual([]);
  });

  it('I1: its statements stand in one commit before the answer goes out; without them there is no answer', async () => {
    const on = await ground();
    const batches: number[] = [];
    let broken = false;
    const engine: Ground['engine'] = {
      ...on.engine,
      batch: (statements) => {
        batches.push(statements.length);
        return broken ? Promise.reject(new Error('disk full')) : on.engine.batch(statements);
      },
    };
    let n = 0;
    const asker: Asker = async () => {
      n += 2;
      return { answer: n, statements: [line(`${n}`), line(`${n + 1}`)] };
    };
    const ask = room(on, asker, bill, engine);
    expect(await ask('P1')).toMatchObject({ code: 0, bill: 2 });
    expect(await lines(on)).toEqual([{ id: '2' }, { id: '3' }]);
    expect(batches).toEqual([2]);
    broken = true;
    expect(await ask('P1')).toEqual({ code: 'failed' });
    expect(await lines(on)).toHaveLength(2);
  });

  it('whose answer cannot be put into their words writes nothing', async () => {
    const on = await ground();
    const reply: Ask['reply'] = (result) => {
      if (result.kind === 'answered') throw new Error('no such field');
      return bill.reply(result);
    };
    const ask = room(on, async () => ({ answer: 1, statements: [line('1')] }), { ...bill, reply });
    expect(await ask('P1')).toEqual({ code: 'failed' });
    expect(await lines(on)).toEqual([]);
  });

  it('that is answered too late is failed, and writes nothing afterwards', async () => {
    const on = await ground();
    let answer = (): void => {};
    const made = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const ask = room(on, async () => {
      await made;
      return { answer: 1, statements: [line('1')] };
    });
    expect(await ask('P1')).toEqual({ code: 'failed' });
    answer();
    // Long enough for a commit, were there one.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(await lines(on)).toEqual([]);
    expect(on.notices).toContain('a question was not answered in time');
  });

  it('beyond a number at one time is failed at once', async () => {
    const on = await ground();
    const never = new Promise<never>(() => undefined);
    const ask = room(on, () => never);
    const all = await Promise.all(Array.from({ length: 70 }, () => ask('P1')));
    expect(all).toEqual(Array(70).fill({ code: 'failed' }));
    expect(on.notices.filter((notice) => notice === 'too many questions at once')).toHaveLength(6);
  });

  it('I7: of a stranger is refused before anybody is asked, and recorded; so is what nobody understands', async () => {
    const on = await ground();
    let asked = 0;
    const ask = room(on, async () => {
      asked += 1;
      return { answer: 'secret', statements: [] };
    });
    expect(await ask('P1', '192.0.2.1')).toEqual({ code: 'refused' });
    expect(await ask('')).toEqual({ code: 'failed' });
    expect(await ask('x'.repeat(101), '10.0.0.1', 'POST')).toEqual({ code: 'failed' });
    expect(asked).toBe(0);
    expect(await on.rows('select state, type from inbound order by type')).toEqual([
      { state: 'refused', type: 'not-understood' },
      { state: 'refused', type: 'not-verified' },
      { state: 'refused', type: 'too-large' },
    ]);
  });

  it.each([async () => false, () => Promise.reject(new Error('no key'))])(
    'I7: whose proof does not hold is refused before anybody is asked',
    async (verify) => {
      const on = await ground();
      let asked = 0;
      const asker: Asker = async () => ({ answer: ++asked, statements: [] });
      const ask = room(on, asker, { ...bill, verifier: { kind: 'shared-key', verify } });
      expect(await ask('P1')).toEqual({ code: 'refused' });
      expect(asked).toBe(0);
    },
  );

  it('that makes the room throw, or that no room answers, is failed', async () => {
    const on = await ground();
    const ask = room(on, () => Promise.reject(new Error('no')));
    expect(await ask('P1')).toEqual({ code: 'failed' });
    const other = { ...bill, parse: async () => ({ type: 'other', ref: 'x', data: null }) };
    expect(await room(on, async () => ({ answer: 1, statements: [] }), other)('P1')).toEqual({ code: 'failed' });
    expect(on.notices).toContain('nobody answers this type of question');
  });

  it('I7: the types let no ask go without a proof of its sender', () => {
    const hint = { kind: 'query' } as const;
    const told: Tell['verifier'] = hint;
    // @ts-expect-error an ask gives something away, so that a mere hint cannot verify it
    const asked: Ask['verifier'] = hint;
    // @ts-expect-error a callback says by which methods it is called
    const methods: Tell['methods'] = [];
    expect([told, asked, methods]).toHaveLength(3);
  });
});
