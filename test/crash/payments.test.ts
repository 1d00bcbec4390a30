import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../mocks/kit/random.ts';
import { until } from '../kit/gateway-process.ts';
import { journalVerdict } from './journal.ts';
import { type Strike, struck as struckThere } from './strike.ts';
import { DayOfKills } from './till-day.ts';
import { type Door, doorsOf } from './till-doors.ts';
import { AMOUNT_VND, type TillGround, tillGround } from './till-ground.ts';
import { Payer } from './till-payer.ts';
import { differences, openedTwice, type PaymentSeen, paymentsSeen } from './till-verdict.ts';
import { leftOpen } from './witness.ts';

/**
 * Every step of every way to be paid, killed there with real processes; afterwards the bank and the gateway agree to
 * the đồng, and nothing was opened or given back twice. The doors side by side, the steps of one after the other, each
 * on the store that the killed ones before it left.
 */
const DOORS = ['national', 'vietcombank', 'vietcombank-ecom', 'vietqr'] as const;

interface Opening {
  readonly step: string;
  readonly strike: Strike;
  /** The page is paid before the answer to its opening has left. */
  readonly ahead?: boolean;
  /** What is recorded when the next process starts. */
  readonly recorded: boolean;
  /** How many the other side has of this due in the end. More than one: the earlier ones are failed here, unpaid there. */
  readonly made: number;
  /** The same key finds the payment that was begun; else that was never opened, or lost its page. */
  readonly kept: boolean;
}

const openings: readonly Opening[] = [
  {
    step: 'before it is recorded',
    ...{ strike: { at: 'before:insert into payment (id' }, recorded: false, made: 1, kept: false },
  },
  {
    step: 'recorded, before the call leaves',
    ...{ strike: { at: 'after:insert into payment (id' }, recorded: true, made: 1, kept: false },
  },
  {
    step: 'under way, and they never act',
    ...{ strike: { during: { kind: 'hang' } }, recorded: true, made: 1, kept: false },
  },
  {
    step: 'under way, and they act after the death',
    ...{ strike: { during: { kind: 'delay', ms: 500 } }, recorded: true, made: 2, kept: false },
  },
  {
    step: 'they acted, the reply is lost',
    ...{ strike: { during: { kind: 'lose-reply', as: 'hang' } }, recorded: true, made: 2, kept: false },
  },
  {
    step: 'replied, before the settlement is committed',
    ...{ strike: { at: 'before:update payment set creation' }, recorded: true, made: 2, kept: false },
  },
  {
    step: 'settled, before the answer',
    ...{ strike: { at: 'after:update payment set creation' }, recorded: true, made: 1, kept: true },
  },
  {
    step: 'paid before the reply, the notice not yet stored',
    ...{ strike: { at: 'before:insert into inbound (id' }, ahead: true, recorded: true, made: 1, kept: true },
  },
  {
    step: 'paid before the reply, the notice stored',
    ...{ strike: { at: 'after:insert into inbound (id' }, ahead: true, recorded: true, made: 1, kept: true },
  },
];
/** Nobody is called: what is recorded is done. */
const openingsOfNobody: readonly Opening[] = openings
  .slice(0, 2)
  .map((row) => (row.recorded ? { ...row, step: 'recorded, before the answer', kept: true } : row));

const notices: readonly { readonly step: string; readonly at: string; readonly only?: string }[] = [
  { step: 'received, before it is stored', at: 'before:insert into inbound (id' },
  { step: 'stored, before it is acted on', at: 'after:insert into inbound (id' },
  { step: 'acted on, before that is committed', at: `before:set state = 'acted', acted_at` },
  { step: 'acted on', at: `after:set state = 'acted', acted_at` },
  // A hint: they are asked for it, and their answer is another commit.
  {
    step: 'they answered for it, before that is committed',
    at: 'before:update payment set creation',
    only: 'vietcombank',
  },
  { step: 'they answered for it', at: 'after:update payment set creation', only: 'vietcombank' },
];

const questions: readonly { readonly step: string; readonly strike: Strike }[] = [
  { step: 'under way', strike: { during: { kind: 'hang' } } },
  { step: 'answered, before that is committed', strike: { at: 'before:update payment set creation' } },
  { step: 'committed, before the answer', strike: { at: 'after:update payment set creation' } },
];

const refunds: readonly {
  readonly step: string;
  readonly strike: Strike;
  readonly while: 'ask' | 'approve';
  /** False: it is found out that it never came to them, and is asked for anew. */
  readonly arrives?: boolean;
}[] = [
  { step: 'asked, before it is recorded', while: 'ask', strike: { at: 'before:into payment_refund' } },
  { step: 'asked', while: 'ask', strike: { at: 'after:into payment_refund' } },
  { step: 'approved, before that is recorded', while: 'approve', strike: { at: `before:set state = 'sending'` } },
  { step: 'approved, before it is sent', while: 'approve', strike: { at: `after:set state = 'sending'` } },
  { step: 'under way, and they never act', while: 'approve', strike: { during: { kind: 'hang' } }, arrives: false },
  { step: 'under way, and they act after the death', while: 'approve', strike: { during: { kind: 'delay', ms: 500 } } },
  { step: 'they acted, the reply is lost', while: 'approve', strike: { during: { kind: 'lose-reply', as: 'hang' } } },
  { step: 'answered, before that is committed', while: 'approve', strike: { at: 'before:, transaction_id = ?6' } },
  { step: 'answered', while: 'approve', strike: { at: 'after:, transaction_id = ?6' } },
];
const REFUND_VND = 3_000;

/**
 * `CRASH_ALL=1` strikes every step at every door; else each step at one of the three that call somebody, for time's sake.
 */
function atDoor<Step>(name: (typeof DOORS)[number], steps: readonly Step[]): readonly Step[] {
  if (process.env.CRASH_ALL === '1' || name === 'vietqr') return steps;
  return steps.filter((_, n) => (n + DOORS.indexOf(name)) % 3 === 0);
}
const ENDS: ReadonlySet<string> = new Set(['done', 'refused', 'not-sent']);

describe.concurrent.each(DOORS)('I1 I2 I4: %s, killed while', (name) => {
  describe('one step after the other', { concurrent: false }, () => {
    let ground: TillGround;
    let doors: readonly Door[];
    let door: Door;
    let steps = 0;
    const began = performance.now();
    beforeAll(async () => {
      ground = await tillGround();
      doors = doorsOf(ground);
      door = doors.find((each) => each.name === name) as Door;
    });
    afterAll(async () => {
      const { kills } = ground;
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      process.stdout.write(`payments killed, ${name}: ${JSON.stringify({ kills, payments: steps, seconds })}\n`);
      await ground.close();
    });

    async function payerOfNew(): Promise<Payer> {
      steps += 1;
      const dossier = `H02.15.03-221201-${String(steps).padStart(4, '0')}`;
      await ground.dossier(dossier, door.unit);
      return new Payer(ground, door, dossier);
    }
    /** Has the gateway die there while `doing` goes on, and starts the next one. */
    async function struck(strike: Strike, service: string, doing: () => Promise<unknown>): Promise<void> {
      await struckThere(ground, { strike, peer: door.peer, match: { service } }, doing);
      door.ahead(false);
      await ground.start();
    }
    /** Everything of this door until now, not of this step alone. */
    async function agrees(): Promise<void> {
      const payments = await paymentsSeen(ground.gateway);
      expect(differences(doors, payments)).toEqual([]);
      expect(openedTwice(doors, payments)).toEqual([]);
      // A page that nobody ever had stands there, as far as they say.
      const lost = ({ state, uncertainBecause }: PaymentSeen) => state === 'failed' && uncertainBecause === 'pending';
      expect(payments.filter((each) => each.uncertainBecause !== null && !lost(each))).toEqual([]);
    }
    /** The bank's own service tells no amount when it is asked. */
    const whenAsked = () => (name === 'vietcombank-ecom' ? 'under-review' : 'paid');
    const madeOf = (payments: readonly PaymentSeen[]): number => {
      const ours = new Set(payments.map(({ reference }) => reference));
      return door.entries().filter(({ reference }) => ours.has(reference)).length;
    };

    describe('it is opened:', () => {
      it.each(name === 'vietqr' ? openingsOfNobody : atDoor(name, openings))('$step', async (row) => {
        const payer = await payerOfNew();
        door.ahead(row.ahead === true);
        await struck(row.strike, door.services.open, async () => expect(await payer.ask()).toBeUndefined());
        const begun = await payer.payments();
        expect(begun).toHaveLength(row.recorded ? 1 : 0);
        const settled = await payer.settled();
        expect(settled.id === begun[0]?.id).toBe(row.kept);
        if (settled.state !== 'paid') {
          await door.act(settled.reference, 'pay', row.ahead ? {} : { lost: name !== 'vietqr' });
        }
        const asking = name !== 'vietqr' && !row.ahead;
        const { state } = await payer.becomes(settled.id, asking ? whenAsked() : 'paid', asking);
        const payments = await payer.payments();
        expect(madeOf(payments)).toBe(row.made);
        expect(payments.filter(({ id }) => id !== settled.id).map(({ state }) => state)).toEqual(
          payments.slice(1).map(() => 'failed'),
        );
        // The key under which it was opened still finds it.
        const found = await payer.ask();
        expect(found).toMatchObject({ status: 201, body: { id: settled.id } });
        // The answer to a command that calls nobody is kept as it was given.
        if (name !== 'vietqr') expect(found?.body.state).toBe(state);
        await agrees();
      });
    });

    describe('their notice is', () => {
      it.each([
        ...atDoor(
          name,
          notices.filter(({ only }) => only === undefined),
        ),
        ...notices.filter(({ only }) => only === name),
      ])('$step', async ({ at }) => {
        const payer = await payerOfNew();
        const { id, reference } = await payer.settled();
        const told: Promise<unknown>[] = [];
        await struck({ at }, '', async () => told.push(door.act(reference, 'pay')));
        // Nobody asks for it: what was not answered is told again, what was answered is stored.
        expect(await payer.becomes(id, 'paid', false)).toMatchObject({ surplus: null });
        await Promise.all(told);
        await agrees();
      });

      it.runIf(name !== 'vietcombank')('acted on, of one that is paid twice', async () => {
        const payer = await payerOfNew();
        const { id, reference } = await payer.settled();
        const told: Promise<unknown>[] = [];
        const at = `after:set state = 'acted', acted_at`;
        await struck({ at }, '', async () => told.push(door.act(reference, 'pay-twice')));
        await Promise.all(told);
        await until(
          'the second is known',
          async () => {
            const [seen] = await payer.payments();
            return seen?.surplus?.amount === AMOUNT_VND || undefined;
          },
          { withinMs: 20_000 },
        );
        await payer.becomes(id, 'paid', false);
        await agrees();
      });
    });

    describe.runIf(name !== 'vietqr')('they are asked:', () => {
      it.each(atDoor(name, questions))('$step', async ({ strike }) => {
        const payer = await payerOfNew();
        const { id, reference } = await payer.settled();
        await door.act(reference, 'pay', { lost: true });
        await struck(strike, door.services.ask, () => payer.refresh(id));
        await payer.becomes(id, whenAsked(), true);
        await agrees();
      });
    });

    describe.runIf(name === 'vietcombank-ecom')('money goes back:', () => {
      it.each(refunds)('$step', async (row) => {
        const payer = await payerOfNew();
        const { id, reference } = await payer.settled();
        await door.act(reference, 'pay');
        await payer.becomes(id, 'paid', true);
        const path = `/v1/payments/${id}/refunds`;
        const [asker, approver] = [await ground.person(), await ground.person()];
        const post = async (to: string, by: string, n: number, body?: object) =>
          (
            await ground.gateway.fetch(to, {
              method: 'POST',
              headers: {
                ...{ authorization: `Bearer ${by}`, 'content-type': 'application/json' },
                'idempotency-key': `${to}-${n}`,
              },
              ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            })
          ).status;
        const asked = { amount: { amount: REFUND_VND, currency: 'VND' }, reason: 'paid in error' };
        const ask = (n = 1) => post(path, asker, n, asked);
        const approve = (n = 1) => post(`${path}/${n}/approve`, approver, n);
        const standing = async () =>
          (await ground.gateway.json<{ items: { state: string }[] }>('GET', path)).body.items.map(({ state }) => state);
        const ended = (count: number) =>
          until(
            'the refund has its end',
            async () => {
              const states = await standing();
              return states.length === count && ENDS.has(states.at(-1) ?? '') ? states.at(-1) : undefined;
            },
            { withinMs: 20_000, everyMs: 50 },
          );
        if (row.while === 'approve') expect(await ask()).toBe(201);
        await struck(row.strike, door.services.refund, row.while === 'ask' ? ask : approve);
        // The same key finds the refund that was asked for.
        expect(await ask()).toBe(201);
        await approve();
        expect(await ended(1)).toBe(row.arrives === false ? 'not-sent' : 'done');
        expect(ground.ecom.ledger.refunds(reference)).toHaveLength(row.arrives === false ? 0 : 1);
        if (row.arrives === false) {
          expect([await ask(2), await approve(2), await ended(2)]).toEqual([201, 200, 'done']);
        }
        expect(ground.ecom.ledger.refunds(reference).map(({ amountVnd }) => amountVnd)).toEqual([REFUND_VND]);
        await agrees();
      });
    });

    it('afterwards: nothing is left open, and the journal holds', async () => {
      expect(await ground.gateway.stop()).toMatchObject({ code: 0 });
      expect(leftOpen(ground.databaseFile)).toMatchObject({ streamsHeld: 0, sending: 0, openCalls: 0, uncertain: 0 });
      const verdict = await journalVerdict(ground.databaseFile, ground.keys.masterKey);
      expect(verdict, JSON.stringify(verdict)).toMatchObject({ ok: true });
    });
  });
});

/** `CRASH_SEED` repeats a day, `CRASH_KILLS` makes it longer. */
const seed = Number(process.env.CRASH_SEED ?? 20221201);
const dayKills = Number(process.env.CRASH_KILLS ?? 6);
/** Where a process may die that day, besides anywhere. */
const anywhere = [
  ...openings.flatMap(({ strike }) => ('at' in strike ? [strike.at] : [])),
  ...notices.map(({ at }) => at),
];

it(`I1 I2 I4 I5: a day of mishaps with ${dayKills} kills agrees to the đồng (CRASH_SEED=${seed})`, async () => {
  const began = performance.now();
  const ground = await tillGround(seed);
  try {
    const doors = doorsOf(ground);
    const random = seededRandom(seed);
    const day = new DayOfKills(ground, doors, seed + 1);
    day.trouble();
    const passed = day.pass(dayKills * 12, 6);
    for (let kill = 0; kill < dayKills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, random.int(150, 700)));
      if (random.chance(0.5)) {
        ground.dieAt(random.pick(anywhere));
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      await ground.killed('SIGKILL');
      await ground.start();
    }
    await passed;
    await day.ends();
    for (const { payer } of day.payers) await payer.ended();
    let lines: readonly string[] = [];
    await until(
      'both sides agree',
      async () => {
        for (const { id, method } of await paymentsSeen(ground.gateway))
          if (method !== 'vietqr') await ground.gateway.json('POST', `/v1/payments/${id}/refresh`);
        lines = differences(doors, await paymentsSeen(ground.gateway));
        return lines.length === 0 || undefined;
      },
      { withinMs: 20_000, everyMs: 300 },
    ).catch(() => undefined);
    expect(lines).toEqual([]);
    const payments = await paymentsSeen(ground.gateway);
    expect(openedTwice(doors, payments)).toEqual([]);
    // What was once answered is still there.
    const held = new Set(payments.map(({ id }) => id));
    expect(day.payers.flatMap(({ seen }) => [...seen]).filter((id) => !held.has(id))).toEqual([]);
    const states = Object.fromEntries(
      [...Map.groupBy(payments, (each) => each.uncertainBecause ?? each.state)].map(([of, some]) => [of, some.length]),
    );
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    process.stdout.write(
      `a day of payments killed: ${JSON.stringify({ seed, kills: ground.kills, payers: day.payers.length, states, answersLost: day.answersLost, seconds })}\n`,
    );
    expect(states.paid ?? 0).toBeGreaterThan(10);
    expect(day.answersLost).toBeGreaterThan(dayKills);
    expect(await ground.gateway.stop()).toMatchObject({ code: 0 });
    expect(leftOpen(ground.databaseFile)).toMatchObject({ streamsHeld: 0, sending: 0, openCalls: 0 });
    const verdict = await journalVerdict(ground.databaseFile, ground.keys.masterKey);
    expect(verdict, JSON.stringify(verdict)).toMatchObject({ ok: true });
  } finally {
    await ground.close();
  }
});
