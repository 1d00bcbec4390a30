import { describe, expect, it } from 'vitest';
import {
  applied,
  type Confirmation,
  cannotTell,
  completed,
  drift,
  notApplied,
  notSent,
  type Outcome,
  type ReadBack,
  rejected,
  taken,
  unknown,
} from '../../../adapters/adapter.ts';
import type { Claimed } from '../sending/claim-statements.ts';
import { NEVER_ARRIVED, settleQuestion } from './question.ts';
import { DIFFERS, STATE_REQUESTED, settleLook, settleLookFirst } from './read-back.ts';
import {
  type Doubt,
  erased,
  givenBack,
  leftOut,
  needsAPerson,
  type Recoverability,
  settleSend,
  splitFrom,
  unfit,
} from './settlement.ts';

const HOUR = 3_600_000;
const item = (more: Partial<Claimed> = {}): Claimed => ({
  stream: 'national-portal:D1',
  system: 'national-portal',
  key: 'D1',
  epoch: 3,
  doubt: 'none',
  suspect: 0,
  sent_version: 1,
  id: 'x1',
  seq: 2,
  operation: 'sync-dossier',
  kind: 'collapsing',
  version: 4,
  subject: 's1',
  part: null,
  payload: null,
  attempts: 1,
  tried_ms: 0,
  accepted_at: 0,
  aside: 0,
  claimed_from: 'pending',
  ...more,
});
const operation = (
  recovery: Recoverability['recovery'],
  canReadBack = recovery === 'repeatable',
  interactive = false,
): Recoverability => ({
  recovery,
  canReadBack,
  interactive,
  policy: {
    timeoutMs: 6_000,
    quietMs: 120_000,
    inlineTries: 1,
    scheduleMs: [5_000, HOUR],
    giveUpAgeMs: 72 * HOUR,
    batchSize: 1,
  },
});
const doubts: Doubt[] = ['none', 'look-after', 'ask-first'];
const recoveries = ['repeatable', 'confirm', 'manual'] as const;

describe('an outcome', () => {
  it.each(recoveries)('completed: a %s operation is delivered, and all doubt ends', (recovery) => {
    for (const doubt of doubts)
      expect(settleSend(item({ doubt, suspect: 1 }), completed(1), operation(recovery), 0.5)).toMatchObject({
        to: 'delivered',
        sentVersion: 4,
        doubt: 'none',
        quietMs: 0,
        suspect: false,
        parking: null,
      });
  });

  it('completed: a step raises no version', () => {
    expect(settleSend(item({ kind: 'appended' }), completed(1), operation('repeatable'), 0).sentVersion).toBeNull();
  });

  it.each(recoveries)('rejected: a %s operation ends, without words of theirs in the clear', (recovery) => {
    const settlement = settleSend(item({ suspect: 1 }), rejected('17', 'Nguyễn Văn Mẫu'), operation(recovery), 0);
    expect(settlement).toMatchObject({
      to: 'rejected',
      cause: 'rejected',
      code: '17',
      sentVersion: null,
      suspect: false,
    });
    expect(JSON.stringify(settlement)).not.toContain('Mẫu');
  });

  it.each(recoveries)('not sent: a %s operation is tried again, with no quiet time and no question', (recovery) => {
    expect(settleSend(item(), notSent('dns'), operation(recovery), 0.5)).toMatchObject({
      to: 'retrying',
      cause: 'dns',
      dueInMs: 2_500,
      triedMs: 2_500,
      quietMs: 0,
      doubt: 'none',
    });
  });

  it('not sent: their Retry-After holds for the exchange and for its whole stream', () => {
    expect(settleSend(item(), notSent('rate-limited', 60_000), operation('repeatable'), 0)).toMatchObject({
      dueInMs: 60_000,
      toldMs: 60_000,
      quietMs: 0,
    });
  });

  it.each(doubts)('not sent: doubt %s about the past stays, and so does suspicion', (doubt) => {
    expect(settleSend(item({ doubt, suspect: 1 }), notSent('tls'), operation('repeatable'), 0)).toMatchObject({
      doubt,
      suspect: true,
    });
  });

  it.each([
    ['login-refused', 2_500],
    ['login-failed', 900_000],
  ] as const)(
    'not sent: the silence of a %s login is no stream’s, and ends when a person resumes',
    (reason, dueInMs) => {
      const outcome = notSent(reason, 900_000);
      expect(settleSend(item(), outcome, operation('repeatable'), 0.5)).toMatchObject({ quietMs: 0, dueInMs });
      expect(settleLookFirst(item({ doubt: 'ask-first' }), outcome, operation('repeatable'), 0.5)).toMatchObject({
        quietMs: 0,
        dueInMs,
      });
    },
  );

  it.each([
    ['unknown', unknown('timeout'), 'timeout'],
    ['drift', drift('/error_code', 'number', 'object'), 'drift'],
  ])('%s: quiet first, then asked about or sent and read back', (_, outcome, cause) => {
    for (const [recovery, canReadBack, doubt] of [
      ['repeatable', true, 'look-after'],
      ['repeatable', false, 'none'],
      ['confirm', false, 'ask-first'],
    ] as const) {
      const settlement = settleSend(item(), outcome, operation(recovery, canReadBack), 0);
      expect(settlement).toMatchObject({ to: 'uncertain', cause, quietMs: 120_000, doubt, parking: null });
      expect(settlement.dueInMs).toBeGreaterThanOrEqual(120_000);
    }
  });

  it('I2 unknown: a manual operation waits for a person, not for ever unheard', () => {
    const settlement = settleSend(item({ kind: 'act' }), unknown('timeout'), operation('manual'), 0);
    expect(settlement).toMatchObject({ to: 'uncertain', parking: { reason: 'needs-a-person', waitsFor: 'person' } });
    expect(settlement.parking?.forMs).toBeGreaterThan(0);
  });

  it('unknown: after a restore the question stays a question', () => {
    expect(settleSend(item({ doubt: 'ask-first' }), unknown('timeout'), operation('repeatable'), 0).doubt).toBe(
      'ask-first',
    );
  });
});

describe('when the time for trying is used up', () => {
  const late = { tried_ms: 72 * HOUR };
  it.each([
    ['the newest state goes on', { ...late, kind: 'collapsing' }, 'repeatable', unknown('timeout'), 'uncertain', null],
    ['the newest state goes on', { ...late, kind: 'collapsing' }, 'repeatable', notSent('dns'), 'retrying', null],
    ['a repeatable one is dead', { ...late, kind: 'appended' }, 'repeatable', unknown('timeout'), 'dead', null],
    ['what did not act is dead', { ...late, kind: 'act' }, 'confirm', notSent('dns'), 'dead', null],
    [
      'what may have acted needs a person',
      { ...late, kind: 'act' },
      'confirm',
      unknown('timeout'),
      'uncertain',
      'needs-a-person',
    ],
  ] as const)('%s (%o, %s)', (_, more, recovery, outcome, to, reason) => {
    const { parking, ...settlement } = settleSend(item(more), outcome as Outcome, operation(recovery), 0.5);
    expect([settlement.to, parking?.reason ?? null]).toEqual([to, reason]);
  });
});

describe('a look after a send', () => {
  const answers: [Outcome<ReadBack>, string][] = [
    [completed('matches'), 'delivered'],
    [completed('cannot-tell'), 'delivered'],
    [rejected('9', ''), 'delivered'],
    [drift('/', 'object', 'text'), 'delivered'],
    [completed('differs'), 'retrying'],
    [completed('absent'), 'retrying'],
    [notSent('unavailable'), 'retrying'],
    [unknown('timeout'), 'retrying'],
  ];
  it.each(answers)('%o: %s', (looked, to) => {
    const settlement = settleLook(item({ doubt: 'look-after' }), looked, operation('repeatable'), 0);
    expect(settlement).toMatchObject({
      to,
      doubt: to === 'delivered' ? 'none' : 'look-after',
      sentVersion: to === 'delivered' ? 4 : null,
    });
    if (to === 'retrying') expect(settlement).toMatchObject({ quietMs: 120_000, outcome: 'completed' });
  });
  it('that is never had is given up after some tries', () => {
    expect(settleLook(item({ attempts: 5 }), notSent('dns'), operation('repeatable'), 0).to).toBe('delivered');
    expect(settleLook(item({ attempts: 50 }), completed('differs'), operation('repeatable'), 0).to).toBe('retrying');
  });
});

describe('looks that tell the same again and again', () => {
  it.each(['differs', 'absent'] as const)('%s: the fifth is believed, and the province is asked', (seen) => {
    const after = (seenBefore: number, looked: Outcome<ReadBack> = completed(seen)) =>
      settleLook(item({ doubt: 'look-after', attempts: 50 }), looked, operation('repeatable'), 0, seenBefore);
    expect(after(3)).toMatchObject({ to: 'retrying', parking: null });
    expect(after(4)).toMatchObject({
      to: 'uncertain',
      cause: DIFFERS,
      parking: { reason: DIFFERS, waitsFor: 'owner' },
      doubt: 'look-after',
      sentVersion: null,
    });
    expect(after(4).parking?.forMs).toBeGreaterThan(0);
    expect(after(4, completed('matches')).to).toBe('delivered');
  });
});

describe('a look before a send', () => {
  const doubtful = item({ doubt: 'ask-first' });
  it('absent: it is sent', () => {
    expect(settleLookFirst(doubtful, completed('absent'), operation('repeatable'), 0)).toBe('send');
  });
  it.each([
    ['the first version and nothing before it', { sent_version: 0, version: 1 }, 'delivered'],
    ['the first exchange and nothing before it', { sent_version: 0, version: null, seq: 1 }, 'delivered'],
    ['an earlier version was sent', { sent_version: 1, version: 2 }, 'uncertain'],
    ['the same version was sent before', { sent_version: 1, version: 1 }, 'uncertain'],
    ['an earlier version may have been sent', { sent_version: 0, version: 2 }, 'uncertain'],
  ])('I2: a matching status proves content only where there is no other: %s', (_, more, to) => {
    expect(settleLookFirst({ ...doubtful, ...more }, completed('matches'), operation('repeatable'), 0)).toMatchObject(
      to === 'delivered'
        ? { to, code: 'confirmed-by-status', sentVersion: more.version, doubt: 'none', parking: null }
        : {
            to,
            cause: 'content-unproven',
            sentVersion: null,
            doubt: 'ask-first',
            parking: { reason: STATE_REQUESTED, waitsFor: 'owner' },
          },
    );
  });
  it.each([[completed('differs')], [completed('cannot-tell')], [rejected('9', '')], [drift('/', 'a', 'b')]] as [
    Outcome<ReadBack>,
  ][])('%o: parks for a fresh snapshot', (looked) => {
    expect(settleLookFirst(doubtful, looked, operation('repeatable'), 0)).toMatchObject({
      to: 'uncertain',
      parking: { reason: STATE_REQUESTED, waitsFor: 'owner' },
      doubt: 'ask-first',
      sentVersion: null,
    });
  });
  it('that cannot be had is put again, later and later', () => {
    const wait = (tried_ms: number) =>
      settleLookFirst(item({ doubt: 'ask-first', tried_ms }), notSent('dns', 1), operation('repeatable'), 0.5);
    expect(wait(0)).toMatchObject({ to: 'uncertain', cause: 'confirm-failed', doubt: 'ask-first', dueInMs: 2_500 });
    expect(wait(10_000)).toMatchObject({ dueInMs: HOUR / 2, parking: null });
  });
});

describe('an act', () => {
  const act = item({ kind: 'act', version: null, operation: 'pay' });

  it('I6: accepted: it is delivered, and their reference stands in no code', () => {
    expect(settleSend(act, { kind: 'accepted', ref: 'R7' }, operation('confirm'), 0)).toMatchObject({
      to: 'delivered',
      code: null,
      sentVersion: null,
    });
  });

  it('I2: what a person waited for and was not sent is over, and is never sent later', () => {
    const interactive = operation('confirm', false, true);
    for (const outcome of [notSent('dns'), notSent('rate-limited', 60_000), notSent('login-refused')])
      expect(settleSend(act, outcome, interactive, 0.5)).toMatchObject({ to: 'cancelled', cause: outcome.reason });
    expect(settleSend(act, notSent('dns'), operation('confirm'), 0.5).to).toBe('retrying');
  });

  it('I2: one that may have acted is not surely unsent because a later try was', () => {
    const doubtful = { ...act, claimed_from: 'uncertain' as const };
    expect(settleSend(doubtful, notSent('dns'), operation('repeatable'), 0.5)).toMatchObject({ to: 'uncertain' });
    expect(
      settleSend({ ...doubtful, tried_ms: 72 * HOUR }, notSent('dns'), operation('repeatable'), 0.5),
    ).toMatchObject({
      to: 'uncertain',
      parking: { waitsFor: 'person' },
    });
    expect(settleSend(act, notSent('dns'), operation('repeatable'), 0.5)).toMatchObject({ to: 'retrying' });
  });

  it('I2: in doubt it is never given up, whatever may be done twice', () => {
    for (const recovery of recoveries)
      expect(settleSend({ ...act, tried_ms: 72 * HOUR }, unknown('timeout'), operation(recovery), 0)).toMatchObject({
        to: 'uncertain',
        parking: { waitsFor: 'person' },
      });
  });

  it('I2: whose data is gone ends only where it surely was not sent', () => {
    expect(erased(act, operation('confirm'))).toMatchObject({ to: 'cancelled', cause: 'erased' });
    expect(erased({ ...act, claimed_from: 'uncertain', doubt: 'ask-first' }, operation('confirm'))).toMatchObject({
      to: 'uncertain',
      parking: { waitsFor: 'person' },
    });
    expect(erased(item(), operation('repeatable'))).toMatchObject({ to: 'rejected', code: 'erased' });
  });
});

describe('I2: a question whether an act took effect', () => {
  const money = item({
    kind: 'act',
    version: null,
    doubt: 'ask-first',
    operation: 'pay',
    claimed_from: 'uncertain',
  });
  const ask = (asked: Outcome<Confirmation>) => settleQuestion(money, asked, operation('confirm'), 0);

  it('never leads to a second send, whatever they answer', () => {
    const answers: Outcome<Confirmation>[] = [
      completed(applied('page')),
      completed(taken('R1')),
      completed(notApplied),
      completed(cannotTell),
      rejected('1', ''),
      drift('/', 'a', 'b'),
      notSent('dns'),
      unknown('timeout'),
      { kind: 'accepted', ref: 'R2' },
    ];
    for (const answer of answers) expect(['delivered', 'cancelled', 'uncertain']).toContain(ask(answer).settlement.to);
  });
  it('applied: delivered, with the result that they tell', () => {
    expect(ask(completed(applied({ page: 7 })))).toMatchObject({
      settlement: { to: 'delivered', doubt: 'none', parking: null },
      outcome: { kind: 'completed', result: { page: 7 } },
    });
  });
  it('taken: delivered, and the answer comes under their reference', () => {
    expect(ask(completed(taken('R1')))).toMatchObject({
      settlement: { to: 'delivered' },
      outcome: { kind: 'accepted', ref: 'R1' },
    });
  });
  it('not applied: over, and never sent', () => {
    expect(ask(completed(notApplied)).settlement).toMatchObject({ to: 'cancelled', cause: NEVER_ARRIVED });
  });
  it('an answer that tells nothing is a person’s matter, no answer is asked for again', () => {
    for (const unsure of [completed(cannotTell), rejected('1', ''), drift('/', 'a', 'b')])
      expect(ask(unsure).settlement).toMatchObject({
        to: 'uncertain',
        doubt: 'ask-first',
        parking: { reason: 'needs-a-person', waitsFor: 'person' },
      });
    for (const silent of [notSent('dns'), unknown('timeout')])
      expect(ask(silent).settlement).toMatchObject({ to: 'uncertain', doubt: 'ask-first', parking: null });
  });
  it('that was never answered ends with a person', () => {
    const late = { ...money, tried_ms: 72 * HOUR };
    expect(settleQuestion(late, notSent('dns'), operation('confirm'), 0.5).settlement).toMatchObject({
      to: 'uncertain',
      doubt: 'ask-first',
      parking: { reason: 'needs-a-person', waitsFor: 'person' },
    });
  });
  it('that nobody can answer is a person’s at once', () => {
    expect(needsAPerson(money, operation('manual'))).toMatchObject({
      to: 'uncertain',
      parking: { reason: 'needs-a-person', waitsFor: 'person' },
    });
  });
  it('that was not put goes back to doubt, never to waiting for a send', () => {
    expect(givenBack(money)).toMatchObject({ to: 'uncertain', doubt: 'ask-first' });
    expect(unfit(money, operation('confirm'), 'cannot-compose', 0.5)).toMatchObject({ to: 'uncertain' });
  });
});

describe('what was not sent for no fault of its own', () => {
  it('goes again at once; only a suspect alone', () => {
    expect(splitFrom(item())).toMatchObject({ to: 'retrying', dueInMs: 0, suspect: true, doubt: 'none' });
    expect(leftOut(item({ suspect: 1 }))).toMatchObject({ to: 'retrying', dueInMs: 0, suspect: false });
  });
  it.each(doubts)('stays as it was, doubt %s and all', (doubt) => {
    expect(givenBack(item({ doubt, suspect: 1, tried_ms: 7 }))).toMatchObject({
      to: 'pending',
      doubt,
      suspect: true,
      triedMs: 7,
      quietMs: 0,
    });
  });
  it('waits by the schedule when it cannot be put together, and a snapshot never dies of it', () => {
    expect(unfit(item(), operation('repeatable'), 'cannot-compose', 0.5)).toMatchObject({
      to: 'retrying',
      dueInMs: 2_500,
    });
    expect(unfit(item({ tried_ms: 99 * HOUR }), operation('repeatable'), 'cannot-compose', 0.5).to).toBe('retrying');
    expect(unfit(item({ tried_ms: 99 * HOUR, kind: 'appended' }), operation('repeatable'), 'x', 0.5).to).toBe('dead');
  });
});
