import { describe, expect, it } from 'vitest';
import {
  completed,
  drift,
  notSent,
  type Outcome,
  type ReadBack,
  rejected,
  unknown,
} from '../../../adapters/adapter.ts';
import type { Claimed } from '../sending/claim-statements.ts';
import {
  decide,
  decideBeforeSend,
  decideConfirmed,
  decideReadBack,
  leftOut,
  needsAPerson,
  type Recoverability,
  splitFrom,
  unfit,
  untouched,
} from './decide.ts';

const HOUR = 3_600_000;
const item = (more: Partial<Claimed> = {}): Claimed => ({
  stream: 'national-portal:D1',
  system: 'national-portal',
  key: 'D1',
  epoch: 3,
  lease_until: 0,
  read_back: 0,
  suspect: 0,
  sent_version: 1,
  id: 'x1',
  seq: 2,
  operation: 'sync-dossier',
  collapses: 1,
  version: 4,
  subject: 's1',
  part: null,
  payload: null,
  attempts: 1,
  tried_ms: 0,
  accepted_at: 0,
  ...more,
});
const operation = (recovery: Recoverability['recovery'], canReadBack = recovery === 'repeatable'): Recoverability => ({
  recovery,
  canReadBack,
  policy: {
    timeoutMs: 6_000,
    quietMs: 120_000,
    inlineTries: 1,
    scheduleMs: [5_000, HOUR],
    giveUpAgeMs: 72 * HOUR,
    batchSize: 1,
  },
});
const recoveries = ['repeatable', 'confirm', 'manual'] as const;

describe('an outcome', () => {
  it.each(recoveries)('completed: a %s operation is delivered, and all doubt ends', (recovery) => {
    for (const read_back of [0, 1, 2])
      expect(decide(item({ read_back, suspect: 1 }), completed(1), operation(recovery), 0.5)).toMatchObject({
        to: 'delivered',
        sentVersion: 4,
        readBack: 0,
        quietMs: 0,
        suspect: false,
        parkedReason: null,
      });
  });

  it('completed: a step raises no version', () => {
    expect(decide(item({ collapses: 0 }), completed(1), operation('repeatable'), 0).sentVersion).toBeNull();
  });

  it('accepted: keeps their reference', () => {
    expect(decide(item(), { kind: 'accepted', ref: 'R7' }, operation('confirm'), 0)).toMatchObject({
      to: 'delivered',
      code: 'R7',
    });
  });

  it.each(recoveries)('rejected: a %s operation ends, without words of theirs in the clear', (recovery) => {
    const settlement = decide(item({ suspect: 1 }), rejected('17', 'Nguyễn Văn Mẫu'), operation(recovery), 0);
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
    expect(decide(item(), notSent('dns'), operation(recovery), 0.5)).toMatchObject({
      to: 'retrying',
      cause: 'dns',
      dueInMs: 2_500,
      triedMs: 2_500,
      quietMs: 0,
      readBack: 0,
    });
  });

  it('not sent: their Retry-After holds for the exchange and for its whole stream', () => {
    expect(decide(item(), notSent('rate-limited', 60_000), operation('repeatable'), 0)).toMatchObject({
      dueInMs: 60_000,
      quietMs: 60_000,
    });
  });

  it.each([0, 1, 2])('not sent: doubt %i about the past stays, and so does suspicion', (read_back) => {
    expect(decide(item({ read_back, suspect: 1 }), notSent('tls'), operation('repeatable'), 0)).toMatchObject({
      readBack: read_back,
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
      expect(decide(item(), outcome, operation('repeatable'), 0.5)).toMatchObject({ quietMs: 0, dueInMs });
      expect(decideBeforeSend(item({ read_back: 2 }), outcome, operation('repeatable'), 0.5)).toMatchObject({
        quietMs: 0,
        dueInMs,
      });
    },
  );

  it.each([
    ['unknown', unknown('timeout'), 'timeout'],
    ['drift', drift('/error_code', 'number', 'object'), 'drift'],
  ])('%s: quiet first, then asked about or sent and read back', (_, outcome, cause) => {
    for (const [recovery, canReadBack, readBack] of [
      ['repeatable', true, 1],
      ['repeatable', false, 0],
      ['confirm', false, 2],
    ] as const) {
      const settlement = decide(item(), outcome, operation(recovery, canReadBack), 0);
      expect(settlement).toMatchObject({ to: 'uncertain', cause, quietMs: 120_000, readBack, parkedReason: null });
      expect(settlement.dueInMs).toBeGreaterThanOrEqual(120_000);
    }
  });

  it('I2 unknown: a manual operation waits for a person, not for ever unheard', () => {
    const settlement = decide(item({ collapses: 0 }), unknown('timeout'), operation('manual'), 0);
    expect(settlement).toMatchObject({ to: 'uncertain', parkedReason: 'needs-a-person' });
    expect(settlement.parkedForMs).toBeGreaterThan(0);
  });

  it('unknown: after a restore the question stays a question', () => {
    expect(decide(item({ read_back: 2 }), unknown('timeout'), operation('repeatable'), 0).readBack).toBe(2);
  });
});

describe('when the time for trying is used up', () => {
  const late = { tried_ms: 72 * HOUR };
  it.each([
    ['the newest state goes on', { ...late, collapses: 1 }, 'repeatable', unknown('timeout'), 'uncertain', null],
    ['the newest state goes on', { ...late, collapses: 1 }, 'repeatable', notSent('dns'), 'retrying', null],
    ['a repeatable one is dead', { ...late, collapses: 0 }, 'repeatable', unknown('timeout'), 'dead', null],
    ['what did not act is dead', { ...late, collapses: 0 }, 'confirm', notSent('dns'), 'dead', null],
    [
      'what may have acted needs a person',
      { ...late, collapses: 0 },
      'confirm',
      unknown('timeout'),
      'uncertain',
      'needs-a-person',
    ],
  ] as const)('%s (%o, %s)', (_, more, recovery, outcome, to, parkedReason) => {
    expect(decide(item(more), outcome as Outcome, operation(recovery), 0.5)).toMatchObject({ to, parkedReason });
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
    const settlement = decideReadBack(item({ read_back: 1 }), looked, operation('repeatable'), 0);
    expect(settlement).toMatchObject({
      to,
      readBack: to === 'delivered' ? 0 : 1,
      sentVersion: to === 'delivered' ? 4 : null,
    });
    if (to === 'retrying') expect(settlement).toMatchObject({ quietMs: 120_000, outcome: 'completed' });
  });
  it('that is never had is given up after some tries', () => {
    expect(decideReadBack(item({ attempts: 5 }), notSent('dns'), operation('repeatable'), 0).to).toBe('delivered');
    expect(decideReadBack(item({ attempts: 50 }), completed('differs'), operation('repeatable'), 0).to).toBe(
      'retrying',
    );
  });
});

describe('looks that tell the same again and again', () => {
  it.each(['differs', 'absent'] as const)('%s: the fifth is believed, and the province is asked', (seen) => {
    const after = (seenBefore: number, looked: Outcome<ReadBack> = completed(seen)) =>
      decideReadBack(item({ read_back: 1, attempts: 50 }), looked, operation('repeatable'), 0, seenBefore);
    expect(after(3)).toMatchObject({ to: 'retrying', parkedReason: null });
    expect(after(4)).toMatchObject({
      to: 'uncertain',
      cause: 'nation-differs',
      parkedReason: 'nation-differs',
      readBack: 1,
      sentVersion: null,
    });
    expect(after(4).parkedForMs).toBeGreaterThan(0);
    expect(after(4, completed('matches')).to).toBe('delivered');
  });
});

describe('a look before a send', () => {
  const doubtful = item({ read_back: 2 });
  it('absent: it is sent', () => {
    expect(decideBeforeSend(doubtful, completed('absent'), operation('repeatable'), 0)).toBe('send');
  });
  it.each([
    ['the first version and nothing before it', { sent_version: 0, version: 1 }, 'delivered'],
    ['the first exchange and nothing before it', { sent_version: 0, version: null, seq: 1 }, 'delivered'],
    ['an earlier version was sent', { sent_version: 1, version: 2 }, 'uncertain'],
    ['the same version was sent before', { sent_version: 1, version: 1 }, 'uncertain'],
    ['an earlier version may have been sent', { sent_version: 0, version: 2 }, 'uncertain'],
  ])('I2: a matching status proves content only where there is no other: %s', (_, more, to) => {
    expect(decideBeforeSend({ ...doubtful, ...more }, completed('matches'), operation('repeatable'), 0)).toMatchObject(
      to === 'delivered'
        ? { to, code: 'confirmed-by-status', sentVersion: more.version, readBack: 0, parkedReason: null }
        : { to, cause: 'content-unproven', sentVersion: null, readBack: 2, parkedReason: 'snapshot-requested' },
    );
  });
  it.each([[completed('differs')], [completed('cannot-tell')], [rejected('9', '')], [drift('/', 'a', 'b')]] as [
    Outcome<ReadBack>,
  ][])('%o: parks for a fresh snapshot', (looked) => {
    expect(decideBeforeSend(doubtful, looked, operation('repeatable'), 0)).toMatchObject({
      to: 'uncertain',
      parkedReason: 'snapshot-requested',
      readBack: 2,
      sentVersion: null,
    });
  });
  it('that cannot be had is put again, later and later', () => {
    const wait = (tried_ms: number) =>
      decideBeforeSend(item({ read_back: 2, tried_ms }), notSent('dns', 1), operation('repeatable'), 0.5);
    expect(wait(0)).toMatchObject({ to: 'uncertain', cause: 'confirm-failed', readBack: 2, dueInMs: 2_500 });
    expect(wait(10_000)).toMatchObject({ dueInMs: HOUR / 2, parkedReason: null });
  });
});

describe('I2: a question whether it took effect', () => {
  const money = item({ collapses: 0, version: null, read_back: 2, operation: 'pay' });
  it('only a plain no lets it be sent again', () => {
    const ask = (asked: Parameters<typeof decideConfirmed>[1]) =>
      decideConfirmed(money, asked, operation('confirm'), 0);
    expect(ask(completed('not-applied'))).toBe('send');
    expect(ask(completed('applied'))).toMatchObject({ to: 'delivered', readBack: 0 });
    for (const unsure of [completed('cannot-tell' as const), rejected('1', ''), drift('/', 'a', 'b')])
      expect(ask(unsure)).toMatchObject({ to: 'uncertain', readBack: 2, parkedReason: 'needs-a-person' });
    for (const silent of [notSent('dns'), unknown('timeout')])
      expect(ask(silent)).toMatchObject({ to: 'uncertain', readBack: 2, parkedReason: null });
  });
  it('that was never answered ends with a person', () => {
    const late = { ...money, tried_ms: 72 * HOUR };
    expect(decideConfirmed(late, notSent('dns'), operation('confirm'), 0.5)).toMatchObject({
      to: 'uncertain',
      readBack: 2,
      parkedReason: 'needs-a-person',
    });
  });
  it('that nobody can answer is a person’s at once', () => {
    expect(needsAPerson(money, operation('manual'))).toMatchObject({ to: 'uncertain', parkedReason: 'needs-a-person' });
  });
});

describe('what was not sent for no fault of its own', () => {
  it('goes again at once; only a suspect alone', () => {
    expect(splitFrom(item())).toMatchObject({ to: 'retrying', dueInMs: 0, suspect: true, readBack: 0 });
    expect(leftOut(item({ suspect: 1 }))).toMatchObject({ to: 'retrying', dueInMs: 0, suspect: false });
  });
  it.each([0, 1, 2])('stays as it was, doubt %i and all', (read_back) => {
    expect(untouched(item({ read_back, suspect: 1, tried_ms: 7 }))).toMatchObject({
      to: 'pending',
      readBack: read_back,
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
    expect(unfit(item({ tried_ms: 99 * HOUR, collapses: 0 }), operation('repeatable'), 'x', 0.5).to).toBe('dead');
  });
});
