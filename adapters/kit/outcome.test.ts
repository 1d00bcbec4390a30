import { describe, expect, it } from 'vitest';
import type { WireFault, WireReply } from '../adapter.ts';
import { fromFault, fromStatus, graver, refusedAs } from './outcome.ts';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(2022, 11, 1, 2, 0, 0);
const context = { wall: () => NOW, oneOff: false };
const reply = (status: number, headers: Record<string, string> = {}): WireReply => ({
  status,
  headers,
  body: new Uint8Array(),
});

describe('a conversation without an answer (I2)', () => {
  const causes: WireFault['cause'][] = [
    'refused',
    'dns',
    'tls',
    'timeout',
    'reset',
    'aborted',
    'too-large',
    'truncated',
    'unknown-coding',
    'other',
  ];

  it('is never "not sent" once a byte may have left', () => {
    for (const cause of causes) expect(fromFault({ mayHaveArrived: true, cause }).kind).toBe('unknown');
  });

  it('is "not sent" for what cannot have reached them, and not for a claim that contradicts itself', () => {
    const kinds = Object.fromEntries(causes.map((cause) => [cause, fromFault({ mayHaveArrived: false, cause }).kind]));
    expect(kinds).toEqual({
      refused: 'not-sent',
      dns: 'not-sent',
      tls: 'not-sent',
      timeout: 'not-sent',
      aborted: 'not-sent',
      other: 'not-sent',
      reset: 'unknown',
      'too-large': 'unknown',
      truncated: 'unknown',
      'unknown-coding': 'unknown',
    });
  });

  it('names its reason', () => {
    expect(fromFault({ mayHaveArrived: true, cause: 'timeout' })).toEqual({ kind: 'unknown', reason: 'timeout' });
    expect(fromFault({ mayHaveArrived: true, cause: 'reset' })).toEqual({ kind: 'unknown', reason: 'connection-lost' });
    expect(fromFault({ mayHaveArrived: true, cause: 'truncated' })).toEqual({ kind: 'unknown', reason: 'unreadable' });
    expect(fromFault({ mayHaveArrived: true, cause: 'unknown-coding' })).toEqual({
      kind: 'unknown',
      reason: 'unreadable',
    });
  });
});

describe('a status (I2)', () => {
  it.each([
    [429, {}, { kind: 'not-sent', reason: 'rate-limited' }],
    [429, { 'retry-after': '30' }, { kind: 'not-sent', reason: 'rate-limited', retryAfterMs: 30_000 }],
    [503, { 'retry-after': '7' }, { kind: 'not-sent', reason: 'unavailable', retryAfterMs: 7_000 }],
    [503, { 'retry-after': 'soon' }, { kind: 'unknown', reason: 'server-error' }],
    [503, {}, { kind: 'unknown', reason: 'server-error' }],
    [500, { 'retry-after': '7' }, { kind: 'unknown', reason: 'server-error' }],
    [502, {}, { kind: 'unknown', reason: 'server-error' }],
    [504, {}, { kind: 'unknown', reason: 'server-error' }],
    [400, {}, { kind: 'not-sent', reason: 'client-error' }],
    [408, {}, { kind: 'not-sent', reason: 'client-error' }],
    [425, {}, { kind: 'not-sent', reason: 'client-error' }],
    [404, {}, { kind: 'not-sent', reason: 'client-error' }],
    [302, {}, { kind: 'unknown', reason: 'unreadable' }],
    [304, {}, { kind: 'unknown', reason: 'unreadable' }],
  ] as const)('%i %j', (status, headers, outcome) => {
    expect(fromStatus(reply(status, headers), context)).toEqual(outcome);
  });

  it('of a one-off only what is said at the door is believed: other statuses may follow an act (I2)', () => {
    expect(fromStatus(reply(503, { 'retry-after': '7' }), { ...context, oneOff: true })).toEqual({
      kind: 'unknown',
      reason: 'server-error',
    });
    for (const status of [408, 409, 422, 425, 499])
      expect(fromStatus(reply(status), { ...context, oneOff: true })).toMatchObject({ kind: 'unknown' });
    for (const status of [400, 404, 413, 415, 429])
      expect(fromStatus(reply(status), { ...context, oneOff: true })).toMatchObject({ kind: 'not-sent' });
  });

  it('leaves 2xx to the body and 401, 403 to the session keeper', () => {
    for (const status of [200, 201, 204, 401, 403]) expect(fromStatus(reply(status), context)).toBeUndefined();
  });
});

describe('Retry-After', () => {
  it('is seconds or an HTTP date, and nothing else', () => {
    expect(retryAfterMs({ 'retry-after': '120' }, NOW)).toBe(120_000);
    expect(retryAfterMs({ 'retry-after': 'Thu, 01 Dec 2022 02:00:45 GMT' }, NOW)).toBe(45_000);
    expect(retryAfterMs({ 'retry-after': 'Thu, 01 Dec 2022 01:00:00 GMT' }, NOW)).toBe(0);
    for (const text of ['', 'soon', '-5', '1.5', '2022-12-01', '12 monkeys']) {
      expect(retryAfterMs({ 'retry-after': text }, NOW)).toBeUndefined();
    }
    expect(retryAfterMs({}, NOW)).toBeUndefined();
  });

  it('measures a date from their own clock, whatever ours says', () => {
    const headers = { date: 'Thu, 01 Dec 2022 09:00:00 GMT', 'retry-after': 'Thu, 01 Dec 2022 09:00:30 GMT' };
    expect(retryAfterMs(headers, NOW)).toBe(30_000);
  });

  it('is believed up to a day', () => {
    expect(retryAfterMs({ 'retry-after': '99999999' }, NOW)).toBe(86_400_000);
  });
});

it('of two conversations the doubtful first outlives a second that was not sent (I2)', () => {
  const doubt = { kind: 'unknown' } as const;
  expect(graver(doubt, { kind: 'not-sent' })).toBe(doubt);
  expect(graver(doubt, { kind: 'completed' })).toEqual({ kind: 'completed' });
  expect(graver({ kind: 'rejected' }, { kind: 'not-sent' })).toEqual({ kind: 'not-sent' });
});

it('a code of theirs that is no code stands in the sealed message alone (I6)', () => {
  for (const code of ['-1', '00', 'ERR_05', 'A.1-b']) {
    expect(refusedAs(code, 'x', ['/code'])).toEqual({ kind: 'rejected', code, message: 'x', fields: ['/code'] });
  }
  for (const code of ['Nguyễn Văn Mẫu', '024000000000', 'CCCD-024000000', 'B1234567', 'a'.repeat(21), 'two words']) {
    expect(refusedAs(code, 'x')).toEqual({ kind: 'rejected', code: 'other', message: `${code}: x`, fields: [] });
  }
  expect(refusedAs('', 'x')).toMatchObject({ code: 'other', message: 'x' });
});
