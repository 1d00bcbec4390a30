import { afterAll, beforeAll, expect } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { type FeeGround, feeGround } from './fee-ground.ts';
import { FeePayment } from './fee-payment.ts';
import { journalFaults } from './journal.ts';
import { endsClean } from './outcome.ts';
import { type Peer, peerOf, type Strike, struck } from './strike.ts';
import { AMOUNT_VND } from './till-ground.ts';

/** One of the services by which a receipt is made. */
export type Service = keyof FeeGround['provider']['services'];

/** One store and its provider for the steps of a group, which come one after the other; `paid` payments are receipted before. */
export function onFeeGround(kind: 'vnpt' | 'viettel', name: string, paid = 0) {
  const on = {} as { ground: FeeGround; peer: Peer };
  const ready: FeePayment[] = [];
  const done: { readonly payment: FeePayment; readonly leftVnd: number }[] = [];
  const began = performance.now();
  let dossiers = 0;
  const newPayment = () => {
    dossiers += 1;
    return FeePayment.opened(on.ground, `H02.15.03-221207-${String(dossiers).padStart(4, '0')}`);
  };
  beforeAll(async () => {
    on.ground = await feeGround(kind);
    on.peer = peerOf(on.ground.provider.running.state);
    for (let n = 0; n < paid; n++) ready.push(await newPayment());
    for (const payment of ready) await payment.pays();
    for (const payment of ready) await payment.receipted(AMOUNT_VND, false);
  });
  afterAll(async () => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const said = { kills: on.ground.kills, payments: done.length, seconds };
    process.stdout.write(`e-receipts killed, ${kind}, ${name}: ${JSON.stringify(said)}\n`);
    await on.ground.close();
  });
  /** One that has its receipt. */
  const receipted = (): FeePayment => {
    const payment = ready.shift();
    if (payment === undefined) throw new Error('no payment is left that has its receipt');
    return payment;
  };
  const match = (service: Service | undefined): FaultRule['match'] =>
    service && { service: on.ground.provider.services[service] };
  const fault = (rule: FaultRule, service: Service) =>
    on.peer.addFault({ ...rule, times: 1, match: match(service) } as FaultRule);
  /** Has it die there, and starts the next one. */
  const killedAt = async (strike: Strike, service: Service | undefined, doing: () => Promise<unknown>) => {
    await struck(on.ground, { strike, peer: on.peer, match: match(service) }, doing);
    await on.ground.start();
  };
  /** What is left of the money has one receipt that stands, both sides agree, and all else still stands. */
  const agrees = async (payment: FeePayment, leftVnd: number, anew = false) => {
    await payment.receipted(leftVnd, anew);
    done.push({ payment, leftVnd });
    const { book, running } = on.ground.provider;
    expect(await payment.differences(leftVnd)).toEqual([]);
    const standingVnd = done.reduce((sum, each) => sum + each.leftVnd, 0) + ready.length * AMOUNT_VND;
    expect(book.totals()).toMatchObject({ standingVnd, duplicatesRefused: 0 });
    expect(running.state.counters.issued).toBe(book.totals().receipts);
    expect(running.state.counters).toMatchObject({ overlaps: 0 });
    expect(await journalFaults(on.ground.databaseFile, on.ground.keys.masterKey)).toEqual([]);
  };
  const ends = async () => {
    for (const { payment, leftVnd } of done) expect(await payment.differences(leftVnd)).toEqual([]);
    await endsClean(on.ground);
  };
  return { on, newPayment, receipted, fault, killedAt, agrees, ends };
}
