import { afterEach, describe, expect, test } from 'vitest';
import { startViettel } from '../viettel-receipt/server.ts';
import { type IssueChanges as ViettelChanges, issueCall as viettelCall } from '../viettel-receipt/test-client.ts';
import { startVnpt } from '../vnpt-receipt/server.ts';
import { DEFAULT_SETTINGS as vnpt } from '../vnpt-receipt/settings.ts';
import { answeredText } from '../vnpt-receipt/soap.ts';
import { type IssueChanges as VnptChanges, issueCall as vnptCall } from '../vnpt-receipt/test-client.ts';
import { controlCall, type PlainAnswer, plainCall } from './plain-call.ts';

const KEY = 'BL-000000000001';
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

interface Provider {
  readonly url: string;
  readonly controlUrl: string;
  /** Issues, with changes to what is sound. */
  issue(changes?: Readonly<Record<string, unknown>>): Promise<string>;
}

async function startedVnpt(): Promise<Provider> {
  const provider = await startVnpt();
  close = provider.close;
  const { url, controlUrl } = provider;
  const issue = async (changes: VnptChanges = {}): Promise<string> => {
    const call = vnptCall(KEY, changes);
    return answeredText((await plainCall(`${url}/PublishService.asmx`, 'POST', {}, call)).text).split(' ')[0] ?? '';
  };
  return { url, controlUrl, issue };
}

async function startedViettel(): Promise<Provider> {
  const provider = await startViettel();
  close = provider.close;
  const { url, controlUrl } = provider;
  const issue = async (changes: ViettelChanges = {}): Promise<string> => {
    const { path, headers, body } = viettelCall(KEY, changes);
    const answer: PlainAnswer = await plainCall(`${url}${path}`, 'POST', headers, body);
    const { errorCode } = answer.json as { errorCode?: string | null };
    return answer.status === 200 ? (errorCode ?? 'OK') : String(answer.status);
  };
  return { url, controlUrl, issue };
}

describe.each([
  [
    'vnpt',
    startedVnpt,
    { yes: `OK:${vnpt.pattern};${vnpt.serial}-${KEY}_1`, taken: 'ERR:13', unsound: 'ERR:3', stranger: 'ERR:1' },
  ],
  [
    'viettel',
    startedViettel,
    { yes: 'OK', taken: 'TRANSACTION_UUID_INVALID', unsound: 'BAD_REQUEST', stranger: '401' },
  ],
] as const)('%s', (_name, start, words) => {
  test('one receipt a key, whatever is sent, and it is shown', async () => {
    const provider = await start();
    expect(await provider.issue({ total: 20_001 })).toBe(words.unsound);
    expect(await provider.issue({ password: 'sai' })).toBe(words.stranger);
    expect(await provider.issue()).toBe(words.yes);
    expect(await provider.issue()).toBe(words.taken);
    const { totals } = await controlCall<{ totals: object }>(provider.controlUrl, 'GET', 'receipts');
    expect(totals).toEqual({
      receipts: 1,
      issued: 1,
      replaced: 0,
      cancelled: 0,
      standingVnd: 20_000,
      duplicatesRefused: 1,
    });
    expect(await controlCall(provider.controlUrl, 'GET', `receipts/${KEY}`)).toMatchObject({ key: KEY, number: 1 });
    expect(await controlCall(provider.controlUrl, 'GET', 'receipts/BL-2')).toEqual({ error: 'not found' });
  });

  test('somebody cancels at their desk; a reset forgets', async () => {
    const provider = await start();
    await provider.issue();
    const desk = (body: object) => controlCall(provider.controlUrl, 'POST', 'receipts', body);
    expect(await desk({ key: KEY, state: 'cancelled' })).toMatchObject({ state: 'cancelled' });
    expect(await desk({ key: KEY, state: 'gone' })).toMatchObject({ error: expect.stringContaining('no such state') });
    expect(await desk({ key: 'BL-2', state: 'issued' })).toMatchObject({ error: expect.stringContaining('BL-2') });
    await controlCall(provider.controlUrl, 'POST', 'reset', {});
    expect(await controlCall(provider.controlUrl, 'GET', 'state')).toMatchObject({
      counters: { issued: 0, requests: 0 },
      totals: { receipts: 0 },
    });
  });

  test('what does not lie at its address is not found', async () => {
    const { url } = await start();
    for (const path of ['', '/', '/InvoiceAPI/InvoiceWS/toString', '/x.asmx/y']) {
      expect((await plainCall(`${url}${path}`, 'POST', {}, '')).status).toBe(404);
    }
  });
});
