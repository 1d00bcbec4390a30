import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallDossier } from '../../test/kit/body.ts';
import { feeOf, openTill, type Till } from '../../test/kit/till.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { dossierColumns } from '../dossiers/held.ts';
import { journalled } from '../runtime/journalled.ts';
import { holdAgainst } from './held.ts';
import { noteFeed } from './held-statements.ts';

let till: Till;
const codes = ['H02.15.03-230101-0001', 'H02.15.03-230101-0002'];
beforeAll(async () => {
  till = await openTill();
  for (const code of codes)
    for (const revision of [1, 2])
      await till.call('PUT', `/v1/dossiers/${code}`, {
        ...smallDossier(code, revision),
        summary: `lần ${revision} ${code}`,
      });
  await till.call('POST', '/v1/payments', feeOf(codes[0] ?? '', { method: 'national' }));
  await till.call('POST', '/v1/subscriptions', { url: 'https://example.vn/su-kien' });
  await till.person('operator');
  const filter = { system: 'national-portal', states: ['dead'] };
  await till.call('POST', '/v1/replays', { filter, reason: 'kiem tra' });
  const notice = { transactions: [{ id: 'x' }] };
  await till.call('POST', '/callbacks/vietcombank/credit-notice', notice);
  // What the sealer does before it seals.
  await till.engine.batch([noteFeed()]);
});
afterAll(() => till.close());
const differences = async () =>
  (await holdAgainst(till.engine, { digest: webDigest, journalled, also: [dossierColumns(till.vault)] })).first;

/** One row altered at a time, and put back: table, the row's key, what is set. */
const EXCHANGE = 'select min(id) from exchange';
const SENT = `select max(id) from exchange where state = 'delivered'`;
const edits: [what: string, edit: string, table: string][] = [
  ['an exchange’s state', `update exchange set state = 'delivered' where id = (${EXCHANGE})`, 'exchange'],
  ['an exchange’s hash', `update exchange set payload_hash = 'other' where id = (${EXCHANGE})`, 'exchange'],
  [
    'a body',
    `update dossier_body set body = body || 'x' where subject = (select min(subject) from dossier_body) and version = 2`,
    'dossier_body',
  ],
  [
    'an older body in place of a newer',
    `update dossier_body set body = (select o.body from dossier_body o where o.subject = dossier_body.subject and o.version = 1) where version = 2 and subject = (select min(subject) from dossier_body)`,
    'dossier_body',
  ],
  ['a dossier’s version', `update dossier set version = 1 where code = '${codes[0]}'`, 'dossier'],
  [
    'a payload',
    `update exchange_payload set payload = payload || 'x' where exchange = (select min(exchange) from exchange_payload)`,
    'exchange_payload',
  ],
  ['a dossier’s status', `update dossier set status = 'returned' where code = '${codes[0]}'`, 'dossier'],
  ['a dossier’s agency', `update dossier set agency = 'H02.1' where code = '${codes[0]}'`, 'dossier'],
  ['a dossier’s date', `update dossier set due_at = 1 where code = '${codes[0]}'`, 'dossier'],
  ['a payment’s state', `update payment set state = 'paid'`, 'payment'],
  ['a payment’s doubt', `update payment set doubt = 'pending'`, 'payment'],
  ['a replay’s state', `update replay set state = 'awaiting-approval'`, 'replay'],
  ['a key revoked by nobody', `update api_key set revoked_at = 1 where id = (select max(id) from api_key)`, 'api_key'],
  [
    'a key that nobody made',
    `insert into api_key (id, principal, hash, hint, created_at, created_by) values ('key_0', 'prn_0', 'h', 'h', 1, 'x')`,
    'api_key',
  ],
  ['a key taken away', 'delete from api_key where id = (select max(id) from api_key)', 'api_key'],
  ['a role that nobody gave', `update principal set role = 'administrator' where role = 'operator'`, 'principal'],
  ['a principal taken away', `delete from principal where role = 'operator'`, 'principal'],
  ['an attempt before another taken away', 'update attempt set n = n + 1', 'attempt'],
  [
    'all attempts of what was delivered taken away',
    `delete from attempt where exchange in (select id from exchange where state = 'delivered')`,
    'attempt',
  ],
  [
    'the newest attempt of what was delivered, and the number of them, taken away',
    `delete from attempt where exchange = (${SENT}) and n = (select max(n) from attempt where exchange = (${SENT}))`,
    'attempt',
  ],
  ['a call taken away', `delete from call where id = (select max(call) from attempt)`, 'call'],
  ['the newest event taken away', 'delete from event where position = (select max(position) from event)', 'event'],
  ['the rate of a lane', 'update lane set policy_rate = policy_rate * 2', 'lane'],
  ['how many go at once', 'update lane set max_open = 99', 'lane'],
  ['a quiet time cut short', 'update operation_policy set quiet_ms = 1', 'operation_policy'],
  ['an event before another taken away', `update event set position = position + 1`, 'event'],
  ['a subscription ended by nobody', 'update subscription set ended_at = 1', 'subscription'],
  ['a subscription taken away', 'delete from subscription', 'subscription'],
  ['a payment taken away', 'delete from payment', 'payment'],
];

describe('the store held against its journal', () => {
  it('I8: differs nowhere where nobody touched it, and no table is compared in vain', async () => {
    expect(await differences()).toEqual([]);
    const elsewhere = ['inbound', 'tax_due', 'tax_slip', 'land_dossier', 'fee_receipt'].concat(
      // Of these `src/reconciliation/run.test.ts`.
      ['statement', 'reconciliation_run', 'reconciliation_day'],
    );
    for (const { table } of journalled.held.filter((each) => !elsewhere.includes(each.table)))
      expect([table, (await till.rows(`select 1 from ${table} limit 1`)).length > 0]).toEqual([table, true]);
  });

  it.each(edits)('I8: names %s', async (_what, edit, table) => {
    const [named] = /^(?:update|insert into|delete from) (\w+)/.exec(edit)?.slice(1) ?? [];
    const before = await till.rows<Record<string, never>>(`select * from ${named}`);
    await till.engine.batch([{ sql: edit, params: [] }]);
    const found = await differences();
    await till.engine.batch([
      { sql: `delete from ${named}`, params: [] },
      ...before.map((row) => ({
        sql: `insert into ${named} (${Object.keys(row).join(', ')}) values (${Object.keys(row)
          .map((_, at) => `?${at + 1}`)
          .join(', ')})`,
        params: Object.values(row),
      })),
    ]);
    expect(found.map((each) => each.table)).toContain(table);
    expect(await differences()).toEqual([]);
  });
});
