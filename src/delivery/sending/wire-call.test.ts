import { expect, it } from 'vitest';
import { type CallContext, completed, type Transport } from '../../../adapters/adapter.ts';
import { ground } from '../../../test/kit/room.ts';
import { createPeerSessions } from '../../peer-sessions/peer-sessions.ts';
import type { CommandEntry } from '../systems.ts';
import { createWireCalls, type Ready } from './wire-call.ts';

it.each([
  ['confirm', 'send', true],
  ['manual', 'send', true],
  ['repeatable', 'send', undefined],
  ['confirm', 'confirm', undefined],
] as const)('I2: of %s a call to %s goes over a connection of its own: %s', async (recovery, purpose, fresh) => {
  const on = await ground();
  const seen: (boolean | undefined)[] = [];
  const transport: Transport = {
    send: async (request) => {
      seen.push(request.freshConnection);
      throw new Error('no wire');
    },
  };
  const call = createWireCalls({
    platform: on.platform,
    records: { open: async () => new Set(['x1']), settle: async () => new Set() },
    transport,
    sessions: createPeerSessions(on),
    observer: { call: () => {}, settled: () => {}, notice: () => {} },
  });
  const make = async (_: readonly Ready[], context: CallContext) => {
    const request = { method: 'POST', url: 'https://bureau.test/', headers: {} } as const;
    await context.transport.send(request, { timeoutMs: 1, signal: context.signal } as never).catch(() => undefined);
    return { kind: 'itemised', outcomes: [completed(context.oneOff)] } as const;
  };
  const entry = { operation: { name: 'pay' }, policy: { timeoutMs: 1 }, recovery } as unknown as CommandEntry;
  const ready = [{ item: { id: 'x1', system: 'bureau' }, composed: { version: null } }] as unknown as readonly Ready[];
  const topic = { entry, lane: 'bureau/command', purpose, paid: true, make };
  const { outcomes } = await call(topic, ready, new AbortController().signal);
  expect(seen).toEqual([fresh]);
  expect(outcomes).toEqual([completed(fresh === true)]);
});
