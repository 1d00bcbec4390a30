import { vietnamTime } from '../../contracts/domain/time.ts';
import type { PaidPayment } from '../../mocks/statements/entry.ts';
import { journalLines } from '../../src/chronicle/journal-line.ts';
import type { Engine } from '../../src/store/engine.ts';
import { sql } from '../../src/store/engine.ts';

/**
 * Puts payments into the store as they stand once their channels have said that they are paid: what thousands of acts
 * would come to, without the acts. Nothing of it is sealed, because nothing of it is shown. `named`: what stands behind
 * `pay_` and `fact_` in its ids, where that is not its reference.
 */
export async function paidMonth(
  engine: Engine,
  payments: readonly PaidPayment[],
  at: number,
  named: (payment: PaidPayment) => string = ({ reference }) => reference,
): Promise<void> {
  const rows = payments
    .map((each) => ({ each, name: named(each) }))
    .map(({ each, name }) => ({
      ...each,
      id: `pay_${name}`,
      fact: `fact_${name}`,
      said: vietnamTime(each.paidAt),
    }));
  const method = {
    vietqr: 'vietqr',
    vietcombank: 'vietcombank',
    'vietcombank-ecom': 'vietcombank',
    national: 'national',
  } as const;
  for (let from = 0; from < rows.length; from += 500) {
    const some = rows.slice(from, from + 500);
    const text = JSON.stringify(Object.fromEntries(some.map((row, n) => [n, { ...row, method: method[row.channel] }])));
    await engine.batch([
      sql(
        `insert into payment_head (dossier, version, written_by) select distinct v.value->>'dossierCode', 1, 't' from json_each(?1) v where true on conflict (dossier) do nothing`,
        text,
      ),
      sql(
        `insert into payment (id, subject, dossier, reference, method, channel, unit, amount, creation, state, net, made_at, changed_at, content, account, version, written_by)
         select v.value->>'id', 'sub_' || (v.value->>'reference'), v.value->>'dossierCode', v.value->>'reference', v.value->>'method', v.value->>'channel',
                'H02.15.03', cast(v.value->>'amountVnd' as bigint), 'open', 'paid', cast(v.value->>'amountVnd' as bigint), cast(?2 as bigint),
                cast(?2 as bigint), '', v.value->>'account', 1, 't' from json_each(?1) v`,
        text,
        at,
      ),
      sql(
        `insert into payment_item (payment, place, kind, code, amount)
         select v.value->>'id', 0, 'charge', 'LP01', cast(v.value->>'amountVnd' as bigint) from json_each(?1) v`,
        text,
      ),
      sql(
        `insert into payment_fact (id, payment, fact_key, kind, amount, currency, said_at, source, day, recorded_at)
         select v.value->>'fact', v.value->>'id', 'key:' || (v.value->>'reference'), 'paid', cast(v.value->>'amountVnd' as bigint), 'VND',
                v.value->>'said', 'callback', substr(v.value->>'said', 1, 10), cast(?2 as bigint) from json_each(?1) v`,
        text,
        at,
      ),
      journalLines(
        {
          ...{
            id: `'payment:' || (v.value->>'id') || ':t'`,
            ref: `'payment:' || (v.value->>'id')`,
            to: `'paid'`,
            actor: `'test'`,
          },
          source: 'from json_each(?1) v',
        },
        text,
      ),
    ]);
  }
}
