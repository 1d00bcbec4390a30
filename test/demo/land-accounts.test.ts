import { expect, test } from 'vitest';
import { type Compared, compareLand, isLandSound } from './land-accounts.ts';
import type { DossierSeen } from './land-gateway.ts';
import type { LandBooks, Push } from './land-offices.ts';
import { landLines } from './land-report.ts';
import { answerFields, noticeRows, proofOf } from './land-requests.ts';
import type { Due, LandAsk } from './land-stories.ts';

const dues: readonly Due[] = [{ block: 'LPTB', name: 'Lệ phí trước bạ', dueVnd: 1_000, exemptVnd: 200 }];
const [due] = dues as readonly [Due];
const ask: LandAsk = {
  ...{ dossier: 'H1', turn: 0, dues },
  story: { slip: 'good', push: 'paid', line: 'finished' },
};
const push = (order: Push['order'], turn = 1): Push => ({ turn, order });
const notice = push({ dossiers: { H1: noticeRows(dues, 'PC-1') } });
const proof = push({ dossier: 'H1', payment: proofOf(due, 'PC-1') });
const message = { guid: 'g', dossier: 'H1', slip: 'PC-1', finished: true };

const books = (more: Partial<LandBooks> = {}): LandBooks => ({
  messages: [
    { ...message, type: '10', fields: {} },
    { ...message, type: '14', fields: answerFields(dues, 'PC-1') },
    { ...message, type: '16', fields: answerFields(dues, 'PC-1') },
  ],
  landTax: { slips: 1, doubleSlips: 0, questions: 2, badSignatures: 0, spoiltAnswers: 0 },
  pushes: [notice, proof],
  owed: { H1: [{ SO_CON_PHAI_NOP: '7' }] },
  dossiers: [{ receiptNumber: 'H1', state: 'returned', repeats: 0, wrongResults: [] }],
  callbacks: [{ call: 'KetThuc', receiptNumber: 'H1', taken: true }],
  ...more,
});
const dong = (amount: number) => ({ amount, currency: 'VND' });
const number = 'TB-PC-1-LPTB';
const obligation = { decision: { number }, due: dong(800), exempt: dong(0), remaining: dong(0), state: 'paid' };
const receipt = { noticeNumber: number, amount: dong(800), paidAt: '2022-12-01T09:15:00+07:00' };
const question = { state: 'answered' };
const held = (more: object = {}): DossierSeen =>
  ({
    land: {
      ...{ state: 'result-returned', timesReturnedAsWrong: 0, timesRedone: 0, said: [{}] },
      acts: [{ act: 'receive-dossier', state: 'done' }],
    },
    slips: [{ state: 'answered', questions: [question, question] }],
    obligations: [{ ...obligation, due: dong(1_000), exempt: dong(200), state: 'replaced' }, obligation],
    receipts: [receipt],
    ...more,
  }) as unknown as DossierSeen;
const payment = { dossierCode: 'H1', state: 'paid', amount: dong(800), surplus: null };
const compared = (own: DossierSeen = held(), more: Partial<Compared> = {}): Compared => ({
  ...{ asks: [ask], refused: [], forgedWords: 0, books: books() },
  asked: [{ dossier: 'H1', sealing: 'good', heardVnd: 7 }],
  seen: { dossiers: new Map([['H1', own]]), payments: [payment], inbound: [] } as unknown as Compared['seen'],
  ...more,
});

test('agrees when every due, every proof and every đồng is on both sides', () => {
  const accounts = compareLand(compared());
  expect(accounts).toMatchObject({ dossiers: 1, agreeing: 1, differing: [], replaced: 1 });
  expect(accounts.sides).toMatchObject({ owedVnd: [800, 800], provenVnd: [800, 800], remainingVnd: [0, 0] });
  expect(isLandSound(accounts)).toBe(true);
  expect(landLines(accounts).join('\n')).toMatch(/KHỚP TỪNG HỒ SƠ ĐẤT.*1 \/ 1 ✓/);
});

test.each([
  ['a due that is not held', held({ obligations: [] }), 'khoản (dues) 1 / 0'],
  ['another amount', held({ obligations: [{ ...obligation, due: dong(900) }] }), 'phải nộp (due) 800 / 900'],
  ['a payment that does not count', held({ obligations: [{ ...obligation, remaining: dong(1) }] }), '(left) 0 / 1'],
  ['a proof that is not held', held({ receipts: [] }), 'proof not held'],
  ['a proof too many', held({ receipts: [receipt, { ...receipt, amount: dong(9) }] }), 'a proof too many'],
  ['a slip too many', held({ slips: [] }), '(slips) 1, cổng (gateway) 0'],
  ['another state', held({ land: { ...held().land, state: 'completed' } }), '(state) returned'],
])('%s is a difference with its reason', (_name, own, why) => {
  const accounts = compareLand(compared(own));
  expect(accounts.agreeing).toBe(0);
  expect(accounts.differing).toEqual([{ code: 'H1', why: expect.stringContaining(why) }]);
  expect(isLandSound(accounts)).toBe(false);
  expect(landLines(accounts).join('\n')).toContain(why);
});

test.each([
  ['a slip that was sent twice', { landTax: { ...books().landTax, doubleSlips: 1 } }],
  ['an answer that is not held', { messages: [...books().messages, { ...message, type: '16', fields: {} }] }],
  ['a forged push that nobody refused', { pushes: [...books().pushes, push({ ...proof.order, forged: true })] }],
  ['a spoilt push that nobody kept', { pushes: [...books().pushes, push({ ...notice.order, spoilt: 'cut' })] }],
  ['a repeat that was not counted', { pushes: [...books().pushes, push(notice.order, 2)] }],
  ['a word that was not heard', { callbacks: [...books().callbacks, ...books().callbacks] }],
])('%s spoils the verdict', (_name, more) => {
  const accounts = compareLand(compared(held(), { books: books(more) }));
  expect(accounts.differing).toEqual([]);
  expect(isLandSound(accounts)).toBe(false);
  expect(landLines(accounts).join('\n')).toContain('✗');
});

test('an answer by another key that was believed spoils the verdict', () => {
  const asked = [{ dossier: 'H1', sealing: 'another-key', heardVnd: 0 }] as const;
  expect(isLandSound(compareLand(compared(held(), { asked })))).toBe(false);
});
