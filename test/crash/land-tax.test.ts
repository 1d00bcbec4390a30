import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { isSlip } from '../../mocks/land-tax/state.ts';
import { until } from '../kit/gateway-process.ts';
import { noticeRow } from '../kit/tax-office.ts';
import type { Strike } from './strike.ts';
import type { TaxDossier } from './tax-dossier.ts';
import { ANSWERED_AFTER_MS } from './tax-ground.ts';
import { onGround } from './tax-steps.ts';

/**
 * Every step of a land dossier from its slip to the receipt, killed there with real processes, or with its reply lost.
 * No slip is ever sent twice: whether one arrived nobody can be asked, so that a person decides what cannot be known.
 * Everything else goes on by itself. Each step stands on the store that the killed ones before it left.
 */
const ALL = process.env.CRASH_ALL === '1';
/** `CRASH_ALL=1` strikes at every step; else at one of so many, for time's sake. */
const some = <Step>(steps: readonly Step[], of: number): readonly Step[] =>
  ALL ? steps : steps.filter((_, n) => n % of === 0);

const HANG: FaultRule = { kind: 'hang' };
const LATE: FaultRule = { kind: 'delay', ms: 500 };
const LOST: FaultRule = { kind: 'lose-reply', as: 'hang' };

interface SlipStep {
  readonly step: string;
  readonly strike: Strike;
  /** What is known of it afterwards: nothing here, that it goes on, or that nobody knows. */
  readonly left: 'nothing' | 'goes-on' | 'uncertain';
  /** How many the tax side has when the next process has settled that. */
  readonly there: number;
}
const slips: readonly SlipStep[] = [
  {
    step: 'handed over, before its dossier is begun',
    ...{ strike: { at: 'before:insert into tax_head' }, left: 'nothing', there: 0 },
  },
  {
    step: 'handed over, its dossier begun',
    ...{ strike: { at: 'after:insert into tax_head' }, left: 'nothing', there: 0 },
  },
  {
    step: 'handed over, before it is recorded',
    ...{ strike: { at: 'before:insert into tax_slip' }, left: 'nothing', there: 0 },
  },
  { step: 'recorded', strike: { at: 'after:insert into tax_slip' }, left: 'goes-on', there: 1 },
  { step: 'before it is taken in hand', strike: { at: 'before:insert into attempt' }, left: 'goes-on', there: 1 },
  {
    step: 'taken in hand, before its bytes leave',
    ...{ strike: { at: 'after:insert into attempt' }, left: 'uncertain', there: 0 },
  },
  { step: 'under way, and they never act', strike: { during: HANG }, left: 'uncertain', there: 0 },
  { step: 'under way, and they act after the death', strike: { during: LATE }, left: 'uncertain', there: 1 },
  { step: 'they acted, the reply is lost', strike: { during: LOST }, left: 'uncertain', there: 1 },
  {
    step: 'replied, before the settlement is committed',
    ...{ strike: { at: 'before:update tax_slip' }, left: 'uncertain', there: 1 },
  },
  { step: 'settled, before the questions leave', strike: { at: 'after:update tax_slip' }, left: 'goes-on', there: 1 },
];

const OF_EXCHANGE = `state <> 'answered' and exists (select 1 from stream g`;
const OF_ANSWER = `state <> 'answered' and exists (select 1 from watch g`;
/** As the messages are numbered: the notice, and the sum that is owed. */
const TYPES = ['14', '16'] as const;
const questions = TYPES.flatMap((type) =>
  [HANG, LOST, LATE].map((during) => ({ type, step: during.kind, strike: { during } satisfies Strike })),
);
const questionCommits: readonly { readonly step: string; readonly strike: Strike }[] = [
  { step: 'taken, before that is committed', strike: { at: `before:${OF_EXCHANGE}` } },
  { step: 'taken', strike: { at: `after:${OF_EXCHANGE}` } },
];
const answers = TYPES.flatMap((type) =>
  [HANG, LOST].map((during) => ({ type, step: during.kind, strike: { during } satisfies Strike })),
);
const answerCommits: readonly { readonly step: string; readonly strike: Strike }[] = [
  { step: 'about to be fetched', strike: { at: 'after:update watch set owner = ?1' } },
  { step: 'fetched, before that is committed', strike: { at: `before:${OF_ANSWER}` } },
  { step: 'fetched', strike: { at: `after:${OF_ANSWER}` } },
];
const pushes = [
  { step: 'received, before it is stored', at: 'before:insert into inbound (id' },
  { step: 'stored, before it is acted on', at: 'after:insert into inbound (id' },
  { step: 'acted on, before that is committed', at: `before:set state = 'acted', acted_at` },
  { step: 'acted on', at: `after:set state = 'acted', acted_at` },
];
const firstPushes = [
  { step: 'acted on, before its dossier is begun', at: 'before:insert into tax_head' },
  { step: 'acted on, its dossier begun', at: 'after:insert into tax_head' },
];

const IN_TURN = { concurrent: false };
describe.concurrent('I1 I2: land taxes, killed while', () => {
  describe('a slip is', IN_TURN, () => {
    const { on, newDossier, killedAt, agrees, decided, ends } = onGround('slips');

    it.each(slips)('$step', async ({ strike, left, there }) => {
      const dossier = await newDossier();
      let first: string | undefined;
      await killedAt(strike, { service: 'slip' }, async () => {
        first = (await dossier.ask())?.body.id;
      });
      const slipsThere = () => on.ground.taken(dossier.code).filter(({ type }) => isSlip(type)).length;
      if (left === 'goes-on') await until('it goes on by itself', () => slipsThere() === there || undefined);
      else if (left === 'nothing') expect(slipsThere()).toBe(there);
      // The key under which it was handed over still finds it, answered or not.
      const { id } = await dossier.sent();
      if (first !== undefined) expect(id).toBe(first);
      if (left === 'uncertain') return decided(dossier, id, there);
      await agrees(dossier, id);
      expect(await dossier.told('exchange.uncertain', 'exchange', (await dossier.slip(id)).exchange, 0)).toBe(0);
    });

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

describe.concurrent('I1 I4: land taxes, killed while', () => {
  describe('a question is', IN_TURN, () => {
    const { on, newDossier, killedAt, agrees, ends } = onGround('questions');

    it.each(some(questions, 2))('under way, $type ($step)', async ({ type, strike }) => {
      const dossier = await newDossier();
      await killedAt(strike, { service: 'question', code: type }, () => dossier.sent());
      await agrees(dossier, (await dossier.sent()).id);
    });
    it.each(questionCommits)('$step', async ({ strike }) => {
      const dossier = await newDossier();
      await killedAt(strike, undefined, () => dossier.sent());
      await agrees(dossier, (await dossier.sent()).id);
    });

    /** Both questions taken, the tax office answers while it is struck. */
    async function answeredWhile(strike: Strike, type?: string): Promise<void> {
      const { landTax } = on.ground;
      landTax.settings.answerAfterMs = null;
      const dossier = await newDossier();
      const { id } = await dossier.sent();
      await dossier.asked(id);
      await killedAt(strike, { service: 'answer', ...(type && { code: type }) }, async () => void landTax.finish());
      await agrees(dossier, id);
      landTax.settings.answerAfterMs = ANSWERED_AFTER_MS;
    }
    it.each(some(answers, 3))('being fetched, $type ($step)', ({ type, strike }) => answeredWhile(strike, type));
    it.each(answerCommits)('its answer $step', ({ strike }) => answeredWhile(strike));

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

describe.concurrent('I1 I4: land taxes, killed while', () => {
  describe('the portal’s', IN_TURN, () => {
    const { on, newDossier, killedAt, sound, ends } = onGround('pushes');

    it.each([...pushes, ...firstPushes])('notice is $step', async ({ at }) => {
      const dossier = await newDossier();
      let heard: readonly number[] = [];
      const pushing = () => on.ground.notice({ dossiers: { [dossier.code]: [noticeRow()] }, timeoutMs: 3_000 });
      const told: Promise<unknown>[] = [];
      await killedAt({ at }, undefined, async () => {
        told.push(pushing().then((codes) => (heard = codes)));
      });
      await Promise.all(told);
      expect(heard.filter((code) => code !== 0 && code !== 1)).toEqual([]);
      await dossier.holds('dues', 1);
      // The same again changes nothing.
      expect(await pushing()).toEqual([1]);
      expect((await dossier.dues()).map(({ state, due }) => [state, due.amount])).toEqual([['open', 1_500_000]]);
      expect(await dossier.told('tax.obligation', 'dossierCode', dossier.code, 1)).toBe(1);
      await sound();
    });

    it.each(pushes)('proof is $step', async ({ at }) => {
      const dossier = await newDossier();
      await on.ground.notice({ dossiers: { [dossier.code]: [noticeRow()] } });
      await dossier.holds('dues', 1);
      let heard: readonly number[] = [];
      const pushing = () => on.ground.proof({ dossier: dossier.code, timeoutMs: 3_000 });
      const told: Promise<unknown>[] = [];
      await killedAt({ at }, undefined, async () => {
        told.push(pushing().then((codes) => (heard = codes)));
      });
      await Promise.all(told);
      expect(heard.filter((code) => code !== 0 && code !== 1)).toEqual([]);
      await dossier.holds('receipts', 1);
      expect(await pushing()).toEqual([1]);
      expect(await dossier.receipts()).toMatchObject([{ paid: true, amount: { amount: 1_500_000 } }]);
      expect((await dossier.payments()).map(({ state, surplus }) => [state, surplus])).toEqual([['paid', null]]);
      expect((await dossier.dues()).map(({ state }) => state)).toEqual(['paid']);
      expect(await dossier.told('tax.paid', 'dossierCode', dossier.code, 1)).toBe(1);
      await sound();
    });

    it('afterwards: nothing is left open', ends);
  });
});

/** Either side of every commit, from the slip to the receipt, those of the background too. Minutes: `CRASH_ALL=1` alone. */
describe.runIf(ALL).concurrent.each(['before', 'after'] as const)('I1 I2 I4: a land dossier, killed %s', (when) => {
  describe('any commit of its way', IN_TURN, () => {
    const { on, newDossier, sound, agrees, decided, closes } = onGround(`${when} any commit`);

    it('from its slip to its receipt', { timeout: 900_000 }, async () => {
      const { ground } = on;
      const pushed = async (dossier: TaxDossier) => {
        await ground.notice({ dossiers: { [dossier.code]: [noticeRow()] }, timeoutMs: 3_000 });
        await ground.proof({ dossier: dossier.code, timeoutMs: 3_000 });
        await dossier.holds('receipts', 1);
      };
      for (let n = 1; ; n++) {
        const dossier = await newDossier();
        ground.dieAt(`${when}:${n}`);
        const way = (async () => {
          await dossier.becomes((await dossier.sent()).id, 'answered');
          await pushed(dossier);
        })();
        const ended = way.then(
          () => false,
          () => true,
        );
        const died = await Promise.race([ended, ground.gateway.ended.then(() => true)]);
        // It came to its end before so many commits.
        if (!died) {
          ground.dieAt('');
          expect(n).toBeGreaterThan(10);
          return;
        }
        await ground.killed();
        await ground.start();
        await ended;
        const { id } = await dossier.sent();
        const state = await dossier.knows(id);
        if (state === 'uncertain') {
          const there = ground.taken(dossier.code).length;
          await decided(dossier, id, there);
        } else await agrees(dossier, id);
        await pushed(dossier);
        expect((await dossier.receipts()).map(({ paid }) => paid)).toEqual([true]);
        expect((await dossier.payments()).map(({ state, surplus }) => [state, surplus])).toEqual([['paid', null]]);
        const dues = (await dossier.dues()).filter(({ decision }) => decision.number === noticeRow().SO_QUYET_DINH);
        expect(dues.map(({ state }) => state)).toEqual(['paid']);
        expect(await dossier.told('tax.paid', 'dossierCode', dossier.code, 1)).toBe(1);
        await sound();
      }
    });

    it('afterwards: nothing is left open', closes);
  });
});

describe.concurrent('I1 I2: a land dossier', () => {
  describe('whose replies are all lost once', IN_TURN, () => {
    const { on, newDossier, sound, decided, closes } = onGround('replies lost');
    const lost = (as: 'reset' | 'hang' | 'status', service: string, code?: string): number =>
      on.peer.addFault({ ...{ kind: 'lose-reply', as, times: 1 }, match: { service, ...(code && { code }) } });

    it.each(some(['reset', 'hang', 'status'] as const, 3))('from its slip to its receipt (%s)', async (as) => {
      const { ground } = on;
      const dossier = await newDossier();
      const before = on.peer.faultsMet('lose-reply');
      lost(as, 'slip');
      for (const type of TYPES) lost(as, 'question', type);
      for (const type of TYPES) lost(as, 'answer', type);
      const { id } = await dossier.sent();
      await decided(dossier, id, 1);
      expect(on.peer.faultsMet('lose-reply') - before).toBe(5);

      // Each push is acted on and the portal does not hear it: it pushes again, and is told that it did so.
      const number = 'TB-PC-0001-1';
      const due = (await dossier.dues()).find(({ decision }) => decision.number === number);
      expect(due?.state).toBe('open');
      ground.loseAnswer();
      const row = noticeRow({ SO_QUYET_DINH: 'LTB2200002-TK0000001/TB-CCT', SO_TIEN: '7' });
      expect(await ground.notice({ dossiers: { [dossier.code]: [row] } })).toEqual([1]);
      await dossier.holds('dues', 3);
      ground.loseAnswer();
      const payment = { MaThongBaoThue: number, SoTien: '2000000' };
      expect(await ground.proof({ dossier: dossier.code, payment })).toEqual([1]);
      await dossier.holds('receipts', 1);
      expect((await dossier.payments()).map(({ state, surplus }) => [state, surplus])).toEqual([['paid', null]]);
      expect((await dossier.dues()).map(({ decision, state }) => [decision.number, state]).sort()).toEqual([
        ['LTB2200002-TK0000001/TB-CCT', 'open'],
        [number, 'paid'],
        ['TB-PC-0001-2', 'open'],
      ]);
      await sound();
    });

    it('afterwards: nothing is left open', closes);
  });
});
