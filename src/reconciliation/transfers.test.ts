import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { feeOf, openTill, type Till } from '../../test/kit/till.ts';

/** Today in Vietnam: the payments of a till are made now. */
const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
const short = today.slice(2).replaceAll('-', '');
const ACCOUNT = '1012345678';
const BASE = '/v1/reconciliation';

interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly surplus: { readonly amount: number } | null;
  readonly facts: readonly { readonly kind: string; readonly source: string }[];
}
interface Break {
  readonly kind: string;
  readonly payment: string | null;
  readonly line: { readonly number: number } | null;
}

let till: Till;
let opening = 1_000_000;
let files = 0;
beforeEach(async () => {
  till = await openTill();
  opening = 1_000_000;
});
afterEach(async () => {
  expect(till.errors).toEqual([]);
  await till.close();
});

/** A day's statement of the account, entry by entry: đồng, negative for money out, and what the bank wrote. */
async function statement(...entries: readonly (readonly [number, string, string?])[]): Promise<void> {
  const closing = entries.reduce((sum, [amount]) => sum + amount, opening);
  files += 1;
  const text = [
    ...[`:20:SK${files}`, `:25:${ACCOUNT}`, ':28C:1/1', `:60F:C${short}VND${opening},`],
    ...entries.flatMap(([amount, narrative, mark = amount < 0 ? 'D' : 'C'], n) => [
      `:61:${short}${short.slice(2)}${mark}${Math.abs(amount)},NTRFNONREF//5217.${files}${n}`,
      `:86:${narrative}`,
    ]),
    ...[`:62F:C${short}VND${closing},`, '-'],
  ].join('\r\n');
  opening = closing;
  const answer = await fetch(`${till.url}${BASE}/statements`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await finance()}`, 'content-type': 'text/plain' },
    body: text,
  });
  expect([answer.status, await answer.json()]).toMatchObject([201, { problems: [] }]);
}
let key: Promise<string> | undefined;
const finance = (): Promise<string> => (key ??= till.person('finance'));
beforeEach(() => {
  key = undefined;
});

async function run() {
  const by = await finance();
  const asked = await till.call<{ id: string }>('POST', `${BASE}/runs`, { date: today }, { by });
  expect(asked.status).toBe(202);
  await till.until(async () => {
    const { body } = await till.call<{ state: string }>('GET', `${BASE}/runs/${asked.body.id}`, undefined, { by });
    return body.state === 'done';
  });
  const { body } = await till.call<{ items: Break[] }>(
    'GET',
    `${BASE}/runs/${asked.body.id}/breaks?state=open`,
    undefined,
    { by },
  );
  return body.items.map(({ kind, payment }) => `${kind} ${payment === null ? '' : 'of a payment'}`.trim()).sort();
}
async function opened(n: number, method = 'vietqr'): Promise<Payment> {
  const code = `H02.15.03-221201-${String(n).padStart(4, '0')}`;
  await till.dossier(code);
  return (await till.call<Payment>('POST', '/v1/payments', feeOf(code, { method }))).body;
}
const now = async ({ id }: Payment): Promise<Payment> => (await till.call<Payment>('GET', `/v1/payments/${id}`)).body;

describe('transfers that a statement tells of', () => {
  it('I4: the right amount on the right account pays; another is under review; twice is a surplus', async () => {
    const [right, other, twice, unpaid] = [await opened(1), await opened(2), await opened(3), await opened(4)];
    await statement(
      ...[[8_000, `123456.${short}.101112.${right.reference} nop phi FT22335123456789`] as const],
      ...[
        [7_000, `${other.reference} nop phi`] as const,
        [8_000, `${twice.reference} lan 1`] as const,
        [8_000, `${twice.reference} lan 2`] as const,
      ],
    );
    expect(await run()).toEqual(['amount of a payment', 'duplicate-theirs of a payment']);
    expect(await now(right)).toMatchObject({ state: 'paid', facts: [{ kind: 'paid', source: 'statement' }] });
    expect((await now(other)).state).toBe('under-review');
    expect(await now(twice)).toMatchObject({ state: 'paid', surplus: { amount: 8_000 } });
    expect((await now(unpaid)).state).toBe('awaiting-payment');
    // The same once more changes nothing.
    expect(await run()).toEqual(['amount of a payment', 'duplicate-theirs of a payment']);
    expect((await now(twice)).facts).toHaveLength(2);
  });

  it('I4: a second transfer in a later file is money of its own; one that was announced before is not', async () => {
    const [announced, later] = [await opened(1), await opened(2)];
    till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd: 8_000, purpose: `${announced.reference} nop phi` }]);
    await till.until(async () => (await now(announced)).state === 'paid');
    await statement([8_000, `${announced.reference} nop phi`], [8_000, `${later.reference} nop phi`]);
    expect(await run()).toEqual([]);
    expect((await now(announced)).facts).toHaveLength(1);
    await statement([8_000, `${later.reference} nop phi lai`]);
    expect(await run()).toEqual(['duplicate-theirs of a payment']);
    expect(await now(later)).toMatchObject({ state: 'paid', surplus: { amount: 8_000 } });
  });

  it('money that the bank takes back, or that was given back by hand, is a fact; both stand on the list', async () => {
    const [reversed, returned] = [await opened(1), await opened(2)];
    await statement([8_000, `${reversed.reference} nop phi`], [8_000, `${returned.reference} nop phi`]);
    expect(await run()).toEqual([]);
    await statement([-8_000, `HUY GD ${reversed.reference} nop phi`, 'RC'], [-8_000, `Hoan phi ${returned.reference}`]);
    expect(await run()).toEqual(['reversed of a payment']);
    expect((await now(reversed)).state).toBe('refunded');
    expect((await now(returned)).state).toBe('refunded');
  });

  it('a line pays no page of the platform: it is asked about there', async () => {
    const page = await opened(1, 'national');
    await statement([8_000, `${page.reference} nop phi`]);
    expect(await run()).toEqual(['status of a payment']);
    expect((await now(page)).state).toBe('awaiting-payment');
  });

  it('a reference with one digit wrong pays nothing by itself', async () => {
    const meant = await opened(1);
    const last = meant.reference.at(-1);
    await statement([8_000, `${meant.reference.slice(0, -1)}${(Number(last) + 1) % 10} nop phi`]);
    expect(await run()).toEqual(['identity']);
    expect((await now(meant)).state).toBe('awaiting-payment');
  });
});

describe('what a statement and the bank’s notices tell of one credit', () => {
  it('I4: a notice that comes after the statement is no second money', async () => {
    const late = await opened(1);
    await statement([8_000, `${late.reference} nop phi`]);
    expect(await run()).toEqual([]);
    till.bank.transfer([{ accountNumber: ACCOUNT, amountVnd: 8_000, purpose: `${late.reference} nop phi` }]);
    await till.until(
      async () => (await till.rows(`select id from journal where to_state = 'told by a statement before'`)).length > 0,
    );
    expect(await now(late)).toMatchObject({ state: 'paid', surplus: null, facts: [{ source: 'statement' }] });
  });

  it('I4: what is only announced, and what undoes money that went out, pays nothing', async () => {
    const [announced, undone] = [await opened(1), await opened(2)];
    await statement([8_000, `${undone.reference} hoan`, 'RD']);
    expect(await run()).toEqual(['reversed of a payment']);
    expect((await now(undone)).state).toBe('awaiting-payment');
    expect((await now(announced)).state).toBe('awaiting-payment');
  });

  it('a day that has not come is not run', async () => {
    const answer = await till.call('POST', `${BASE}/runs`, { date: '2199-01-01' }, { by: await finance() });
    expect(answer.status).toBe(400);
  });
});
