import { describe, expect, it } from 'vitest';
import { continuity } from './continuity.ts';
import type { Line } from './line.ts';
import type { Fault } from './verdict.ts';

const line = (ref: string, from: string | null, to: string, position: number): Line => ({
  ...{ id: `${ref}:${position}`, ref, from, to, position },
  ...{ actor: 'test', at: position, payloadHash: null, seal: 1 },
});
type Step = [ref: string, from: string | null, to: string];

async function judge(steps: readonly Step[], remember?: number): Promise<Fault | undefined> {
  const lines = steps.map(([ref, from, to], index) => line(ref, from, to, index + 1));
  const check = continuity({
    ...(remember === undefined ? {} : { remember }),
    latest: async (ref, position) =>
      lines.filter((each) => each.ref === ref && (each.position ?? 0) < position).reverse(),
  });
  for (const each of lines) await check.take(each);
  return check.finish();
}

describe('continuity', () => {
  it('I8: a step that does not begin where the last one ended is named', async () => {
    const end = await judge([
      ['x', null, 'pending'],
      ['y', null, 'pending'],
      ['x', 'retrying', 'delivered'],
      ['y', 'dead', 'pending'],
    ]);
    expect(end).toMatchObject({ problem: 'broken-continuity', position: 3, line: 'x:3' });
    expect(end?.detail).toContain('its last state is pending');
  });

  it('taking up a send is no line of its own', async () => {
    for (const state of ['retrying', 'uncertain'])
      expect(
        await judge([
          ['x', null, 'pending'],
          ['x', 'sending', state],
          ['x', 'sending', 'delivered'],
        ]),
      ).toBeUndefined();
    expect(
      await judge([
        ['x', null, 'pending'],
        ['x', 'sending', 'delivered'],
        ['x', 'sending', 'delivered'],
      ]),
    ).toMatchObject({ position: 3 });
  });

  it('a fact stands beside the state: a reveal hides no break and makes none', async () => {
    const steps: Step[] = [
      ['x', null, 'pending'],
      ['x', null, 'revealed: court order'],
      ['x', 'sending', 'delivered'],
    ];
    expect(await judge(steps)).toBeUndefined();
    expect(await judge([...steps, ['x', null, 'revealed: again'], ['x', 'dead', 'pending']])).toMatchObject({
      position: 5,
    });
    expect(
      await judge([
        ['subject:s', null, 'held'],
        ['subject:s', null, 'exported'],
        ['subject:s', 'held', 'released'],
      ]),
    ).toBeUndefined();
  });

  it('an exchange begins with a line of its own; what has a state from the start may not', async () => {
    expect(await judge([['x', 'pending', 'delivered']])).toMatchObject({ position: 1 });
    expect(await judge([['portal/command', 'closed', 'open']])).toBeUndefined();
  });

  it('asks the store for references it no longer remembers', async () => {
    const others = Array.from({ length: 30 }, (_, index): Step => [`other-${index}`, null, 'pending']);
    const before: Step[] = [['x', null, 'pending'], ['x', null, 'revealed: why'], ...others];
    expect(await judge([...before, ['x', 'sending', 'delivered']], 5)).toBeUndefined();
    expect(await judge([...before, ['x', 'dead', 'pending']], 5)).toMatchObject({ line: 'x:33' });
  });
});
