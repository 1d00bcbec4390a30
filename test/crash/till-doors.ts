import type { TellingPlan } from '../../mocks/kit/telling.ts';
import { type Peer, peerOf } from './strike.ts';
import { ACCOUNT, AMOUNT_VND, ECOM_UNIT, type TillGround } from './till-ground.ts';

/** What every page's payer may do. */
export type Act = 'pay' | 'pay-twice' | 'pay-wrong-amount' | 'pay-after-expiry' | 'cancel' | 'fail';
export type Notice = TellingPlan & { readonly forged?: boolean };

/** What the other side has of one reference. */
export interface Entry {
  readonly reference: string;
  /** Money taken, in đồng. */
  readonly charges: readonly number[];
  readonly refundedVnd: number;
  /** How often it was to be opened again under the same reference, or while it was being opened. */
  readonly again: number;
}

/** A way to be paid, as its other side is worked and read by a test. */
export interface Door {
  readonly name: 'national' | 'vietcombank' | 'vietcombank-ecom' | 'vietqr';
  readonly method: 'national' | 'vietcombank' | 'vietqr';
  readonly unit: string;
  /** What opens, asks, and gives back; empty where nobody does. */
  readonly services: { readonly open: string; readonly ask: string; readonly refund: string };
  /** Who is asked, with its faults; none for a transfer. */
  readonly peer: Peer | undefined;
  entries(): readonly Entry[];
  /** Done by a payer; resolves when its notices were taken, given up or lost. */
  act(reference: string, act: Act, notice?: Notice): Promise<unknown>;
  /** The payer is faster than the answer to the opening, from now on or no more. */
  ahead(on: boolean): void;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
const vnd = (movements: readonly { readonly amountVnd: number }[]): number[] =>
  movements.map(({ amountVnd }) => amountVnd);

function found<Held>(held: Held | undefined, reference: string): Held {
  if (held === undefined) throw new Error(`the other side knows no ${reference}`);
  return held;
}

export function doorsOf({ platform, bank, ecom }: TillGround): readonly Door[] {
  return [
    {
      ...{ name: 'national', method: 'national', unit: 'H02.15.03', peer: peerOf(platform) },
      services: { open: 'INIT', ask: 'QUERY', refund: '' },
      entries: () =>
        platform.ledger.all().map(({ reference, charges, duplicatesRefused, overlaps }) => ({
          ...{ reference, charges: vnd(charges), refundedVnd: 0, again: duplicatesRefused + overlaps },
        })),
      act: (reference, act, notice = {}) =>
        platform.act(found(platform.ledger.get(reference), reference), { act, notice }).told,
      ahead: (on) => {
        platform.settings.aheadOfInit = on ? { act: 'pay' } : null;
      },
    },
    {
      ...{ name: 'vietcombank', method: 'vietcombank', unit: 'H02.15.03', peer: peerOf(bank) },
      services: { open: 'CreateOrder', ask: 'CheckOrder', refund: '' },
      entries: () =>
        bank.orders.all().map(({ orderCode, charges, refunds, duplicates, overlaps }) => ({
          // Its gateway tells the last charge of an order alone: a second one is not in its words.
          ...{ reference: orderCode, charges: vnd(charges).slice(-1), refundedVnd: sum(vnd(refunds)) },
          again: duplicates + overlaps,
        })),
      act: (reference, act, notice = {}) =>
        bank.act(found(bank.orders.get(reference), reference), { act, notice }).told,
      ahead: (on) => {
        bank.settings.aheadOfCreate = on ? { act: 'pay' } : null;
      },
    },
    {
      ...{ name: 'vietcombank-ecom', method: 'vietcombank', unit: ECOM_UNIT, peer: peerOf(ecom) },
      services: { open: 'verifyPayment', ask: 'query', refund: 'refund' },
      entries: () =>
        ecom.ledger.payments().map(({ reference, charges, duplicatesRefused, overlaps }) => ({
          ...{ reference, charges: vnd(charges), again: duplicatesRefused + overlaps },
          refundedVnd: sum(vnd(ecom.ledger.refunds(reference).filter(({ status }) => status === 'done'))),
        })),
      act: (reference, act, notice = {}) =>
        ecom.act(found(ecom.ledger.get(reference), reference), { act, notice }).told,
      ahead: (on) => {
        ecom.settings.aheadOfVerify = on ? { act: 'pay' } : null;
      },
    },
    {
      ...{ name: 'vietqr', method: 'vietqr', unit: 'H02.15.03', peer: undefined },
      services: { open: '', ask: '', refund: '' },
      entries: () => {
        const rows = bank.bank.get(ACCOUNT)?.rows ?? [];
        const by = Map.groupBy(rows, ({ purpose }) => purpose.replace(/\s/g, '').slice(0, 14));
        return [...by].map(([reference, credits]) => ({ reference, charges: vnd(credits), refundedVnd: 0, again: 0 }));
      },
      act: (reference, act, notice = {}) => {
        if (act === 'cancel' || act === 'fail') return Promise.resolve();
        const amountVnd = act === 'pay-wrong-amount' ? AMOUNT_VND - 1_000 : AMOUNT_VND;
        const one = { accountNumber: ACCOUNT, amountVnd, purpose: reference };
        return bank.transfer(act === 'pay-twice' ? [one, one] : [one], notice).told;
      },
      ahead: () => undefined,
    },
  ];
}
