import { beforeEach, describe, expect, it } from 'vitest';
import { type Ground, ground } from '../../test/kit/room.ts';
import type { SettledExchange } from '../delivery/operations.ts';
import { sql } from '../store/engine.ts';
import { type LandAct, landOperation, newLandAct } from './acts.ts';

const CODE = 'H02.15.04-221205-0001';
let on: Ground;
let tokens = 0;
beforeEach(async () => {
  on = await ground();
});
function token(): string {
  tokens += 1;
  return `t${tokens}`;
}

async function begun(act: LandAct): Promise<string> {
  const made = await newLandAct(on, act, CODE, {}, 'p');
  await on.engine.batch([...made.statements(token())]);
  return made.id;
}
/** One call for each operation, as a settlement makes it; all of them in one commit. */
async function settle(...calls: readonly (readonly (readonly [string, SettledExchange['state']])[])[]): Promise<void> {
  const of = token();
  const { settled } = landOperation(on);
  if (settled === undefined) throw new Error('acts are settled');
  const made = await Promise.all(
    calls.map((ends) =>
      settled(
        ends.map(([key, state]) => ({
          ...{
            exchange: `x:${key}`,
            stream: `land-system:${key}`,
            system: 'land-system',
            operation: 'any',
            kind: 'act',
          },
          ...{ key, subject: null, state, cause: null, outcome: null },
        })),
        of,
      ),
    ),
  );
  const stamps = calls
    .flat()
    .map(([key]) => sql('update stream set written_by = ?2 where id = ?1', `land-system:${key}`, of));
  await on.engine.batch([...stamps, ...made.flatMap(({ statements }) => statements)]);
}
const stands = async () => (await on.rows('select state, said_ms, redone from land_dossier'))[0];
const acts = async () => (await on.rows('select state from land_act order by id')).map(({ state }) => state);
const heard = (state: string, saidMs: number) =>
  on.engine.batch([
    sql('update land_dossier set state = ?1, said_ms = cast(?2 as bigint), version = version + 1', state, saidMs),
  ]);

describe('a hand-over that they did not take', () => {
  it.each(['rejected', 'uncertain', 'dead'] as const)('%s loses no dossier that they have', async (end) => {
    await settle([[await begun('receive-dossier'), 'delivered']]);
    expect(await stands()).toMatchObject({ state: 'received' });
    await settle([[await begun('receive-dossier'), end]]);
    expect(await stands()).toMatchObject({ state: 'received' });
    expect(await acts()).toEqual(['done', end === 'rejected' ? 'refused' : 'uncertain']);
  });

  it('says how a dossier stands that they have not, until they take it', async () => {
    for (const [end, state] of [
      ['uncertain', 'uncertain'],
      ['rejected', 'refused'],
      ['uncertain', 'uncertain'],
      ['delivered', 'received'],
    ] as const) {
      await settle([[await begun('receive-dossier'), end]]);
      expect(await stands()).toMatchObject({ state });
    }
  });
});

it('a result that is given out is so, however late they say that it is there', async () => {
  const act = await begun('dossier-returned');
  const later = on.platform.wall() + 60_000;
  await heard('completed', later);
  await settle([[act, 'delivered']]);
  expect(await stands()).toMatchObject({ state: 'result-returned', said_ms: later });
});

it('what ends in one commit writes each line once', async () => {
  const [a, b] = [await begun('receive-dossier'), await begun('dossier-returned')];
  await settle([[a, 'delivered']], [[b, 'delivered']]);
  await settle([[b, 'delivered']]);
  expect(await stands()).toMatchObject({ state: 'result-returned' });
  const lines = await on.rows(`select to_state from journal where ref = 'land:${CODE}' order by position`);
  expect(lines.map(({ to_state }) => to_state)).toEqual(['received', 'result-returned']);
});

describe('two acts of a dossier that end in one commit', () => {
  it.each([
    [
      'of one operation',
      (a: string, b: string) =>
        [
          [
            [a, 'delivered'],
            [b, 'delivered'],
          ],
        ] as const,
    ],
    ['of two', (a: string, b: string) => [[[a, 'delivered']], [[b, 'delivered']]] as const],
  ])('%s: the second is told again, and lost is neither', async (_what, ended) => {
    const [a, b] = [await begun('wrong-result'), await begun('wrong-result')];
    await settle(...ended(a, b));
    expect(await acts()).toEqual(['done', 'sending']);
    expect(await stands()).toMatchObject({ state: 'redoing', redone: 1 });
    await settle([[b, 'delivered']]);
    expect(await acts()).toEqual(['done', 'done']);
    expect(await stands()).toMatchObject({ redone: 2 });
    expect(await on.rows(`select id from journal where ref = 'land:${CODE}'`)).toHaveLength(1);
  });
});
