import { describe, expect, it } from 'vitest';
import { standing } from '../../../test/kit/exchanges.ts';
import { scriptedPortal } from '../../../test/kit/portal.ts';
import { type Ground, ground } from '../../../test/kit/room.ts';
import { createKeys } from '../../access/keys.ts';
import { JOURNAL_WORDS, readWords } from '../../crypto/kept-words.ts';
import { recount } from '../../delivery/counting.ts';
import { createSystems } from '../../delivery/systems.ts';
import { UNKNOWN_OPERATION } from '../../delivery/unknown-operation.ts';
import { type Engine, sql } from '../../store/engine.ts';
import { createExchanges, type Exchanges } from '../exchanges.ts';
import { createInterventions, type InterventionBy, type Interventions } from './interventions.ts';
import { createVoidWords } from './void-words.ts';

const PERSON: InterventionBy = { actor: 'person-1', role: 'operator', person: true, reason: 'checked with the portal' };
const PROGRAM: InterventionBy = { actor: 'program-1', role: 'operator', person: false };

function actsOn(on: Ground): {
  readonly acts: Interventions;
  readonly views: Exchanges;
  readonly woken: string[];
} {
  const portal = scriptedPortal({});
  const manual = { ...UNKNOWN_OPERATION.operation, name: 'pay-by-hand' };
  const systems = createSystems([
    { name: 'national-portal', title: portal.title, adapter: portal },
    {
      name: 'treasury',
      title: portal.title,
      adapter: { ...portal, system: 'treasury', commands: { 'pay-by-hand': manual as never } },
    },
  ]);
  const woken: string[] = [];
  const given = { ...on, systems, filled: () => [] };
  return {
    acts: createInterventions({ ...given, wake: (lane) => woken.push(lane) }),
    views: createExchanges(given),
    woken,
  };
}
const KEY_OF_BINH_BY_AN = sql(
  `insert into api_key (id, principal, hash, hint, created_at, created_by) values ('k1', 'binh', 'h', 'h', {at}, 'an')`,
);
const state = async (on: Ground, id: string) =>
  (await on.rows(`select state from exchange where id = '${id}'`))[0]?.state;
const stream = async (on: Ground) => (await on.rows('select * from stream'))[0];
const lines = async (on: Ground, id: string) => {
  const rows = await on.rows(
    `select from_state, to_state, actor from journal where ref = '${id}' and id <> '${id}:0' order by id`,
  );
  const said = await readWords(
    on.vault,
    JOURNAL_WORDS,
    rows.map((row) => String(row.to_state)),
  );
  return rows.map((row, index) => ({ ...row, to_state: said[index] }));
};

describe('cancelling', () => {
  for (const from of ['pending', 'retrying', 'uncertain', 'dead'])
    it(`I8: ends what is ${from}, and the journal says who and why`, async () => {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: from }]);
      expect(await actsOn(on).acts.cancel('x1', PERSON)).toEqual({ kind: 'done', state: 'cancelled' });
      expect(await lines(on, 'x1')).toEqual([
        { from_state: from, to_state: 'cancelled', actor: 'person-1' },
        { from_state: null, to_state: 'reason: checked with the portal', actor: 'person-1' },
      ]);
      expect((await stream(on))?.due_at).toBeNull();
    });

  it('I2: refuses what is under way, changing nothing', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'sending' }], { owner: 'somebody' });
    expect(await actsOn(on).acts.cancel('x1', PERSON)).toMatchObject({ kind: 'refused', reason: 'in-flight' });
    expect(await lines(on, 'x1')).toEqual([]);
    expect((await stream(on))?.owner).toBe('somebody');
  });

  for (const from of ['delivered', 'cancelled', 'rejected'])
    it(`refuses what is ${from} already`, async () => {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: from }]);
      expect(await actsOn(on).acts.cancel('x1', PERSON)).toMatchObject({ reason: 'final', state: from });
      expect(await lines(on, 'x1')).toEqual([]);
    });

  it('I3: leaves the steps of a cancelled state waiting', async () => {
    const on = await ground();
    await standing(
      on,
      [
        { id: 'x2', seq: 2, version: 2, state: 'pending' },
        { id: 'x3', seq: 3, version: 2, operation: 'sync-progress', kind: 'appended', state: 'pending' },
      ],
      { sentVersion: 1 },
    );
    await actsOn(on).acts.cancel('x2', PERSON);
    expect(await state(on, 'x3')).toBe('pending');
    expect((await stream(on))?.due_at).toBeNull();
  });

  it('lets a stream go on that was parked on it, within its quiet time', async () => {
    const on = await ground();
    await standing(
      on,
      [
        { id: 'x1', seq: 1, operation: 'sync-progress', kind: 'appended', version: 0, state: 'uncertain' },
        { id: 'x2', seq: 2, operation: 'sync-progress', kind: 'appended' as const, version: 0, state: 'pending' },
      ],
      { parkedReason: 'needs-a-person', quietMs: 90_000 },
    );
    const { acts, woken } = actsOn(on);
    await acts.cancel('x1', PERSON);
    const row = await stream(on);
    expect(row?.parked_reason).toBeNull();
    expect(row?.due_at).toBe(row?.quiet_until);
    expect(woken).toEqual(['national-portal/command']);
  });
});

describe('sending again', () => {
  for (const from of ['rejected', 'dead', 'retrying', 'uncertain'])
    it(`makes what is ${from} due now`, async () => {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: from }]);
      const { acts, woken } = actsOn(on);
      expect(await acts.retry('x1', PERSON)).toEqual({ kind: 'done', state: 'pending' });
      const due = Number((await stream(on))?.due_at);
      expect(due).toBeLessThanOrEqual(on.platform.steady());
      expect(due).toBeGreaterThan(0);
      expect(woken).toEqual(['national-portal/command']);
      expect((await lines(on, 'x1'))[0]).toMatchObject({ from_state: from, to_state: 'pending' });
    });

  it('I3: keeps the silence after an unknown outcome', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'uncertain' }], { quietMs: 60_000 });
    await actsOn(on).acts.retry('x1', PERSON);
    const row = await stream(on);
    expect(row?.due_at).toBe(row?.quiet_until);
  });

  for (const from of ['delivered', 'cancelled'])
    it(`I2: never sends again what is ${from}`, async () => {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: from }]);
      expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ reason: 'final' });
      expect(await state(on, 'x1')).toBe(from);
    });

  for (const [old, newest] of [
    ['superseded', 'pending'],
    ['rejected', 'delivered'],
    ['rejected', 'cancelled'],
  ] as const)
    it(`I3: refuses an older state (${old}, the newest ${newest}) and names the newest`, async () => {
      const on = await ground();
      await standing(on, [
        { id: 'x1', seq: 1, state: old },
        { id: 'x2', seq: 2, state: newest },
      ]);
      expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ reason: 'superseded', newest: 'x2' });
      expect(await state(on, 'x1')).toBe(old);
    });

  it('I2: not what is older than what the nation has by the province’s own word', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'dead' }], { sentVersion: 2 });
    expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ kind: 'refused', reason: 'superseded' });
    expect(await state(on, 'x1')).toBe('dead');
  });

  it('sends a step again although others came after it', async () => {
    const on = await ground();
    const step = { operation: 'sync-progress', kind: 'appended' as const, version: 1 };
    await standing(
      on,
      [
        { id: 'x1', seq: 1, state: 'dead', ...step },
        { id: 'x2', seq: 2, state: 'pending', ...step },
      ],
      { sentVersion: 1 },
    );
    expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ kind: 'done' });
    expect((await stream(on))?.due_at).not.toBeNull();
  });

  it('I2: retrying one step does not release another that may have acted', async () => {
    const on = await ground();
    await standing(
      on,
      [
        { id: 'x1', seq: 1, operation: 'a', kind: 'appended', version: 0, state: 'uncertain' },
        { id: 'x2', seq: 2, operation: 'sync-progress', kind: 'appended' as const, version: 0, state: 'rejected' },
      ],
      { parkedReason: 'needs-a-person' },
    );
    expect(await actsOn(on).acts.retry('x2', PERSON)).toMatchObject({ kind: 'done' });
    expect((await stream(on))?.parked_reason).toBe('needs-a-person');
  });

  it('I2: what only a person can tell about is not simply sent again', async () => {
    const on = await ground();
    const by = { system: 'treasury', parkedReason: 'needs-a-person' };
    await standing(on, [{ id: 'x1', seq: 1, operation: 'pay-by-hand', kind: 'appended', state: 'uncertain' }], by);
    expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ reason: 'needs-confirmation' });
    expect(await state(on, 'x1')).toBe('uncertain');
    expect((await stream(on))?.parked_reason).toBe('needs-a-person');
  });

  it('a person overrules "the nation differs": our state is sent, then looked at; a program does not', async () => {
    for (const [by, doubt] of [
      [PERSON, 'look-after'],
      [PROGRAM, 'ask-first'],
    ] as const) {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: 'uncertain' }], {
        doubt: 'ask-first',
        parkedReason: 'snapshot-requested',
      });
      await actsOn(on).acts.retry('x1', by);
      expect(await stream(on)).toMatchObject({ parked_reason: null, doubt: doubt });
    }
  });

  it('answers for what there is not', async () => {
    const on = await ground();
    expect(await actsOn(on).acts.retry('x9', PERSON)).toMatchObject({ reason: 'not-found' });
  });
});

describe('confirming', () => {
  const byHand = {
    id: 'x1',
    seq: 1,
    operation: 'pay-by-hand',
    kind: 'appended' as const,
    version: 0,
    state: 'uncertain',
  };
  const treasury = { system: 'treasury', parkedReason: 'needs-a-person' };

  it('I2: has the system asked before anything is sent', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'uncertain' }], {
      parkedReason: 'snapshot-requested',
      quietMs: 5_000,
    });
    expect(await actsOn(on).acts.confirm('x1', {}, PROGRAM)).toEqual({ kind: 'done', state: 'uncertain' });
    const row = await stream(on);
    expect(row).toMatchObject({ doubt: 'ask-first', parked_reason: null });
    expect(row?.due_at).toBe(row?.quiet_until);
  });

  it('I2: where nobody can be asked, a person has to say', async () => {
    const on = await ground();
    await standing(on, [byHand], treasury);
    const { acts } = actsOn(on);
    expect(await acts.confirm('x1', {}, PERSON)).toMatchObject({ reason: 'outcome-required' });
    expect(await acts.confirm('x1', { outcome: 'applied', reason: 'seen' }, PROGRAM)).toMatchObject({
      reason: 'person-required',
    });
    expect(await state(on, 'x1')).toBe('uncertain');
  });

  it('takes a person’s word that it was applied, and tells the province', async () => {
    const on = await ground();
    await standing(on, [byHand], treasury);
    expect(await actsOn(on).acts.confirm('x1', { outcome: 'applied', reason: 'seen in their books' }, PERSON)).toEqual({
      kind: 'done',
      state: 'delivered',
    });
    expect(await on.rows('select type, system, ref from event')).toEqual([
      { type: 'exchange.delivered', system: 'treasury', ref: 'D1' },
    ]);
    expect((await stream(on))?.parked_reason).toBeNull();
    expect(await lines(on, 'x1')).toMatchObject([
      { to_state: 'delivered' },
      { to_state: 'reason: seen in their books' },
    ]);
  });

  it('sends again what a person says was not applied', async () => {
    const on = await ground();
    await standing(on, [byHand], { ...treasury, doubt: 'ask-first' });
    await actsOn(on).acts.confirm('x1', { outcome: 'not-applied', reason: 'not in their books' }, PERSON);
    expect(await state(on, 'x1')).toBe('pending');
    expect(await stream(on)).toMatchObject({ doubt: 'none', parked_reason: null });
    expect(await on.rows('select id from event')).toEqual([]);
  });

  it('a person’s word does not replace that of a system which can be asked', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'uncertain' }]);
    expect(await actsOn(on).acts.confirm('x1', { outcome: 'applied', reason: 'seen' }, PERSON)).toMatchObject({
      reason: 'wrong-state',
    });
    expect(await state(on, 'x1')).toBe('uncertain');
  });

  it('refuses what is not uncertain', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'pending' }]);
    expect(await actsOn(on).acts.confirm('x1', {}, PERSON)).toMatchObject({ reason: 'wrong-state' });
  });
});

describe('that an act in doubt did not take effect', () => {
  const NOT_APPLIED = { outcome: 'not-applied', reason: 'not in their books' } as const;
  const inDoubt = async () => {
    const on = await ground();
    await standing(
      on,
      [{ id: 'x1', seq: 1, operation: 'pay-by-hand', kind: 'act', version: null, state: 'uncertain' }],
      {
        system: 'treasury',
        parkedReason: 'needs-a-person',
        waitsFor: 'person',
      },
    );
    const { acts, views } = actsOn(on);
    return {
      on,
      acts,
      views,
      say: (actor: string) => acts.confirm('x1', NOT_APPLIED, { actor, role: 'operator', person: true }),
    };
  };

  it('I7: is not stated by one person under two names, nor by one who made the other', async () => {
    const { on, say } = await inDoubt();
    const keys = createKeys({
      ...on,
      vault: { ...on.vault, mac: async (_purpose, texts) => [...texts] },
      onRevoked: () => {},
    });
    const make = async (by: string, account?: string) =>
      (
        await keys.create(
          { principal: { kind: 'person', name: 'van-hanh', role: 'administrator', account }, test: false },
          by,
        )
      )?.view.principal.id ?? '';
    const an = await make('seed', 'tk-17');
    expect(await say('jwt:tk-17')).toMatchObject({ reason: 'second-person' });
    expect(await say(an)).toMatchObject({ reason: 'second-person' });
    expect(await say(await make(an))).toMatchObject({ reason: 'second-person' });
    expect(await state(on, 'x1')).toBe('uncertain');
    expect(await say(await make('seed'))).toEqual({ kind: 'done', state: 'cancelled' });
  });

  it('is seen with its reason before the second word, and with both after it', async () => {
    const { say, views } = await inDoubt();
    await say('an');
    const said = async () => (await views.find('x1', null))?.said.map(({ what, words, by }) => [what, words, by]);
    const first = ['stated-not-applied', NOT_APPLIED.reason, 'an'];
    expect(await said()).toEqual([first]);
    await say('binh');
    expect(await said()).toEqual([['reason', NOT_APPLIED.reason, 'binh'], first]);
  });

  it('I7: is one commit with the second word, also where several say it at the same time', async () => {
    const { on, say } = await inDoubt();
    await say('u1');
    const ends = await Promise.all(['u2', 'u3', 'u4'].map(say));
    expect(ends.filter((end) => end.kind === 'done')).toHaveLength(1);
    expect(await on.rows(`select id from journal where ref = 'x1' and to_state = 'cancelled'`)).toHaveLength(1);
    expect(await on.rows('select state from approval')).toEqual([{ state: 'approved' }]);
  });

  it('I7: what changes between the look and the commit is judged by the commit', async () => {
    const { on, say } = await inDoubt();
    await say('an');
    const engine: Engine = {
      ...on.engine,
      batch: async (statements) => {
        await on.engine.batch([KEY_OF_BINH_BY_AN]);
        return on.engine.batch(statements);
      },
    };
    const { acts } = actsOn({ ...on, engine });
    expect(await acts.confirm('x1', NOT_APPLIED, { actor: 'binh', role: 'operator', person: true })).toMatchObject({
      reason: 'second-person',
    });
    expect(await state(on, 'x1')).toBe('uncertain');
  });

  it('I7: first words at the same time are one word', async () => {
    const { on, say } = await inDoubt();
    for (const end of await Promise.all(['u1', 'u1', 'u1'].map(say))) expect(end).toMatchObject({ kind: 'refused' });
    expect(await state(on, 'x1')).toBe('uncertain');
    expect(await on.rows('select asked_by, state from approval')).toEqual([{ asked_by: 'u1', state: 'awaiting' }]);
  });

  it('is no word any more once something else was done about it', async () => {
    const { on, acts, say } = await inDoubt();
    await say('u1');
    await acts.confirm('x1', { outcome: 'applied', reason: 'seen in their books' }, PERSON);
    expect(await state(on, 'x1')).toBe('delivered');
    expect(await on.rows('select state from approval')).toEqual([{ state: 'ended' }]);
    expect(await say('u2')).toMatchObject({ kind: 'refused' });
    expect(await state(on, 'x1')).toBe('delivered');
  });

  it('waits for nobody any more once the doubt ended by itself, and goes on waiting while the system is asked', async () => {
    const { on, say } = await inDoubt();
    await say('u1');
    const failed = (error: unknown) => {
      throw error;
    };
    const words = createVoidWords({ ...on, owner: 'p1', failed });
    const after = async (to: string) => {
      await on.engine.batch([sql('update exchange set state = ?1', to), ...recount()]);
      await words.tick();
      return (await on.rows('select state from approval'))[0]?.state;
    };
    expect(await after('sending')).toBe('awaiting');
    expect(await after('uncertain')).toBe('awaiting');
    expect(await on.rows('select name from lease')).toEqual([]);
    expect(await after('delivered')).toBe('ended');
    await words.stop(1_000);
  });

  it('stays approved when it has ended by two words', async () => {
    const { on, say } = await inDoubt();
    await say('u1');
    await say('u2');
    await createVoidWords({ ...on, owner: 'p1', failed: () => {} }).tick();
    expect(await on.rows('select state from approval')).toEqual([{ state: 'approved' }]);
  });
});

describe('what they asked us to wait', () => {
  const MINUTE = 60_000;
  for (const from of ['pending', 'retrying', 'rejected', 'dead'])
    it(`ends with a retry of what is ${from}`, async () => {
      const on = await ground();
      await standing(on, [{ id: 'x1', seq: 1, state: from }], { toldMs: 9 * MINUTE });
      expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ kind: 'done' });
      const after = await stream(on);
      expect(after?.told_until).toBe(0);
      expect(Number(after?.due_at)).toBeLessThanOrEqual(on.platform.steady());
    });

  it('I3: ends with a retry, and the quiet time does not', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'uncertain' }], { toldMs: 9 * MINUTE, quietMs: 2 * MINUTE });
    const before = await stream(on);
    expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ kind: 'done' });
    expect(await stream(on)).toMatchObject({
      told_until: 0,
      quiet_until: before?.quiet_until,
      due_at: before?.quiet_until,
    });
  });

  it('is not ended by a cancellation, and what waits for nothing is not retried', async () => {
    const on = await ground();
    await standing(on, [{ id: 'x1', seq: 1, state: 'pending' }]);
    expect(await actsOn(on).acts.retry('x1', PERSON)).toMatchObject({ reason: 'wrong-state' });
  });
});
