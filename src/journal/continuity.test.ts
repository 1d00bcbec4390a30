import { describe, expect, it } from 'vitest';
import { journalled } from '../runtime/journalled.ts';
import { continuity, LATEST_LINES } from './continuity.ts';
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
    kinds: journalled.kinds,
    ...(remember === undefined ? {} : { remember }),
    latest: async (ref, position) =>
      lines
        .filter((each) => each.ref === ref && (each.position ?? 0) < position)
        .reverse()
        .slice(0, LATEST_LINES),
  });
  for (const each of lines) await check.take(each);
  return check.finish();
}

describe('continuity', () => {
  it('I8: a step that does not begin where the last one ended is named', async () => {
    const end = await judge([
      ['x_x', null, 'pending'],
      ['x_y', null, 'pending'],
      ['x_x', 'retrying', 'delivered'],
      ['x_y', 'dead', 'pending'],
    ]);
    expect(end).toMatchObject({ problem: 'broken-continuity', position: 3, line: 'x_x:3' });
    expect(end?.detail).toContain('its last state is pending');
  });

  it('taking up a send is no line of its own', async () => {
    for (const state of ['retrying', 'uncertain'])
      expect(
        await judge([
          ['x_x', null, 'pending'],
          ['x_x', 'sending', state],
          ['x_x', 'sending', 'delivered'],
        ]),
      ).toBeUndefined();
    expect(
      await judge([
        ['x_x', null, 'pending'],
        ['x_x', 'sending', 'delivered'],
        ['x_x', 'sending', 'delivered'],
      ]),
    ).toMatchObject({ position: 3 });
  });

  it('a fact stands beside the state: a reveal hides no break and makes none', async () => {
    const steps: Step[] = [
      ['x_x', null, 'pending'],
      ['x_x', null, 'revealed: court order'],
      ['x_x', 'sending', 'delivered'],
    ];
    expect(await judge(steps)).toBeUndefined();
    expect(await judge([...steps, ['x_x', null, 'revealed: again'], ['x_x', 'dead', 'pending']])).toMatchObject({
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
    expect(await judge([['x_x', 'pending', 'delivered']])).toMatchObject({ position: 1 });
    expect(await judge([['portal/command', 'closed', 'open']])).toBeUndefined();
  });

  it('asks the store for references it no longer remembers', async () => {
    const others = Array.from({ length: 30 }, (_, index): Step => [`other-${index}`, null, 'pending']);
    const before: Step[] = [['x_x', null, 'pending'], ['x_x', null, 'revealed: why'], ...others];
    expect(await judge([...before, ['x_x', 'sending', 'delivered']], 5)).toBeUndefined();
    expect(await judge([...before, ['x_x', 'dead', 'pending']], 5)).toMatchObject({ line: 'x_x:33' });
  });

  /** For each kind that has states: how it may begin, what it may say beside, and a move that nobody led to. */
  const kinds: [name: string, begin: Step[], fact: string, moves: Step[], broken: Step][] = [
    [
      'a system',
      [],
      'probed: completed',
      [
        ['system:s', 'running', 'paused: night'],
        ['system:s', 'paused: night', 'paused: work'],
        ['system:s', 'paused: work', 'running'],
        // Its lanes were taken away while it was paused, and new ones run; the gateway paused a credential unwritten.
        ['system:s', 'running', 'paused: again'],
        ['system:s', 'running', 'paused: new lanes'],
        ['system:s', 'paused: credential-refused', 'running'],
      ],
      ['system:s', 'paused: never', 'running'],
    ],
    [
      'a payment',
      [['payment:p', null, 'creating']],
      'refund sending',
      [
        ['payment:p', 'creating', 'creating (creation)'],
        ['payment:p', 'creating (creation)', 'paid'],
        // As an earlier program wrote them.
        ['payment:p', 'awaiting-approval', 'refund sending'],
        ['payment:p', 'awaiting-approval', 'fact of people approved'],
        ['payment:p', 'paid', 'partly-refunded'],
      ],
      ['payment:p', 'awaiting-approval', 'paid'],
    ],
    [
      'an exchange',
      [['x_x', null, 'pending']],
      'reason: delivered',
      [
        ['x_x', 'sending', 'uncertain'],
        ['x_x', 'uncertain', 'delivered'],
      ],
      ['x_x', 'pending', 'rejected'],
    ],
    [
      'a replay',
      [['rpl_r', null, 'running']],
      'revealed: why',
      [['rpl_r', 'running', 'finished']],
      ['rpl_r', 'running', 'stopped'],
    ],
    [
      'a message',
      [['in_i', null, 'stored']],
      'revealed: why',
      [['in_i', 'stored', 'acted']],
      ['in_i', 'stored', 'acted'],
    ],
    [
      'an approval',
      [['approval:a', null, 'awaiting']],
      'reason: why',
      [
        ['approval:a', 'awaiting', 'approved'],
        ['approval:a', null, 'awaiting'],
        ['approval:a', 'awaiting', 'approved'],
      ],
      ['approval:a', 'awaiting', 'approved'],
    ],
    ['a key', [], 'reason: why', [['key_k', 'active', 'revoked']], ['key_k', 'active', 'revoked']],
    [
      'what declares no states',
      [],
      'held',
      [
        ['other:o', 'open', 'shut'],
        ['other:o', 'shut', 'open'],
      ],
      ['other:o', 'shut', 'open'],
    ],
  ];
  it.each(kinds)('%s: facts before, between and behind its states, however many, are none of them', async (...kind) => {
    const [, begin, fact, moves, broken] = kind;
    const ref = broken[0];
    const facts: Step[] = Array.from({ length: 25 }, () => [ref, null, fact]);
    const others = Array.from({ length: 30 }, (_, index): Step => [`x_other${index}`, null, 'pending']);
    for (const remember of [undefined, 5]) {
      expect(await judge([...facts, ...begin, ...moves], remember)).toBeUndefined();
      const between = [...begin, ...moves].flatMap((step): Step[] => [...facts, ...others, step]);
      expect(await judge([...between, ...facts], remember)).toBeUndefined();
      expect(await judge([...between, ...facts, ...others, broken], remember)).toMatchObject({
        problem: 'broken-continuity',
        line: expect.stringContaining(ref),
      });
    }
  });

  it('a fact is no beginning of what begins with a line of its own', async () => {
    for (const kind of journalled.kinds.filter(({ begins }) => begins === 'line'))
      expect(
        await judge([
          [`${kind.prefix}1`, null, 'revealed: why'],
          [`${kind.prefix}1`, 'revealed: why', 'paid'],
        ]),
      ).toMatchObject({ position: 2 });
  });
});
