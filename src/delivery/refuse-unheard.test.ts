import { expect, it } from 'vitest';
import type { Adapter } from '../../adapters/adapter.ts';
import { FakeBureau } from '../../test/kit/delivery/act-bench.ts';
import { VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import type { RoomOperation } from './operations.ts';
import { refuseUnheard } from './refuse-unheard.ts';
import { createSystems } from './systems.ts';
import type { RoomWatch } from './watches/watches.ts';

const adapter = new FakeBureau(new VirtualClock()).adapter();
const systemsOf = (given: Adapter) => createSystems([{ name: 'bureau', title: given.title, adapter: given }]);
const room: RoomOperation = { compose: async () => [], settled: async () => ({ statements: [] }) };
const watch: RoomWatch = { answered: async () => ({ closed: new Set(), statements: [] }) };
const operations = new Map([
  ['bureau/submit', room],
  ['bureau/open', room],
]);
const watches = new Map([['bureau/results', watch]]);

it('lets pass what every room hears of, and what no room can begin', () => {
  expect(() => refuseUnheard({ systems: systemsOf(adapter), operations, watches })).not.toThrow();
  const opened = new Map([['bureau/open', room]]);
  expect(() => refuseUnheard({ systems: systemsOf(adapter), operations: opened, watches: new Map() })).not.toThrow();
});

it('I1: refuses an act whose end or later answer nobody would hear', () => {
  const systems = systemsOf(adapter);
  const deaf = new Map([...operations, ['bureau/submit', { compose: room.compose }]]);
  expect(() => refuseUnheard({ systems, operations: deaf, watches })).toThrow('does not say what its end means');
  expect(() => refuseUnheard({ systems, operations, watches: new Map() })).toThrow('no room watches that');
  const unasked = systemsOf({ ...adapter, queries: {} });
  expect(() => refuseUnheard({ systems: unasked, operations, watches })).toThrow('has no such query');
});

it('I1: refuses a room that names an act wrongly: its end would reach nobody', () => {
  const systems = systemsOf(adapter);
  const wrong = new Map([...operations, ['bureau/opne', room]]);
  expect(() => refuseUnheard({ systems, operations: wrong, watches })).toThrow('no such command');
  const none = new Map([['bureau/submit', room]]);
  expect(() => refuseUnheard({ systems, operations: none, watches })).toThrow(
    'bureau/open is an act that a person waits',
  );
});

it('I1: refuses a room that brings an operation of a system that nobody knows', () => {
  const operations = new Map([['mistyped/feed', { compose: () => Promise.reject(new Error('none')) }]]);
  expect(() => refuseUnheard({ systems: createSystems([]), operations, watches: new Map() })).toThrow(
    'a room brings mistyped/feed, and nobody knows such a system',
  );
});

it('I2: an act that they are asked about before its time is over is refused', () => {
  const { open } = adapter.commands;
  if (open === undefined) throw new Error('no such command');
  const hasty = { ...open, policy: { ...open.policy, quietMs: open.policy.timeoutMs - 1 } };
  expect(() => systemsOf({ ...adapter, commands: { open: hasty } })).toThrow('left alone at least timeoutMs');
});

it('an operation that is listed under another name than its own is refused', () => {
  const { submit } = adapter.commands;
  if (submit === undefined) throw new Error('no such command');
  expect(() => systemsOf({ ...adapter, commands: { submitted: submit } })).toThrow('is listed as submitted');
});
