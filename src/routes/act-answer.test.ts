import { expect, it } from 'vitest';
import type { ActAnswer } from '../delivery/acts/interactive.ts';
import { answerAct } from './act-answer.ts';
import { type Problem, problem } from './problem.ts';

const settled = { kind: 'settled', resource: 'r1', cause: null, code: null, retryAfterMs: 7_000 } as const;
const answerTo = (answer: ActAnswer<Problem<'wrong-state'>>) =>
  answerAct(answer, { shown: async (resource) => ({ id: resource }), at: (resource) => `/v1/things/${resource}` });

it.each([
  ['done', { ...settled, state: 'delivered' }, { status: 201, body: { id: 'r1' } }],
  [
    'refused',
    { ...settled, state: 'rejected', code: '17' },
    { problem: 'refused-by-system', more: { systemCode: '17' } },
  ],
  [
    'not sent',
    { ...settled, state: 'cancelled', cause: 'dns' },
    { problem: 'system-held', headers: { 'retry-after': '7' }, more: { why: 'not-sent', cause: 'dns' } },
  ],
  [
    'going on',
    { kind: 'open', resource: 'r1', uncertain: false },
    { status: 202, headers: { location: '/v1/things/r1' } },
  ],
  ['in doubt', { kind: 'open', resource: 'r1', uncertain: true }, { status: 202, body: { id: 'r1' } }],
  [
    'held',
    { kind: 'held', why: 'breaker-open', retryAfterMs: 1_500 },
    { problem: 'system-held', headers: { 'retry-after': '2' }, more: { why: 'breaker-open' } },
  ],
  ['begun by another', { kind: 'running' }, { problem: 'still-running' }],
  ['not configured', { kind: 'not-configured' }, { problem: 'system-not-configured' }],
  ['refused by its room', { kind: 'refused', refusal: problem('wrong-state') }, { problem: 'wrong-state' }],
] as const)('an act that is %s', async (_, answer, expected) => {
  expect(await answerTo(answer as ActAnswer<Problem<'wrong-state'>>)).toMatchObject(expected);
});
