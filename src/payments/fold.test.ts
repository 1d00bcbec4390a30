import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, judge, type Known } from './fold.ts';

const AMOUNT = 8_000;
let made = 0;
const fact = (kind: Fact['kind'], amount: number | null = AMOUNT, more: Partial<Fact> = {}): Fact => {
  made += 1;
  return {
    id: `f${made}`,
    kind,
    amount,
    currency: amount === null ? null : 'VND',
    attested: false,
    replaces: [],
    ...more,
  };
};
const known = (facts: readonly Fact[], more: Partial<Known> = {}): Known => ({
  amount: AMOUNT,
  creation: 'open',
  facts,
  word: null,
  retired: false,
  cancelled: 'no',
  expired: 'no',
  refundOpen: false,
  unanswered: false,
  paidElsewhere: false,
  ...more,
});

describe('the state of a payment, first that holds', () => {
  const wrong = fact('paid', 7_000);
  it.each<[string, Known, string, string | null]>([
    ['nothing yet', known([], { creation: 'opening' }), 'creating', null],
    ['its page exists', known([]), 'awaiting-payment', null],
    ['whether it was made is not known', known([], { creation: 'in-doubt' }), 'creating', 'creation'],
    ['they refused it', known([], { creation: 'rejected' }), 'failed', null],
    ['it never arrived', known([], { creation: 'never-arrived' }), 'failed', null],
    ['its page was lost', known([], { creation: 'page-lost' }), 'failed', null],
    ['another took its place', known([], { creation: 'in-doubt', retired: true }), 'failed', 'creation'],
    ['paid', known([fact('paid')]), 'paid', null],
    ['paid after it failed', known([fact('failed', null), fact('paid')]), 'paid', null],
    ['paid after it was cancelled', known([fact('paid')], { cancelled: 'heard' }), 'paid', null],
    ['paid after its time', known([fact('paid')], { expired: 'heard' }), 'paid', null],
    ['paid though its page was lost', known([fact('paid')], { creation: 'page-lost' }), 'paid', null],
    ['paid, and it may go back', known([fact('paid')], { word: 'refund' }), 'paid', 'refund'],
    ['paid, and they are slow to say so again', known([fact('paid')], { word: 'pending' }), 'paid', null],
    ['another amount', known([fact('paid', 7_000)]), 'under-review', null],
    ['another currency', known([fact('paid', AMOUNT, { currency: 'USD' })]), 'under-review', null],
    ['a word without an amount', known([fact('paid', null)]), 'under-review', null],
    [
      'another amount, which two people accept',
      known([wrong, fact('paid', 7_000, { attested: true, replaces: [wrong.id] })]),
      'paid',
      null,
    ],
    ['another amount that went back', known([fact('paid', 7_000), fact('refunded', 7_000)]), 'refunded', null],
    ['all went back', known([fact('paid'), fact('refunded')]), 'refunded', null],
    ['it was reversed', known([fact('paid'), fact('reversed')]), 'refunded', null],
    ['a part went back', known([fact('paid'), fact('refunded', 3_000)]), 'partly-refunded', null],
    [
      'some went back, nobody says how much',
      known([fact('paid'), fact('refunded', null)]),
      'partly-refunded',
      'refund',
    ],
    ['paid twice, one of them went back', known([fact('paid'), fact('paid'), fact('refunded')]), 'paid', null],
    ['they are asked for money back', known([fact('paid')], { refundOpen: true }), 'paid', 'refund'],
    ['they say no', known([fact('failed', null)]), 'failed', null],
    ['they cancelled', known([fact('cancelled', null)]), 'cancelled', null],
    ['we cancelled', known([], { cancelled: 'unheard' }), 'cancelled', 'cancelled-unheard'],
    ['we cancelled and they know of no money', known([], { cancelled: 'heard' }), 'cancelled', null],
    ['its time is over', known([], { expired: 'unheard' }), 'awaiting-payment', 'expired-unheard'],
    ['its time is over and they know of no money', known([], { expired: 'heard' }), 'expired', null],
    ['they do not know', known([], { word: 'pending' }), 'awaiting-payment', 'pending'],
    ['they say what no list names', known([], { word: 'unlisted' }), 'awaiting-payment', 'unlisted'],
    ['they never answered', known([], { unanswered: true }), 'awaiting-payment', 'unanswered'],
  ])('%s', (_, given, state, doubt) => {
    expect(judge(given)).toMatchObject({ state, uncertainBecause: doubt });
  });

  it('a second real payment is a surplus, and returning it leaves the first', () => {
    const twice = [fact('paid'), fact('paid')];
    expect(judge(known(twice))).toMatchObject({ state: 'paid', surplus: AMOUNT, net: 2 * AMOUNT });
    expect(judge(known([...twice, fact('refunded')]))).toMatchObject({ state: 'paid', surplus: 0 });
  });

  it.each<[string, Known, boolean]>([
    ['awaited', known([]), false],
    ['paid', known([fact('paid')]), false],
    ['partly given back', known([fact('paid'), fact('refunded', 1_000)]), false],
    ['under review', known([fact('paid', 1)]), false],
    ['pending after its page existed', known([], { word: 'pending' }), false],
    ['cancelled and not heard', known([], { cancelled: 'unheard' }), false],
    ['cancelled and heard', known([], { cancelled: 'heard' }), true],
    ['expired by their word', known([], { expired: 'heard' }), true],
    ['failed', known([fact('failed', null)]), true],
    ['given back', known([fact('paid'), fact('refunded')]), true],
    ['being opened', known([], { creation: 'opening' }), false],
    ['perhaps made, without a page', known([], { creation: 'in-doubt' }), true],
    ['known to have lost its page', known([], { creation: 'page-lost' }), true],
  ])('a due of which one is %s may be paid again: %s', (_, given, open) => {
    expect(judge(given).dueOpen).toBe(open);
  });
});

const facts = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }).map((n) => `f${n}`),
    kind: fc.constantFrom<Fact['kind']>(
      'paid',
      'failed',
      'cancelled',
      'expired',
      'refunded',
      'reversed',
      'under-review',
    ),
    amount: fc.option(fc.constantFrom(AMOUNT, 7_000, 1, 20_000), { nil: null }),
    currency: fc.constantFrom('VND', 'VND', 'USD'),
    attested: fc.boolean(),
    replaces: fc.array(
      fc.integer({ min: 1, max: 6 }).map((n) => `f${n}`),
      { maxLength: 2 },
    ),
  }),
  { maxLength: 8 },
);
const all = fc.record({
  amount: fc.constant(AMOUNT),
  // What is said twice is one fact: the store holds one row of an id.
  facts: facts.map((some) => [...new Map(some.map((each) => [each.id, each])).values()]),
  creation: fc.constantFrom<Known['creation']>(
    'opening',
    'in-doubt',
    'open',
    'looked-up',
    'rejected',
    'never-arrived',
    'page-lost',
  ),
  word: fc.constantFrom<Known['word']>('awaiting', 'pending', 'refund', 'unlisted', 'not-created', null),
  retired: fc.boolean(),
  cancelled: fc.constantFrom<Known['cancelled']>('no', 'unheard', 'heard'),
  expired: fc.constantFrom<Known['expired']>('no', 'unheard', 'heard'),
  refundOpen: fc.boolean(),
  unanswered: fc.boolean(),
  paidElsewhere: fc.boolean(),
});

describe('whatever is known', () => {
  it('the order and the repetition of facts do not matter', () => {
    fc.assert(
      fc.property(all, fc.infiniteStream(fc.nat()), (given, random) => {
        const shuffled = [...given.facts, ...given.facts]
          .map((each) => ({ each, at: random.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        expect(judge({ ...given, facts: shuffled })).toEqual(judge(given));
      }),
      { numRuns: 2_000 },
    );
  });

  it('I4: it is paid only where they said so for this amount, or two people did', () => {
    fc.assert(
      fc.property(all, (given) => {
        const judged = judge(given);
        const theirs = given.facts.some(
          (each) =>
            each.kind === 'paid' &&
            each.currency === 'VND' &&
            each.amount !== null &&
            (each.attested || each.amount === AMOUNT),
        );
        if (['paid', 'partly-refunded'].includes(judged.state)) expect(theirs).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('no money disappears: where some came and has not gone back, the due is not open and the state says it', () => {
    fc.assert(
      fc.property(all, (given) => {
        const judged = judge(given);
        if (judged.net > 0) {
          expect(['paid', 'partly-refunded', 'under-review']).toContain(judged.state);
          expect(judged.dueOpen).toBe(false);
        }
        expect(judged.surplus).toBe(Math.max(0, judged.net - (given.paidElsewhere ? 0 : AMOUNT)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('one more fact of money makes no payment less than it was', () => {
    fc.assert(
      fc.property(all, (given) => {
        const more = { ...given, facts: [...given.facts, fact('paid')] };
        expect(judge(more).net).toBeGreaterThanOrEqual(judge(given).net);
      }),
      { numRuns: 2_000 },
    );
  });
});
