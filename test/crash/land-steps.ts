import { afterAll, beforeAll, expect } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import { until } from '../kit/gateway-process.ts';
import { journalFaults } from './journal.ts';
import { type LandAct, LandDossier, serviceOf } from './land-dossier.ts';
import { type LandGround, landGround } from './land-ground.ts';
import { endsClean, stated } from './outcome.ts';
import { type Peer, peerOf, type Strike, struck } from './strike.ts';

/** One store and its land system for the steps of a group, which come one after the other. */
export function onLandGround(name: string) {
  const on = {} as { ground: LandGround; peer: Peer };
  const done: { readonly dossier: LandDossier; readonly act: LandAct; readonly there: number }[] = [];
  const began = performance.now();
  beforeAll(async () => {
    on.ground = await landGround();
    on.peer = peerOf(on.ground.land);
  });
  afterAll(async () => {
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const said = { kills: on.ground.kills, dossiers: done.length, seconds };
    process.stdout.write(`the land system told, killed, ${name}: ${JSON.stringify(said)}\n`);
    await on.ground.close();
  });
  const newDossier = async () => new LandDossier(on.ground, await on.ground.dossier());
  /** Has it die there, and starts the next one. */
  const killedAt = async (strike: Strike, act: LandAct | undefined, doing: () => Promise<unknown>) => {
    const match: FaultRule['match'] = act && { service: serviceOf(act) };
    await struck(on.ground, { strike, peer: on.peer, match }, doing);
    await on.ground.start();
  };
  const sound = async () => {
    expect(on.ground.land.counters).toMatchObject({ overlaps: 0 });
    expect(await journalFaults(on.ground.databaseFile, on.ground.keys.masterKey)).toEqual([]);
  };
  const stands = () => {
    for (const { dossier, act, there } of done)
      expect([dossier.code, dossier.there(act)]).toEqual([dossier.code, there]);
  };
  /** They have it so often, and all else still stands. */
  const agrees = async (dossier: LandDossier, act: LandAct, there = 1) => {
    expect(dossier.there(act)).toBe(there);
    done.push({ dossier, act, there });
    stands();
    await sound();
  };
  /** Nobody decided for a person: it was told once, nothing more was sent, and it waits; then it is stated. */
  const decided = async (dossier: LandDossier, act: LandAct, there: number) => {
    const { exchange } = await dossier.becomes(act, 'uncertain');
    await until(`${act} is there`, () => dossier.there(act) >= there || undefined, { withinMs: 5_000 });
    expect(await dossier.told('exchange.uncertain', { exchange }, 1)).toBe(1);
    await dossier.taken(act);
    expect((await dossier.becomes(act, 'uncertain')).exchange).toBe(exchange);
    expect(dossier.there(act)).toBe(there);
    await stated(on.ground, exchange, there === 1 ? 'applied' : 'not-applied');
    await dossier.becomes(act, there === 1 ? 'done' : 'not-sent');
    await agrees(dossier, act, there);
  };
  const ends = async () => {
    stands();
    await endsClean(on.ground);
  };
  return { on, newDossier, killedAt, agrees, decided, sound, ends };
}
