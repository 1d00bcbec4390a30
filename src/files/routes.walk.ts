import { expect } from 'vitest';
import type { Problem, Walk } from '../../test/end-to-end/contract-client.ts';

/** Nothing is kept over the contract by itself yet: a room that keeps a document walks to it. */
export const walk: Walk = {
  'a document that nobody kept is not found': async ({ call }) => {
    const answer = await call<Problem>('getFile', { params: { id: 'fil_none' }, query: { reveal: 'kiem-tra' } });
    expect([answer.status, answer.body.code]).toEqual([404, 'not-found']);
  },
};
