import { expect, test } from 'vitest';
import { compare, type Handed, type Held, type Shown } from './accounts.ts';
import { isSound, reportLines } from './report.ts';

const step = { at: '2022-12-01T08:30:00+07:00', actor: 'A', unit: 'B', status: 'accepted' } as const;
const handed = (code: string, steps = 2): Handed =>
  ({ code, status: 'processing', steps: Array.from({ length: steps }, () => step) }) as unknown as Handed;
const held = (state: Held['delivery']['state'] = 'delivered', cause: string | null = null): Held => ({
  delivery: { state, cause },
});
const shown = (code: string, more: Partial<Shown> = {}): Shown => ({
  code,
  status: '4',
  progress: 2,
  creates: 1,
  olderAfterNewer: 0,
  overlaps: 0,
  ...more,
});
const accounts = (theirs: readonly Shown[], ours: readonly (readonly [string, Held])[] = [['H1', held()]]) =>
  compare([handed('H1')], new Map(ours), new Map(theirs.map((one) => [one.code, one])));

test('I1: a dossier agrees when held, delivered, and shown with its status and all of its steps', () => {
  const all = accounts([shown('H1')]);
  expect(all).toMatchObject({ dossiers: 1, agreeing: 1, differing: [], byDelivery: { delivered: 1 }, stepsShown: 2 });
  expect(isSound(all)).toBe(true);
  expect(reportLines(all).join('\n')).toMatch(/KHỚP TỪNG HỒ SƠ.*1 \/ 1 ✓/);
});

test.each([
  ['lost by the gateway', [shown('H1')], [], 'not held by the gateway'],
  ['not shown', [], [['H1', held('dead', 'too-old')]], 'not shown): dead, too-old'],
  ['shown in an older state', [shown('H1', { status: '2' })], [['H1', held()]], '2, đã giao (handed over) 4'],
  ['a step missing', [shown('H1', { progress: 1 })], [['H1', held()]], '(steps) 1 / 2'],
  ['a step too many', [shown('H1', { progress: 3 })], [['H1', held()]], '(steps) 3 / 2'],
  ['shown, but the gateway does not know it', [shown('H1')], [['H1', held('uncertain')]], 'says) uncertain'],
] as const)('I1: %s is a difference with its reason', (_name, theirs, ours, why) => {
  const all = accounts(theirs, ours);
  expect(all.agreeing).toBe(0);
  expect(all.differing).toEqual([{ code: 'H1', why: expect.stringContaining(why) }]);
  expect(isSound(all)).toBe(false);
  expect(reportLines(all).join('\n')).toContain(why);
});

test('I2: what the nation shows and nobody handed over is a difference', () => {
  const all = accounts([shown('H1'), shown('H9')]);
  expect(all.agreeing).toBe(1);
  expect(all.differing).toEqual([{ code: 'H9', why: expect.stringContaining('never handed over') }]);
  expect(isSound(all)).toBe(false);
});

test.each([
  ['I2: created twice', { creates: 2 }],
  ['I3: an older state after a newer one', { olderAfterNewer: 1 }],
  ['I3: two sends of one dossier at once', { overlaps: 1 }],
] as const)('%s spoils the verdict though the end state agrees', (_name, more) => {
  const all = accounts([shown('H1', more)]);
  expect(all.differing).toEqual([]);
  expect(isSound(all)).toBe(false);
  expect(reportLines(all).join('\n')).toContain('1 ✗');
});
