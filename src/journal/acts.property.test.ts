import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RunningPortal, startPortal } from '../../mocks/national-portal/server.ts';
import { smallDossier } from '../../test/kit/body.ts';
import { checkJournal } from '../../test/kit/journal-check.ts';
import { openStore } from '../../test/kit/store.ts';
import { feeOf, openTill, type Till } from '../../test/kit/till.ts';
import type { Platform } from '../platform.ts';
import { sql } from '../store/engine.ts';

/** The whole product beside its peers, and what the acts so far have left to act on. */
interface Stage {
  readonly till: Till;
  readonly portal: RunningPortal;
  /** Two people who may do everything. */
  readonly people: readonly [string, string];
  stepWall(ms: number): void;
}
/** One act of somebody; `pick` chooses what of. What it is answered is not looked at: a refusal writes no false line either. */
type Act = (stage: Stage, pick: number) => Promise<unknown>;

const [FINANCE, ADMIN] = [0, 1];
const REASON = { reason: 'kiem tra' };
const codeOf = (pick: number): string => `H02.15.03-230101-000${pick % 3}`;
const of = <Item>(items: readonly Item[], pick: number): Item | undefined => items[pick % Math.max(1, items.length)];
async function some(stage: Stage, table: string, pick: number, where = 'true'): Promise<string> {
  const rows = await stage.till.rows<{ id: string }>(`select id from ${table} where ${where} order by id`);
  return of(rows, pick)?.id ?? 'none';
}
const post = ({ till }: Stage, path: string, body?: unknown, by?: string) =>
  till.call('POST', path, body, by === undefined ? {} : { by });
const onSystem =
  (act: string): Act =>
  (stage, pick) =>
    post(stage, `/v1/systems/${of(['national-portal', 'webhooks', 'vietcombank-ecom'], pick)}/${act}`, REASON);
const onExchange =
  (act: string): Act =>
  async (stage, pick) =>
    post(stage, `/v1/exchanges/${await some(stage, 'exchange', pick)}/${act}`, REASON);
const onSubject =
  (act: string): Act =>
  async (stage, pick) =>
    post(stage, `/v1/admin/subjects/${await some(stage, 'subject', pick)}/${act}`, REASON);
const onPayment =
  (act: (id: string) => [path: string, body: unknown]): Act =>
  async (stage, pick) => {
    const [path, body] = act(await some(stage, 'payment', pick));
    return post(stage, path, body, stage.people[FINANCE]);
  };
const look =
  (path: string): Act =>
  ({ till }) =>
    till.call('GET', path);
let revision = 0;

const acts: Record<string, Act> = {
  probe: onSystem('probe'),
  pause: onSystem('pause'),
  resume: onSystem('resume'),
  put: ({ till }, pick) => {
    revision += 1;
    return till.call('PUT', `/v1/dossiers/${codeOf(pick)}`, smallDossier(codeOf(pick), revision));
  },
  withdraw: (stage, pick) =>
    post(stage, `/v1/dossiers/${codeOf(pick)}/withdrawal`, { as: 'stopped', reason: 'Dong bo nham' }),
  retry: onExchange('retry'),
  cancel: onExchange('cancel'),
  confirm: onExchange('confirm'),
  'reveal a dossier': ({ till }, pick) => till.call('GET', `/v1/dossiers/${codeOf(pick)}?reveal=kiem-tra`),
  'reveal an exchange': async (stage, pick) =>
    look(`/v1/exchanges/${await some(stage, 'exchange', pick)}?reveal=kiem-tra`)(stage, pick),
  'reveal a message': async (stage, pick) =>
    look(`/v1/inbound/${await some(stage, 'inbound', pick)}?reveal=kiem-tra`)(stage, pick),
  hold: onSubject('hold'),
  unhold: onSubject('unhold'),
  export: onSubject('export'),
  erase: onSubject('erase'),
  replay: (stage) =>
    post(stage, '/v1/replays', { filter: { system: 'national-portal', states: ['rejected', 'dead'] }, ...REASON }),
  'approve a replay': async (stage, pick) =>
    post(stage, `/v1/replays/${await some(stage, 'replay', pick)}/approve`, undefined, stage.people[ADMIN]),
  'stop a replay': async (stage, pick) => post(stage, `/v1/replays/${await some(stage, 'replay', pick)}/stop`),
  'make a key': (stage, pick) =>
    post(stage, '/v1/admin/keys', { principal: { name: `may-${revision}-${pick}`, role: 'viewer', kind: 'service' } }),
  'revoke a key': async (stage, pick) => {
    const id = await some(
      stage,
      'api_key',
      pick,
      `created_by <> 'bootstrap' and id not in (select min(id) from api_key)`,
    );
    return stage.till.call('DELETE', `/v1/admin/keys/${id}`);
  },
  subscribe: (stage) => post(stage, '/v1/subscriptions', { url: 'https://example.vn/su-kien' }),
  unsubscribe: async (stage, pick) =>
    stage.till.call('DELETE', `/v1/subscriptions/${await some(stage, 'subscription', pick)}`),
  'refuse what comes': async ({ portal }, pick) => {
    portal.state.clearFaults();
    const faults = ['reject', 'lose-reply', 'reset-before-acting', undefined] as const;
    const kind = of(faults, pick);
    if (kind !== undefined) portal.state.addFault({ kind, code: '-1', message: 'Sai', times: 3 } as never);
  },
  'their dossier': (stage, pick) =>
    post(stage, '/callbacks/national-portal/nhanhsdvcqg', {
      ...{ service: 'nhanhsdvcqg', isUpdating: 'False', isSync: 'False' },
      data: [{ MaHoSo: `000.00.00.G22-221201-00000${pick % 3}`, MaTTHC: '1.001193', ChuHoSo: 'Nguyễn Văn Mẫu' }],
    }),
  'open a payment': async (stage, pick) => {
    await acts.put?.(stage, pick);
    return post(stage, '/v1/payments', feeOf(codeOf(pick), { method: 'vietcombank' }));
  },
  'look up a bill': async ({ till }, pick) => {
    revision += 1;
    const { items: fees } = feeOf(codeOf(pick));
    await till.call('PUT', `/v1/dossiers/${codeOf(pick)}`, { ...smallDossier(codeOf(pick), revision), fees });
    const { bill } = await till.platform.lookUp(codeOf(pick));
    const [payment] = await till.rows<{ reference: string }>(
      `select reference from payment where creation = 'looked-up' order by id desc limit 1`,
    );
    const held = till.platform.ledger.get(payment?.reference ?? '');
    if (bill !== undefined && held !== undefined && pick % 2 === 0) await till.platform.act(held, { act: 'pay' }).told;
  },
  pay: async ({ till }, pick) => {
    const payments = await till.rows<{ reference: string }>('select reference from payment order by id');
    const held = till.ecom.ledger.get(of(payments, pick)?.reference ?? '');
    if (held === undefined) return;
    try {
      await till.ecom.act(held, { act: 'pay' }).told;
    } catch {
      // What is over on their side is paid no more.
    }
  },
  'cancel a payment': onPayment((id) => [`/v1/payments/${id}/cancel`, undefined]),
  'ask about a payment': onPayment((id) => [`/v1/payments/${id}/refresh`, undefined]),
  'ask for a refund': onPayment((id) => [
    `/v1/payments/${id}/refunds`,
    { amount: { amount: 3_000, currency: 'VND' }, reason: 'nop thua' },
  ]),
  'state a fact': onPayment((id) => [
    `/v1/payments/${id}/facts`,
    {
      ...{ kind: 'paid', amount: { amount: 8_000, currency: 'VND' }, at: '2022-12-01T10:00:00+07:00' },
      ...{ document: 'PT-17', reason: 'nop tai quay', replaces: [] },
    },
  ]),
  'approve what was asked': async (stage, pick) => {
    const id = await some(stage, 'payment', pick);
    for (const what of ['refunds', 'facts'])
      for (const n of [1, 2])
        await post(stage, `/v1/payments/${id}/${what}/${n}/approve`, undefined, stage.people[ADMIN]);
  },
  'set the clock': async ({ stepWall }, pick) =>
    stepWall(of([-3_600_000, -86_400_000, -30_000, 30_000, 3_600_000], pick) ?? 0),
};

async function openStage(): Promise<Stage & { close(): Promise<void> }> {
  let ahead = 0;
  const platform: Platform = {
    wall: () => Date.now() + ahead,
    steady: () => Date.now(),
    random: () => 0.5,
    bytes: (count) => randomBytes(count),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
  const portal = await startPortal({ seed: 1, settings: { password: 'mat-khau-cua-cong' } });
  const till = await openTill(
    {
      ...{ NATIONAL_PORTAL_URL: portal.url, NATIONAL_PORTAL_USERNAME: 'portal-user' },
      ...{ NATIONAL_PORTAL_PASSWORD: 'mat-khau-cua-cong', NATIONAL_PORTAL_UNIT: '000.00.00.H02' },
      ...{ NATIONAL_PORTAL_DSTCODE: 'VN:GOV:000.00.00.G22:vpcpdvcprovider', NATIONAL_PORTAL_ALLOW: '127.0.0.1' },
      NATIONAL_PORTAL_POLICY: JSON.stringify({ quietMs: 50, scheduleMs: [10, 50], ratePerSecond: 1_000, burst: 1_000 }),
    },
    [],
    { platform, engine: await openStore({ wallMs: platform.wall, steadyMs: platform.steady }) },
  );
  const account = {
    ...{ method: 'vietcombank-ecom', bankBin: '970436', accountNumber: '0123456789', accountName: 'UBND phường' },
    ...{ treasuryAccount: null, chapter: null, subItem: null, validFrom: '2022-01-01', validTo: null },
  };
  await till.call('PUT', '/v1/admin/beneficiaries/H02.15.03', { accounts: [account] });
  const people = [await till.person('finance'), await till.person('finance')] as const;
  const stepWall = (ms: number): void => {
    ahead += ms;
  };
  const close = async (): Promise<void> => {
    await till.close();
    await portal.close();
  };
  return { till, portal, people, stepWall, close };
}

describe('I8: whatever is done in whichever order, the journal is sound', () => {
  it('after each act, here and in an export', { timeout: 240_000 }, async () => {
    const names = fc.constantFrom(...Object.keys(acts));
    const plan = fc.array(fc.tuple(names, fc.nat({ max: 11 })), { minLength: 10, maxLength: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(plan, async (steps) => {
        const stage = await openStage();
        try {
          for (const [name, pick] of steps) {
            await acts[name]?.(stage, pick);
            await checkJournal(stage.till.engine, { held: true, vault: stage.till.vault });
          }
        } finally {
          await stage.close();
        }
      }),
      { numRuns: Number(process.env.ACTS_RUNS ?? 4), endOnFailure: true },
    );
  });

  it('a probe before the first pause, a refund and a fact of people among the states of a payment', async () => {
    const stage = await openStage();
    const told = async () => stage.till.engine.all<{ to: string }>(sql('select to_state as "to" from journal'));
    try {
      for (const [name, pick] of [
        ...(['probe', 'pause', 'probe', 'resume', 'pause'] as const).map((each) => [each, 0] as const),
        ...(['resume', 'open a payment', 'pay', 'state a fact', 'approve what was asked'] as const).map(
          (each) => [each, 0] as const,
        ),
        ...(['ask for a refund', 'approve what was asked', 'ask about a payment'] as const).map(
          (each) => [each, 0] as const,
        ),
      ]) {
        await acts[name]?.(stage, pick);
        await checkJournal(stage.till.engine, { held: true, vault: stage.till.vault });
        // What was paid is told in the background.
        const paid = `select id from payment where state = 'paid'`;
        if (name === 'pay') await stage.till.until(async () => (await stage.till.rows(paid)).length > 0);
      }
      const said = (await told()).map(({ to }) => to);
      expect(said).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^paused: sealed:/),
          'running',
          'paid',
          'refund sending',
          'fact of people approved',
        ]),
      );
    } finally {
      await stage.close();
    }
  });
});
