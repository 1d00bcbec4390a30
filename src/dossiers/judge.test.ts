import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Held, judge, type Offered } from './judge.ts';

const held = (more: Partial<Held> = {}): Held => ({
  revision: null,
  updatedAt: 100,
  updatedBeyond: '',
  contentMac: 'a',
  sendAgain: false,
  withdrawn: false,
  ...more,
});
const offered = (more: Partial<Offered> = {}): Offered => ({
  revision: null,
  updatedAt: 100,
  updatedBeyond: '',
  contentMac: 'a',
  ...more,
});

describe('whether a snapshot may replace the one held', () => {
  it.each([
    ['nothing is held', undefined, offered(), 'accept'],
    ['older by time', held(), offered({ updatedAt: 99, contentMac: 'b' }), 'stale-revision'],
    ['older by time, the same content', held(), offered({ updatedAt: 99 }), 'stale-revision'],
    ['the same time, other content', held(), offered({ contentMac: 'b' }), 'conflicting-revision'],
    ['the same', held(), offered(), 'unchanged'],
    ['newer, other content', held(), offered({ updatedAt: 101, contentMac: 'b' }), 'accept'],
    ['newer, the same content', held(), offered({ updatedAt: 101 }), 'raise-revision'],
    ['newer, the same content, withdrawn since', held({ withdrawn: true }), offered({ updatedAt: 101 }), 'accept'],
    ['the same, withdrawn since', held({ withdrawn: true }), offered(), 'unchanged'],
    [
      'no revision where one is needed',
      held({ revision: 1 }),
      offered({ updatedAt: 999, contentMac: 'b' }),
      'revision-required',
    ],
    ['no revision where one is needed, the same content', held({ revision: 1 }), offered(), 'revision-required'],
    [
      'an older revision with a newer time',
      held({ revision: 2 }),
      offered({ revision: 1, updatedAt: 999 }),
      'stale-revision',
    ],
    [
      'a newer revision with an older time',
      held({ revision: 2 }),
      offered({ revision: 3, updatedAt: 1, contentMac: 'b' }),
      'accept',
    ],
    [
      'the same revision, other content',
      held({ revision: 2 }),
      offered({ revision: 2, updatedAt: 999, contentMac: 'b' }),
      'conflicting-revision',
    ],
    [
      'the same revision and content at another time',
      held({ revision: 2 }),
      offered({ revision: 2, updatedAt: 999 }),
      'unchanged',
    ],
    [
      'the first revision, at an older time',
      held(),
      offered({ revision: 1, updatedAt: 99, contentMac: 'b' }),
      'stale-revision',
    ],
    ['the first revision, the same content', held(), offered({ revision: 1 }), 'raise-revision'],
    ['the same after a refusal', held({ sendAgain: true }), offered(), 'resend'],
    ['the same after a cancellation, newer', held({ sendAgain: true }), offered({ updatedAt: 101 }), 'resend'],
    ['the same after a refusal, older', held({ sendAgain: true }), offered({ updatedAt: 99 }), 'stale-revision'],
    ['the same that was asked for', held({ sendAgain: true }), offered(), 'resend'],
    [
      'older by a digit beyond the milliseconds',
      held({ updatedBeyond: '999' }),
      offered({ updatedBeyond: '111' }),
      'stale-revision',
    ],
    [
      'newer by such a digit',
      held({ updatedBeyond: '1' }),
      offered({ updatedBeyond: '12', contentMac: 'b' }),
      'accept',
    ],
    ['newer by such a digit, the same content', held(), offered({ updatedBeyond: '001' }), 'raise-revision'],
    [
      'such digits where those held were not kept',
      held({ updatedBeyond: null }),
      offered({ updatedBeyond: '1', contentMac: 'b' }),
      'conflicting-revision',
    ],
    ['an older one though one was asked for', held({ sendAgain: true }), offered({ updatedAt: 99 }), 'stale-revision'],
  ] as const)('%s', (_, one, other, judgement) => {
    expect(judge(one, other)).toBe(judgement);
  });

  it('never takes what is older, nor two contents for one place in the order', () => {
    const revision = fc.option(fc.integer({ min: 0, max: 3 }));
    const updatedBeyond = fc.constantFrom('', '1', '12', '2', '999');
    const some = {
      revision,
      updatedAt: fc.integer({ min: 0, max: 3 }),
      contentMac: fc.constantFrom('a', 'b'),
      updatedBeyond,
    };
    const digits = ({ updatedAt, updatedBeyond: beyond }: { updatedAt: number; updatedBeyond: string }) =>
      updatedAt + Number(`0.${beyond}0`);
    fc.assert(
      fc.property(
        fc.record({
          ...some,
          sendAgain: fc.boolean(),
          withdrawn: fc.boolean(),
        }),
        fc.record(some),
        (one, other) => {
          const order =
            one.revision !== null && other.revision !== null
              ? other.revision - one.revision
              : digits(other) - digits(one);
          const judgement = judge(one, other);
          if (['accept', 'resend', 'raise-revision'].includes(judgement)) expect(order).toBeGreaterThanOrEqual(0);
          if (judgement === 'accept') expect(order).toBeGreaterThan(0);
        },
      ),
    );
  });
});
