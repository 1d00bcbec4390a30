import { describe, expect, it } from 'vitest';
import { type Ground, ground } from '../../test/kit/room.ts';
import { newId } from '../platform.ts';
import { sql } from '../store/engine.ts';
import { approve, ask, end, type Hand, openWeight, type SharedAct, secondVerdict } from './four-eyes.ts';
import { createKeys, type NewKey } from './keys.ts';

const DAY_MS = 86_400_000;
const ACT: SharedAct = { kind: 'replay', ref: 'r1' };
const person = (id: string): Hand => ({ id, kind: 'person' });
const program = (id: string): Hand => ({ id, kind: 'system' });
const AN = person('an');
const BINH = person('binh');

/** The mechanism over a real store, as a room uses it: asked and approved in batches, with the row as the outcome. */
async function desk() {
  const on = await ground();
  const keys = createKeys({
    ...on,
    vault: { ...on.vault, mac: async (_purpose, texts) => [...texts] },
    onRevoked: () => {},
  });
  const ref = async (act: SharedAct) =>
    (await on.rows(`select state, approved_by from approval where id = '${act.kind}:${act.ref}'`))[0];
  return {
    on,
    keys,
    ref,
    ask: async (by: Hand, { act = ACT, weight = 1, limit = 0 } = {}) => {
      await on.engine.batch(ask(act, by, { weight, limit, token: newId(on.platform, 't') }));
      return (await ref(act))?.state;
    },
    /** What the reader is told beforehand, and what the batch alone does about it: the two must never differ. */
    approve: async (by: Hand, act = ACT) => {
      const told = await secondVerdict(on.engine, act, by);
      const token = newId(on.platform, 't');
      await on.engine.batch(approve(act, by, { token }));
      const [row] = await on.rows(`select state, written_by from approval where id = '${act.kind}:${act.ref}'`);
      expect(row?.state === 'approved' && row.written_by === token).toBe(told === 'may');
      return told;
    },
    make: async (by: string, more: Partial<Extract<NewKey['principal'], { kind: unknown }>> = {}) => {
      const principal = { kind: 'person', name: 'van-hanh', role: 'administrator', ...more } as const;
      const made = await keys.create({ principal, test: false }, by);
      return person(made?.view.principal.id ?? 'none');
    },
    keyOf: (id: string, by: string, account?: string) => keys.create({ principal: { id, account }, test: false }, by),
  };
}
const settled = (on: Ground) => on.pass(DAY_MS + 1);

describe('four eyes (I7)', () => {
  it('another person approves, once, and the journal has both', async () => {
    const at = await desk();
    expect(await at.ask(AN)).toBe('awaiting');
    expect(await at.approve(BINH)).toBe('may');
    expect(await at.ref(ACT)).toEqual({ state: 'approved', approved_by: 'binh' });
    expect(await at.approve(person('chi'))).toBe('not-awaiting');
    expect(
      await at.on.rows(
        `select from_state, to_state, actor from journal where ref = 'approval:replay:r1' order by at, from_state is not null`,
      ),
    ).toEqual([
      { from_state: null, to_state: 'awaiting', actor: 'an' },
      { from_state: 'awaiting', to_state: 'approved', actor: 'binh' },
    ]);
  });

  it('nobody approves what they asked for, nor what nobody asked for', async () => {
    const at = await desk();
    expect(await at.approve(BINH)).toBe('not-awaiting');
    await at.ask(AN);
    expect(await at.approve(AN)).toBe('same-person');
    expect(await at.ref(ACT)).toMatchObject({ state: 'awaiting' });
  });

  it('a program neither approves nor asks for what needs two people', async () => {
    const at = await desk();
    expect(await at.ask(program('admin-key'))).toBeUndefined();
    expect(await at.ask(program('admin-key'), { limit: 1 })).toBe('alone');
    const act = { ...ACT, ref: 'r2' };
    await at.ask(AN, { act });
    expect(await at.approve(program('admin-key'), act)).toBe('no-person');
    const robot = await at.make('seed', { kind: 'system' });
    settled(at.on);
    // A token that says `person` for an account, or a session, of a program is no person.
    expect(await at.approve(person(robot.id), act)).toBe('no-person');
  });

  it('what a program asked for before is not approved by the one person who looks at it', async () => {
    const at = await desk();
    await at.ask(AN);
    await at.on.engine.batch([sql(`update approval set asked_as = 'system'`)]);
    expect(await at.approve(BINH)).toBe('asked-by-a-system');
  });

  it('two keys, or a key and the account that is bound to it, are one person', async () => {
    const at = await desk();
    const an = await at.make('seed', { account: 'tk-17' });
    await at.ask(person('jwt:tk-17'));
    expect(await at.approve(an)).toBe('same-person');
    const act = { ...ACT, ref: 'r2' };
    await at.ask(an, { act });
    expect(await at.approve(person('jwt:tk-17'), act)).toBe('same-person');
    settled(at.on);
    expect(await at.approve(person('jwt:tk-18'), act)).toBe('may');
  });

  it('what an account asked for before it was bound is of the person that it is bound to', async () => {
    const at = await desk();
    const an = await at.make('seed');
    await at.ask(person('jwt:tk-17'));
    expect(await at.approve(an)).toBe('cannot-tell');
    await at.keyOf(an.id, 'seed', 'tk-17');
    expect(await at.approve(an)).toBe('same-person');
  });

  it('a key and a token of which nobody said whose they are may be one person', async () => {
    const at = await desk();
    const an = await at.make('seed');
    settled(at.on);
    await at.ask(an);
    expect(await at.approve(person('jwt:tk-17'))).toBe('cannot-tell');
    await at.keyOf(an.id, 'seed', 'tk-16');
    expect(await at.approve(person('jwt:tk-17'))).toBe('may');
  });

  it.each([
    ['the asker made the approver', 'asker'],
    ['the approver made the asker', 'approver'],
  ])('not within a day after %s', async (_what, maker) => {
    const at = await desk();
    const an = await at.make('seed');
    settled(at.on);
    const made = await at.make(an.id);
    const [asker, approver] = maker === 'asker' ? [an, made] : [made, an];
    await at.ask(asker);
    expect(await at.approve(approver)).toBe('made-by-the-other');
    at.on.pass(DAY_MS - 60_000);
    expect(await at.approve(approver)).toBe('made-by-the-other');
    at.on.pass(60_001);
    expect(await at.approve(approver)).toBe('may');
  });

  it('not within a day after one made a key of the other, also where it was revoked since', async () => {
    const at = await desk();
    const [an, binh] = [await at.make('seed'), await at.make('seed')];
    settled(at.on);
    const key = await at.keyOf(binh.id, an.id);
    await at.keys.revoke(key?.view.id ?? '', an.id);
    await at.ask(an);
    expect(await at.approve(binh)).toBe('made-by-the-other');
    settled(at.on);
    expect(await at.approve(binh)).toBe('may');
  });

  it('not within a day after one bound an account to the other', async () => {
    const at = await desk();
    const [an, binh] = [await at.make('seed', { account: 'tk-1' }), await at.make('seed')];
    settled(at.on);
    // Bound under the name of the account: it is the same maker.
    await at.keyOf(binh.id, 'jwt:tk-1', 'tk-2');
    await at.on.engine.batch([sql(`update api_key set created_by = 'seed'`)]);
    await at.ask(an);
    expect(await at.approve(person('jwt:tk-2'))).toBe('made-by-the-other');
  });

  it('not by way of a third that one of them made', async () => {
    const at = await desk();
    const an = await at.make('seed');
    settled(at.on);
    const between = await at.make(an.id, { kind: 'system' });
    const made = await at.make(between.id);
    await at.ask(an);
    expect(await at.approve(made)).toBe('made-by-the-other');
  });

  it('two that a third made may: neither is the other’s', async () => {
    const at = await desk();
    const [an, binh] = [await at.make('admin-key'), await at.make('admin-key')];
    await at.ask(an);
    expect(await at.approve(binh)).toBe('may');
  });

  it('of several that approve at the same time one does', async () => {
    const at = await desk();
    await at.ask(AN);
    const tokens = ['b', 'c', 'd'].map((name) => [person(name), newId(at.on.platform, 't')] as const);
    await Promise.all(tokens.map(([by, token]) => at.on.engine.batch(approve(ACT, by, { token }))));
    const lines = await at.on.rows(`select actor from journal where to_state = 'approved'`);
    expect(lines).toEqual([{ actor: (await at.ref(ACT))?.approved_by }]);
  });

  it('approves nothing that its room no longer holds open', async () => {
    const at = await desk();
    await at.ask(AN);
    const open = (ref: string) => `exists (select 1 from replay r where r.id = ${ref})`;
    await at.on.engine.batch(approve(ACT, BINH, { token: 't1', open }));
    expect(await at.ref(ACT)).toEqual({ state: 'awaiting', approved_by: null });
  });
});

describe('what one person asks for (I7)', () => {
  const act = (n: number): SharedAct => ({ kind: 'replay', ref: `r${n}` });

  it('counts together until it is approved or over', async () => {
    const at = await desk();
    const small = (n: number, by = AN) => at.ask(by, { act: act(n), weight: 4, limit: 10 });
    expect([await small(1), await small(2), await small(3)]).toEqual(['alone', 'alone', 'awaiting']);
    expect(await openWeight(at.on.engine, 'replay', AN)).toBe(12);
    expect(await small(4, BINH)).toBe('alone');
    expect(await at.approve(BINH, act(3))).toBe('may');
    expect(await openWeight(at.on.engine, 'replay', AN)).toBe(8);
    expect(await small(5)).toBe('awaiting');
    await at.on.engine.batch([1, 5].map((n) => end(act(n), 't-end', () => '1 = 1')));
    expect(await small(6)).toBe('alone');
  });

  it('counts together under every name of the person', async () => {
    const at = await desk();
    const an = await at.make('seed', { account: 'tk-17' });
    expect(await at.ask(an, { act: act(1), weight: 6, limit: 10 })).toBe('alone');
    expect(await at.ask(person('jwt:tk-17'), { act: act(2), weight: 6, limit: 10 })).toBe('awaiting');
  });

  it('counts together also where it is asked for at the same time', async () => {
    const at = await desk();
    const states = await Promise.all([1, 2, 3].map((n) => at.ask(AN, { act: act(n), weight: 6, limit: 10 })));
    expect(states.toSorted()).toEqual(['alone', 'awaiting', 'awaiting']);
  });

  it('counts for programs as well, which then have to leave it to people', async () => {
    const at = await desk();
    expect(await at.ask(program('p'), { act: act(1), weight: 6, limit: 10 })).toBe('alone');
    expect(await at.ask(program('p'), { act: act(2), weight: 6, limit: 10 })).toBeUndefined();
  });
});
