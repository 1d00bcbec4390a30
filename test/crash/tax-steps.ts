import { afterAll, beforeAll, expect } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { isSlip } from '../../mocks/land-tax/state.ts';
import { until } from '../kit/gateway-process.ts';
import { journalFaults } from './journal.ts';
import { endsClean, stated } from './outcome.ts';
import { type Peer, peerOf, type Strike, struck } from './strike.ts';
import { differences, TaxDossier } from './tax-dossier.ts';
import { type TaxGround, taxGround } from './tax-ground.ts';

/** One store and its tax side for the steps of a group, which come one after the other. */
export function onGround(name: string) {
  const on = {} as { ground: TaxGround; peer: Peer };
  const done: { readonly dossier: TaxDossier; readonly id: string }[] = [];
  const began = performance.now();
  beforeAll(async () => {
    on.ground = await taxGround();
    on.peer = peerOf(on.ground.landTax);
  });
  afterAll(async () => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const { kills } = on.ground;
    process.stdout.write(`land taxes killed, ${name}: ${JSON.stringify({ kills, dossiers: done.length, seconds })}\n`);
    await on.ground.close();
  });
  const newDossier = async () => new TaxDossier(on.ground, await on.ground.dossier());
  /** Has it die there, and starts the next one. */
  const killedAt = async (strike: Strike, match: FaultRule['match'], doing: () => Promise<unknown>) => {
    await struck(on.ground, { strike, peer: on.peer, match }, doing);
    await on.ground.start();
  };
  const sound = async () => {
    const { databaseFile, keys, landTax } = on.ground;
    expect(landTax.counters).toMatchObject({ doubleSlips: 0, badSignatures: 0, refusals: 0 });
    expect(await journalFaults(databaseFile, keys.masterKey)).toEqual([]);
  };
  /** The slip comes to its end, and both sides agree on it. */
  const agrees = async (dossier: TaxDossier, id: string) => {
    expect(await differences(dossier, await dossier.becomes(id, 'answered'))).toEqual([]);
    done.push({ dossier, id });
    await sound();
  };
  /** Nobody decided for a person: it was told once, nothing more was sent, and it waits. */
  const waitsForAPerson = async (dossier: TaxDossier, id: string, there: number) => {
    const { exchange } = await dossier.becomes(id, 'uncertain');
    const slipsThere = () => on.ground.taken(dossier.code).filter(({ type }) => isSlip(type)).length;
    await until('the slip is there', () => slipsThere() >= there || undefined, { withinMs: 5_000 });
    expect(await dossier.told('exchange.uncertain', 'exchange', exchange, 1)).toBe(1);
    expect(await dossier.slip(id)).toMatchObject({ state: 'uncertain', questions: [] });
    expect(slipsThere()).toBe(there);
    return exchange;
  };
  /** What a person finds out is stated; a slip that is there goes on from then, one that is not is over. */
  const decided = async (dossier: TaxDossier, id: string, there: number) => {
    const exchange = await waitsForAPerson(dossier, id, there);
    await stated(on.ground, exchange, there === 1 ? 'applied' : 'not-applied');
    if (there === 1) return agrees(dossier, id);
    await dossier.becomes(id, 'refused');
    expect(on.ground.taken(dossier.code)).toEqual([]);
    await sound();
  };
  const closes = () => endsClean(on.ground);
  /** Of all that was killed everything still stands, and nothing is left open. */
  const ends = async () => {
    for (const { dossier, id } of done) expect(await differences(dossier, await dossier.slip(id))).toEqual([]);
    await sound();
    await closes();
  };
  return { on, newDossier, killedAt, sound, agrees, decided, ends, closes };
}
