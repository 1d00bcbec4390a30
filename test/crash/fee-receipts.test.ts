import { describe, expect, it } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { onFeeGround, type Service } from './fee-steps.ts';
import type { Strike } from './strike.ts';
import { AMOUNT_VND } from './till-ground.ts';

/**
 * Every step from paid money to its e-receipt, and from money that went back to the receipt of what is left, killed there
 * with real processes, or with its reply lost. Afterwards one receipt stands at the provider for what is left, by whichever
 * way it came about, and nobody was asked to issue one twice. Each step stands on the store that the killed ones before
 * it left.
 */
const ALL = process.env.CRASH_ALL === '1';
const KINDS = ['vnpt', 'viettel'] as const;
/** `CRASH_ALL=1` strikes at every step; else at every so many, each group at others, for time's sake. */
const some = <Step>(steps: readonly Step[], of: number, from: number): readonly Step[] =>
  ALL ? steps : steps.filter((_, n) => n % of === from);

const HANG: FaultRule = { kind: 'hang' };
const LATE: FaultRule = { kind: 'delay', ms: 500 };
const LOST: FaultRule = { kind: 'lose-reply', as: 'hang' };

interface Row {
  readonly step: string;
  readonly strike: Strike;
  /** Their service that is struck. */
  readonly service?: Service;
  /** Its reply was lost before: the strike is at the question that follows. */
  readonly lost?: Service;
  /** It never came to them, and is begun anew. */
  readonly anew?: true;
}

/** The way of an act, whatever it is; `ended`: a text of the commit that settles it with their word. */
const actRows = (service: Service, ended: string): readonly Row[] => [
  { step: 'before it is taken on', strike: { at: 'before:insert into fee_receipt_act' } },
  { step: 'taken on', strike: { at: 'after:insert into fee_receipt_act' } },
  { step: 'before it is taken in hand', strike: { at: 'before:insert into attempt' } },
  { step: 'in hand, before its bytes leave', strike: { at: 'after:insert into attempt' }, anew: true },
  { step: 'under way, and they never act', strike: { during: HANG }, service, anew: true },
  { step: 'under way, and they act after the death', strike: { during: LATE }, service },
  { step: 'they acted, the reply is lost', strike: { during: LOST }, service },
  { step: 'replied, before that is committed', strike: { at: `before:${ended}` } },
  { step: 'settled', strike: { at: `after:${ended}` } },
  { step: 'in doubt, while they are asked', strike: { during: HANG }, service: 'ask', lost: service },
];
const ISSUED = 'number = ?4, form = ?5';
const issues: readonly Row[] = [
  { step: 'paid, before it is taken up', strike: { at: 'before:insert into fee_receipt (id' } },
  { step: 'taken up', strike: { at: 'after:insert into fee_receipt (id' } },
  ...actRows('issue', ISSUED),
  { step: 'issued, while its document is fetched', strike: { during: HANG }, service: 'file' },
  { step: 'its document fetched, before it is recorded', strike: { at: 'before:insert into file (id' } },
  { step: 'its document written, before it is kept', strike: { at: 'before:set file = ?3' } },
  { step: 'its document kept', strike: { at: 'after:set file = ?3' } },
];
const TAKEN_UP = 'where fee_receipt.payment = v.value';
const taken: readonly Row[] = [
  { step: 'before it is taken up', strike: { at: `before:${TAKEN_UP}` } },
  { step: 'taken up', strike: { at: `after:${TAKEN_UP}` } },
];
const BACK = [
  {
    ...{ what: 'whole', backVnd: AMOUNT_VND },
    rows: [...taken, ...actRows('cancel', 'update fee_receipt_act set state')],
  },
  { ...{ what: 'in part', backVnd: 3_000 }, rows: [...taken, ...actRows('replace', ISSUED)] },
] as const;

const IN_TURN = { concurrent: false };
describe.concurrent.each(KINDS)('I1 I2: an e-receipt of %s, killed while', (kind) => {
  const rows = some(issues, KINDS.length, KINDS.indexOf(kind));
  describe('it is issued', IN_TURN, () => {
    const { newPayment, fault, killedAt, agrees, ends } = onFeeGround(kind, 'issued');

    it.each(rows)('$step', async ({ strike, service, lost, anew }) => {
      const payment = await newPayment();
      if (lost) fault(LOST, lost);
      const heard: Promise<unknown>[] = [];
      await killedAt(strike, service, async () => void heard.push(payment.pays()));
      await Promise.all(heard);
      await agrees(payment, AMOUNT_VND, anew);
    });

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

const ways = KINDS.flatMap((kind, k) =>
  BACK.map(({ rows, ...back }, b) => ({ kind, ...back, rows: some(rows, 4, k * 2 + b) })),
);
describe.concurrent.each(ways)('I1 I2: an e-receipt of $kind, killed while', ({ kind, what, backVnd, rows }) => {
  describe(`its money goes back ${what},`, IN_TURN, () => {
    const { receipted, fault, killedAt, agrees, ends } = onFeeGround(kind, `money back ${what}`, rows.length);

    it.each(rows)('$step', async ({ strike, service, lost, anew }) => {
      const payment = receipted();
      const approve = await payment.givesBack(backVnd);
      if (lost) fault(LOST, lost);
      await killedAt(strike, service, approve);
      await agrees(payment, AMOUNT_VND - backVnd, anew);
    });

    it('afterwards: all stands, and nothing is left open', ends);
  });
});

describe.concurrent.each(KINDS)('I1 I2: an e-receipt of %s', (kind) => {
  describe('whose replies are all lost once', IN_TURN, () => {
    const { on, newPayment, fault, agrees, ends } = onFeeGround(kind, 'replies lost');

    it.each(ALL ? (['reset', 'hang', 'status'] as const) : (['reset'] as const))(
      'from its money to its cancelling (%s)',
      async (as) => {
        const met = on.peer.faultsMet('lose-reply');
        const lose = (...services: Service[]) => {
          for (const service of services) fault({ kind: 'lose-reply', as }, service);
        };
        const payment = await newPayment();
        lose('issue', 'ask', 'file');
        await payment.pays();
        await payment.receipted(AMOUNT_VND, true);
        lose('replace', 'ask', 'file');
        expect((await (await payment.givesBack(3_000))()).status).toBe(200);
        await payment.receipted(AMOUNT_VND - 3_000, true);
        expect(await payment.differences(AMOUNT_VND - 3_000)).toEqual([]);
        lose('cancel', 'ask');
        expect((await (await payment.givesBack(AMOUNT_VND - 3_000))()).status).toBe(200);
        await payment.receipted(0, true);
        expect(payment.booked().map(({ state }) => state)).toEqual(['replaced', 'cancelled']);
        expect(on.peer.faultsMet('lose-reply') - met).toBe(8);
        const other = await newPayment();
        await other.pays();
        await agrees(other, AMOUNT_VND);
      },
    );

    it('afterwards: all stands, and nothing is left open', ends);
  });
});
