import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlCall, plainCall } from '../kit/plain-call.ts';
import { type RunningLandTax, startLandTax } from './server.ts';
import { freshKeys } from './settings.ts';
import { signedByLand, written } from './test-client.ts';
import { isSignedBy, signedAnswer } from './xml-signature.ts';

const keys = freshKeys(Date.now());
const NOW = Date.UTC(2026, 10, 30, 1);
let now: number;
let gateway: RunningLandTax;
beforeEach(async () => {
  now = NOW;
  gateway = await startLandTax({ settings: keys, clock: () => now });
});
afterEach(() => gateway.close());

interface Envelope {
  readonly ResultCode: number;
  readonly Message: string;
  readonly ReturnValue: string;
}
const post = async (body: object, token = gateway.state.settings.tokenSecret): Promise<Envelope> =>
  (await plainCall(gateway.url, 'POST', { authorization: `Bearer ${token}` }, JSON.stringify(body))).json as Envelope;

const signed = (xml: string) => signedByLand(gateway.state.settings, xml);
const tell = (type: string, id: string, xml = signed(written(type, id))) =>
  post({ MESSAGE_TYPE: type, XML_CONTENT: xml });
const fetched = async (guid: string) => (await post({ MESSAGE_CODE: guid, MESSAGE_TYPE: '16' })).ReturnValue;

describe('what it takes', () => {
  it('a slip is an effect, and the same again a second one', async () => {
    expect(await tell('10', 'slip-1')).toMatchObject({
      ResultCode: 1,
      ReturnValue: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(gateway.state.counters).toMatchObject({ slips: 1, doubleSlips: 0 });
    await tell('10', 'slip-1');
    expect(gateway.state.counters).toMatchObject({ slips: 2, doubleSlips: 1, questions: 0 });
    expect(gateway.state.under('slip-1')).toHaveLength(2);
  });

  it('a question that is asked again gets another GUID and counts once', async () => {
    const [one, other] = [await tell('16', 'q-1'), await tell('16', 'q-1')];
    expect(one.ReturnValue).not.toBe(other.ReturnValue);
    expect(gateway.state.counters).toMatchObject({ questions: 1, repeatedQuestions: 1, slips: 0 });
  });

  it.each([
    ['unsigned', () => written('10', 'slip-1')],
    ['altered', () => signed(written('10', 'slip-1')).replace('PC-1', 'PC-2')],
    [
      'by another key',
      () => signedAnswer({ ...gateway.state.settings, answersAs: 'foreign-key' }, written('10', 'slip-1')),
    ],
    ['by the tax side itself', () => signedAnswer(gateway.state.settings, written('10', 'slip-1'))],
  ])('nothing that is %s', async (_how, made) => {
    expect(await tell('10', 'slip-1', made())).toMatchObject({ ResultCode: 0, ReturnValue: '' });
    expect(gateway.state.counters).toMatchObject({ slips: 0, badSignatures: 1, refusals: 1 });
  });

  it('nothing under another type, without an id, or without the token', async () => {
    expect(await post({ MESSAGE_TYPE: '11', XML_CONTENT: signed(written('10', 'a')) })).toMatchObject({
      ResultCode: 0,
    });
    expect(await tell('12', 'a')).toMatchObject({ ResultCode: 0 });
    expect(await tell('10', '')).toMatchObject({ ResultCode: 0 });
    expect(await tell('16', 'a', signed(written('16', 'a', '')))).toMatchObject({ ResultCode: 0 });
    expect(await post({ MESSAGE_TYPE: '10', XML_CONTENT: signed(written('10', 'a')) }, 'x')).toMatchObject({
      ResultCode: 0,
    });
    expect(gateway.state.messages.size).toBe(0);
  });
});

describe('what it answers', () => {
  it('two phases: accepted at once, complete after its time', async () => {
    gateway.state.configure({ answerAfterMs: 60_000 });
    const { ReturnValue: guid } = await tell('16', 'q-1');
    const first = await fetched(guid);
    expect(first).toContain('<ERROR_CODE>0</ERROR_CODE>');
    expect(first).not.toContain('MA_KETQUA');
    now += 60_000;
    expect(await fetched(guid)).toContain('<MA_KETQUA>0</MA_KETQUA>');
    expect(isSignedBy(keys.taxCertificate, first)).toBe(true);
  });

  it('what a test has it say, told over HTTP; a refusal has no second phase', async () => {
    const { ReturnValue: guid } = await tell('16', 'q-1');
    const finish = (body: object) => controlCall(gateway.controlUrl, 'POST', 'answers', body);
    expect(await finish({ guid, fields: { TONG_DA_NOP: '7', SO_PHIEU: 'PC-9' } })).toEqual({ finished: 1 });
    const answer = await fetched(guid);
    expect(answer).toContain('<TONG_DA_NOP>7</TONG_DA_NOP>');
    expect(answer).toContain('<SO_PHIEU>PC-9</SO_PHIEU>');
    expect(await finish({ guid: 'none' })).toMatchObject({ error: expect.stringContaining('no such message') });
    await finish({ guid, fields: { ERROR_CODE: '3', ERROR_DESC: 'Sai phiếu' } });
    expect(await fetched(guid)).not.toContain('MA_KETQUA');
  });

  it.each(['unsigned', 'foreign-key', 'wrapped', 'altered'] as const)('%s where it is told so', async (answersAs) => {
    const { ReturnValue: guid } = await tell('16', 'q-1');
    gateway.state.finish();
    gateway.state.configure({ answersAs });
    const answer = await fetched(guid);
    expect(isSignedBy(keys.taxCertificate, answer)).toBe(false);
    expect(answer.includes('<Signature')).toBe(answersAs !== 'unsigned');
    expect(answer.includes('<TONG_CON_PNOP>0<')).toBe(answersAs === 'wrapped' || answersAs === 'altered');
  });

  it('one question once otherwise, and then well', async () => {
    const [one, other] = [await tell('16', 'q-1'), await tell('16', 'q-2')];
    const finish = (guid: string, more: object) =>
      controlCall(gateway.controlUrl, 'POST', 'answers', { guid, ...more });
    await finish(one.ReturnValue, { firstAs: 'altered' });
    await finish(other.ReturnValue, {});
    const heard = [await fetched(one.ReturnValue), await fetched(one.ReturnValue), await fetched(other.ReturnValue)];
    expect(heard.map((answer) => isSignedBy(keys.taxCertificate, answer))).toEqual([false, true, true]);
    expect(gateway.state.counters.spoiltAnswers).toBe(1);
  });

  it('by a clock that is a day off', async () => {
    const { ReturnValue: guid } = await tell('16', 'q-1');
    gateway.state.configure({ clockOffMs: 24 * 3_600_000 });
    expect(await fetched(guid)).toContain('<NGAYCHUYEN>2026-12-01 08:00:00</NGAYCHUYEN>');
  });

  it('nothing to a slip, or to a GUID of nobody', async () => {
    const { ReturnValue: guid } = await tell('10', 'slip-1');
    for (const code of [guid, 'none']) expect(await post({ MESSAGE_CODE: code })).toMatchObject({ ResultCode: 0 });
  });
});

it('acts and loses the reply, and forgets all of it when it is told to', async () => {
  gateway.state.addFault({ kind: 'lose-reply', as: 'status', status: 504, match: { service: 'slip' }, times: 1 });
  expect(await tell('10', 'slip-1')).toBeUndefined();
  expect(gateway.state.counters.slips).toBe(1);
  gateway.state.reset();
  expect(gateway.state.counters.slips).toBe(0);
  expect(gateway.state.messages.size).toBe(0);
});
