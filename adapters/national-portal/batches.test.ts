import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FaultRule } from '../../mocks/kit/faults.ts';
import type { PortalFault } from '../../mocks/national-portal/fault.ts';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { createUndiciTransport } from '../../src/runtime/node/transport.ts';
import type { BatchOutcome, CallContext, CollapsingCommand, Outcome } from '../adapter.ts';
import { memorySessions } from '../kit/memory-sessions.ts';
import { nationalPortal } from './index.ts';
import type { SyncDossierInput } from './sync-dossier.ts';
import snapshot from './vectors/snapshot.json' with { type: 'json' };

let portal: RunningPortal;
const transport = createUndiciTransport();
const sessions = memorySessions();
beforeAll(async () => {
  portal = await startPortal();
});
afterAll(async () => {
  await portal.close();
  await transport.close();
});

const code = (n: number) => `H02.15.03-221201-${String(n).padStart(4, '0')}`;
const isBad = (n: number, bad: readonly number[]) => bad.includes(n);
/** What the portal's judge refuses: a procedure code of nothing. */
const input = (n: number, bad: readonly number[], known: boolean) =>
  ({
    known,
    dossier: { ...snapshot, code: code(n), ...(isBad(n, bad) ? { procedure: { code: '' } } : {}) },
  }) as unknown as SyncDossierInput;

function context(): CallContext {
  return {
    transport,
    sessions,
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    oneOff: false,
    wall: () => Date.now(),
    steady: () => Date.now(),
    traceparent: undefined,
    keep: () => undefined,
  };
}

const choices = {
  badItem: ['item', 'batch'],
  namesItem: ['message', 'result', 'none'],
  refusalCode: ['-1', '0'],
  existsCode: ['3', '0'],
  codes: ['number', 'padded'],
  textForm: ['NFC', 'NFD'],
} as const;
const behaviours = choices.badItem.flatMap((badItem) =>
  choices.namesItem.flatMap((namesItem) =>
    choices.refusalCode.flatMap((refusalCode) =>
      choices.existsCode.map((existsCode, index) => ({
        badItem,
        namesItem,
        refusalCode,
        existsCode,
        codes: choices.codes[index % 2] ?? 'number',
        textForm: choices.textForm[(index + 1) % 2] ?? 'NFC',
      })),
    ),
  ),
);
const mixtures: { held: number[]; bad: number[]; known: boolean }[] = [
  { held: [], bad: [], known: false },
  { held: [], bad: [2], known: false },
  { held: [1, 3], bad: [], known: false },
  { held: [1], bad: [3, 4], known: false },
  { held: [1, 2, 3, 4], bad: [], known: true },
  { held: [1, 2, 4], bad: [], known: true },
  { held: [1, 2], bad: [2], known: true },
  { held: [], bad: [], known: true },
];

const adapterOf = () =>
  nationalPortal.create(
    nationalPortal.config.parse({
      URL: portal.url,
      USERNAME: portal.state.settings.username,
      PASSWORD: portal.state.settings.password,
      UNIT: portal.state.settings.unit,
      DSTCODE: portal.state.settings.dstcode,
    }),
  );

const no = { kind: 'rejected' };
const refusals: [FaultRule<PortalFault>, object][] = [
  [{ kind: 'business-status', status: 400 }, no],
  [{ kind: 'business-status', status: 409 }, no],
  [{ kind: 'business-status', status: 500 }, no],
  [
    { kind: 'business-status', status: 500, message: 'Lỗi hệ thống' },
    { kind: 'unknown', reason: 'server-error' },
  ],
  [{ kind: 'foreign-item-row' }, no],
  [{ kind: 'foreign-item-row', row: { trangThai: 'FAILED' } }, { kind: 'drift' }],
  [{ kind: 'zero-with-failure' }, { kind: 'unknown', reason: 'unreadable' }],
  [
    { kind: 'zero-with-failure', message: 'Phiên làm việc đã hết hạn' },
    { kind: 'not-sent', reason: 'login-failed' },
  ],
];

it.each(refusals)('a refusal in disguise is never taken for success, over a real wire (I1): %j', async (rule, end) => {
  portal.state.reset();
  portal.state.addFault({ ...rule, match: { service: 'any-call' } });
  const command = adapterOf().commands['sync-dossier'] as unknown as CollapsingCommand<SyncDossierInput>;
  for (const numbers of [[1], [1, 2]]) {
    const ended = await command.run(
      numbers.map((n) => input(n, [], false)),
      context(),
    );
    const outcomes = ended.kind === 'undivided' ? [ended.outcome] : ended.outcomes;
    for (const outcome of outcomes) expect(outcome).toMatchObject(end);
  }
  expect(portal.state.dossiers.size).toBe(0);
});

it.each([400, 409, 500])('"đã tồn tại" under HTTP %i becomes an update', async (status) => {
  portal.state.reset();
  const command = adapterOf().commands['sync-dossier'] as unknown as CollapsingCommand<SyncDossierInput>;
  await command.run([input(1, [], false)], context());
  portal.state.addFault({ kind: 'business-status', status, code: '3', message: 'Hồ sơ đã tồn tại', times: 1 });
  expect(await command.run([input(1, [], false)], context())).toMatchObject({
    outcomes: [{ kind: 'completed', result: { asUpdate: true } }],
  });
});

it.each(behaviours)(
  'a batch ends right for every dossier, however the portal refuses it (I1): %j',
  async (settings) => {
    const { state } = portal;
    for (const { held, bad, known } of mixtures) {
      state.reset();
      state.configure({ badItem: 'item', namesItem: 'message', refusalCode: '-1', existsCode: '3' });
      const command = adapterOf().commands['sync-dossier'] as unknown as CollapsingCommand<SyncDossierInput>;
      for (const n of held) await command.run([input(n, [], false)], context());
      state.configure(settings);

      const numbers = [1, 2, 3, 4];
      const first = await command.run(
        numbers.map((n) => input(n, bad, known)),
        context(),
      );
      for (const [index, n] of numbers.entries()) {
        const outcome = await settled(first, index, () => command.run([input(n, bad, known)], context()));
        expect([n, outcome.kind]).toEqual([n, isBad(n, bad) ? 'rejected' : 'completed']);
        const shown = state.dossier(code(n));
        expect(shown !== undefined).toBe(!isBad(n, bad) || held.includes(n));
      }
    }
  },
);

/** What the engine does: who was not named, or stands in an undivided batch, travels alone afterwards. */
async function settled(batch: BatchOutcome, index: number, alone: () => Promise<BatchOutcome>): Promise<Outcome> {
  const outcome = batch.kind === 'itemised' ? batch.outcomes[index] : undefined;
  if (outcome && !(outcome.kind === 'not-sent' && outcome.reason === 'not-in-batch')) return outcome;
  const ended = await alone();
  return ended.kind === 'undivided' ? ended.outcome : (ended.outcomes[0] as Outcome);
}
