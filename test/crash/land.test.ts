import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { tellAll } from '../../mocks/land-system/telling.ts';
import { type LandAct, type LandDossier, serviceOf } from './land-dossier.ts';
import { onLandGround } from './land-steps.ts';
import type { Strike } from './strike.ts';

/**
 * Every step of what the land system is told, killed there with real processes, or with its reply lost. It can be asked
 * nothing: what it takes once however often it is told goes on by itself; the rest is never told twice by itself, a
 * person decides. Each step stands on the store that the killed ones before it left.
 */
const ALL = process.env.CRASH_ALL === '1';
/** `CRASH_ALL=1` strikes at every step; else at every so many, each group at others, for time's sake. */
const some = <Step>(steps: readonly Step[], of: number, from: number): readonly Step[] =>
  ALL ? steps : steps.filter((_, n) => n % of === from);

const HANG: FaultRule = { kind: 'hang' };
const LATE: FaultRule = { kind: 'delay', ms: 500 };
const LOST: FaultRule = { kind: 'lose-reply', as: 'hang' };

interface Row {
  readonly step: string;
  readonly strike: Strike;
  /** What is known afterwards of what may not be told twice: nothing here, that it goes on, or that nobody knows. */
  readonly left: 'nothing' | 'goes-on' | 'uncertain';
  /** How often they have it when the next process has settled that. */
  readonly there: number;
}
const rows: readonly Row[] = [
  {
    step: 'told, before it is recorded',
    ...{ strike: { at: 'before:insert into land_act' }, left: 'nothing', there: 0 },
  },
  { step: 'recorded', strike: { at: 'after:insert into land_act' }, left: 'goes-on', there: 1 },
  { step: 'under way, and they never act', strike: { during: HANG }, left: 'uncertain', there: 0 },
  { step: 'before it is taken in hand', strike: { at: 'before:insert into attempt' }, left: 'goes-on', there: 1 },
  {
    step: 'in hand, before its bytes leave',
    ...{ strike: { at: 'after:insert into attempt' }, left: 'uncertain', there: 0 },
  },
  { step: 'under way, and they act after the death', strike: { during: LATE }, left: 'uncertain', there: 1 },
  {
    step: 'replied, before that is committed',
    ...{ strike: { at: 'before:update land_act' }, left: 'uncertain', there: 1 },
  },
  { step: 'settled', strike: { at: 'after:update land_act' }, left: 'goes-on', there: 1 },
  { step: 'they acted, the reply is lost', strike: { during: LOST }, left: 'uncertain', there: 1 },
];

/** How a dossier stands there before it is told this. */
const prepared = async (dossier: LandDossier, act: LandAct): Promise<void> => {
  if (act === 'supplement-dossier') await dossier.received('supplementing');
  else if (act !== 'receive-dossier') await dossier.received('finished');
};

const IN_TURN = { concurrent: false };
describe.concurrent.each([
  ['receive-dossier', 2, 0],
  ['dossier-returned', 4, 2],
] as const)('I1 I2: the land system is told, killed while', (act, of, from) => {
  describe(`${act} is`, IN_TURN, () => {
    const { on, newDossier, killedAt, agrees, ends } = onLandGround(act);

    it.each(some(rows, of, from))('$step', async ({ strike }) => {
      const dossier = await newDossier();
      await prepared(dossier, act);
      await killedAt(strike, act, () => dossier.ask(act));
      // The key under which it was told still finds it, sent or not.
      await dossier.taken(act);
      await dossier.becomes(act, 'done');
      await agrees(dossier, act);
      const moved = { dossierCode: dossier.code, state: act === 'receive-dossier' ? 'received' : 'result-returned' };
      expect(await dossier.told('land.moved', moved, 1)).toBe(1);
      const { received, returned } = on.ground.land.counters;
      expect(act === 'receive-dossier' ? received : returned).toBe(on.ground.kills);
    });

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

describe.concurrent.each([
  ['supplement-dossier', 0],
  ['wrong-result', 2],
] as const)('I1 I2: the land system is told, killed while', (act, from) => {
  describe(`${act} is`, IN_TURN, () => {
    const { newDossier, killedAt, agrees, decided, ends } = onLandGround(act);

    it.each(some(rows, 3, from))('$step', async ({ strike, left, there }) => {
      const dossier = await newDossier();
      await prepared(dossier, act);
      await killedAt(strike, act, () => dossier.ask(act));
      if (left === 'uncertain') return decided(dossier, act, there);
      if (left === 'nothing') expect(dossier.there(act)).toBe(0);
      else await dossier.becomes(act, 'done');
      await dossier.taken(act);
      const { exchange } = await dossier.becomes(act, 'done');
      await agrees(dossier, act);
      expect(await dossier.told('exchange.uncertain', { exchange }, 0)).toBe(0);
    });

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

const pushes = [
  { step: 'received, before it is stored', at: 'before:insert into inbound (id' },
  { step: 'stored, before it is acted on', at: 'after:insert into inbound (id' },
  { step: 'acted on, before that is committed', at: `before:set state = 'acted', acted_at` },
  { step: 'acted on', at: `after:set state = 'acted', acted_at` },
];
describe.concurrent('I1 I4: the land system tells, killed while', () => {
  describe('its word is', IN_TURN, () => {
    const { on, newDossier, killedAt, sound, ends } = onLandGround('its words');

    it.each(pushes)('$step', async ({ at }) => {
      const dossier = await newDossier();
      await dossier.received();
      const heard: Promise<unknown>[] = [];
      const tell = () =>
        tellAll(on.ground.land, [{ call: 'ThueChuyenTraHoSoDoSai', receiptNumber: dossier.code }], {
          timeoutMs: 3_000,
        });
      await killedAt({ at }, undefined, async () => void heard.push(tell()));
      await Promise.all(heard);
      expect(await dossier.told('tax.returned-as-wrong', { dossierCode: dossier.code }, 1)).toBe(1);
      expect(await dossier.seen()).toMatchObject({ state: 'returned-as-wrong', timesReturnedAsWrong: 1 });
      expect((await dossier.seen()).said).toHaveLength(1);
      await sound();
    });

    it('afterwards: nothing is left open', ends);
  });
});

describe.concurrent('I1 I2: the land system', () => {
  describe('whose replies are all lost once', IN_TURN, () => {
    const { on, newDossier, agrees, decided, ends } = onLandGround('replies lost');

    it.each(ALL ? (['reset', 'hang', 'status'] as const) : (['reset'] as const))(
      'has one dossier, its papers once and one word of its end (%s)',
      async (as) => {
        const dossier = await newDossier();
        const met = on.peer.faultsMet('lose-reply');
        const lose = (act: LandAct) =>
          on.peer.addFault({ ...{ kind: 'lose-reply', as, times: 1 }, match: { service: serviceOf(act) } });
        lose('receive-dossier');
        await dossier.received('supplementing');
        await agrees(dossier, 'receive-dossier');
        for (const act of ['supplement-dossier', 'wrong-result'] as const) {
          lose(act);
          await dossier.taken(act);
          await decided(dossier, act, 1);
          await dossier.received('finished');
        }
        lose('dossier-returned');
        await dossier.taken('dossier-returned');
        await dossier.becomes('dossier-returned', 'done');
        await agrees(dossier, 'dossier-returned');
        expect(on.peer.faultsMet('lose-reply') - met).toBe(4);
      },
    );

    it('afterwards: all stands, and nothing is left open', ends);
  });
});
