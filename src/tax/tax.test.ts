import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noticeRow, openTaxOffice, slipOf, type TaxOffice } from '../../test/kit/tax-office.ts';

interface Obligation {
  readonly id: string;
  readonly dossierCode: string;
  readonly taxCode: string | null;
  readonly payerName: string | null;
  readonly decision: { readonly number: string | null; readonly date: string | null };
  readonly kind: string;
  readonly due: { readonly amount: number };
  readonly paid: { readonly amount: number };
  readonly remaining: { readonly amount: number };
  readonly state: string;
  readonly finding: string | null;
}
interface Receipt {
  readonly noticeNumber: string | null;
  readonly amount: { readonly amount: number };
  readonly paidAt: string;
  readonly paid: boolean;
  readonly payment: string | null;
  readonly url: string | null;
}
interface Slip {
  readonly id: string;
  readonly exchange: string;
  readonly state: string;
  readonly cause: string | null;
  readonly sumsAgree: boolean | null;
  readonly questions: readonly {
    readonly question: string;
    readonly state: string;
    readonly due: { amount: number } | null;
  }[];
  readonly obligations: readonly Obligation[];
}

const FIRST = 'LTB2200001-TK0000001/TB-CCT';
let office: TaxOffice;
let n = 0;
beforeAll(async () => {
  office = await openTaxOffice();
});
afterAll(() => office.close());

/** A dossier of its own for each test. */
async function dossier(): Promise<string> {
  n += 1;
  const code = `H02.15.03-221205-${String(n).padStart(4, '0')}`;
  await office.dossier(code);
  return code;
}
const owed = async (code: string) =>
  (await office.call<{ items: Obligation[] }>('GET', `/v1/tax/obligations?dossierCode=${code}`)).body.items;
const proven = async (code: string) =>
  (await office.call<{ items: Receipt[] }>('GET', `/v1/tax/receipts?dossierCode=${code}`)).body.items;
const brief = (dues: readonly Obligation[]) =>
  dues.map(({ decision, kind, due, paid, remaining, state }) => [
    ...[decision.number, kind, due.amount, paid.amount, remaining.amount, state],
  ]);
/** Waits until what was pushed is acted on. */
const acted = () =>
  office.until(async () => {
    const rows = await office.rows<{ n: number }>(
      `select count(*) as n from inbound where system = 'tax' and state = 'stored'`,
    );
    return Number(rows[0]?.n) === 0;
  });

describe('what the portal pushes', () => {
  it('a notice becomes dues, and its proof the payment that makes them paid', async () => {
    const code = await dossier();
    expect(await office.notice({ [code]: [noticeRow()] })).toBe(0);
    await office.until(async () => (await owed(code)).length === 1);
    expect(brief(await owed(code))).toEqual([[FIRST, 'registration-fee', 1_500_000, 0, 1_500_000, 'open']]);
    expect(await office.proof(code)).toBe(0);
    await office.until(async () => (await proven(code)).length === 1);
    expect(brief(await owed(code))).toEqual([[FIRST, 'registration-fee', 1_500_000, 1_500_000, 0, 'paid']]);
    const [receipt] = await proven(code);
    expect(receipt).toMatchObject({
      ...{ noticeNumber: FIRST, amount: { amount: 1_500_000 }, paidAt: '2022-12-06T08:15:00+07:00', paid: true },
      url: 'https://portal.example/chung-tu/1.pdf',
    });
    const payment = await office.call<{ state: string; amount: { amount: number }; facts: { source: string }[] }>(
      'GET',
      `/v1/payments/${receipt?.payment}`,
    );
    expect(payment.body).toMatchObject({
      state: 'paid',
      amount: { amount: 1_500_000 },
      facts: [{ source: 'callback' }],
    });
    const { body } = await office.call<{ entries: { kind: string; operation: string; to: string }[] }>(
      'GET',
      `/v1/dossiers/${code}/timeline`,
    );
    const told = body.entries.filter(({ kind }) => kind === 'tax').map(({ operation, to }) => `${operation}: ${to}`);
    expect(told.sort()).toEqual(['registration-fee: open', 'registration-fee: paid', 'tax-receipt: received']);
  });

  it('a proof may come before its notice, and as often as anybody likes', async () => {
    const code = await dossier();
    expect(await office.proof(code)).toBe(0);
    await office.until(async () => (await proven(code)).length === 1);
    expect(await office.proof(code)).toBe(1);
    expect(await office.notice({ [code]: [noticeRow()] })).toBe(0);
    await office.until(async () => (await owed(code)).length === 1);
    expect(await office.notice({ [code]: [noticeRow()] })).toBe(1);
    expect(brief(await owed(code))).toEqual([[FIRST, 'registration-fee', 1_500_000, 1_500_000, 0, 'paid']]);
    expect(await proven(code)).toHaveLength(1);
    const payments = await office.call<{ items: unknown[] }>('GET', `/v1/payments?dossierCode=${code}`);
    expect(payments.body.items).toHaveLength(1);
  });

  it('a later notice takes the place of the one of its number, and stands beside others', async () => {
    const code = await dossier();
    await office.notice({ [code]: [noticeRow()] });
    await office.until(async () => (await owed(code)).length === 1);
    await office.notice({ [code]: [noticeRow({ SO_TIEN: '2000000' })] });
    await office.until(async () => (await owed(code)).length === 2);
    const other = { SO_QUYET_DINH: 'LTB2200002-TK0000001/TB-CCT', TEN_TIEUMUC: 'Tiền sử dụng đất', SO_TIEN: '7' };
    await office.notice({ [code]: [noticeRow(other)] });
    await office.until(async () => (await owed(code)).length === 3);
    expect(brief(await owed(code))).toEqual([
      [FIRST, 'registration-fee', 1_500_000, 0, 1_500_000, 'replaced'],
      [FIRST, 'registration-fee', 2_000_000, 0, 2_000_000, 'open'],
      [other.SO_QUYET_DINH, 'land-use', 7, 0, 7, 'open'],
    ]);
  });

  it('one file may speak of several dossiers, and of several dues of one notice', async () => {
    const [one, two] = [await dossier(), await dossier()];
    const income = noticeRow({ TEN_TIEUMUC: 'Thuế thu nhập cá nhân', SO_TIEN: '300' });
    await office.notice({ [one]: [noticeRow(), income], [two]: [noticeRow({ SO_TIEN: '5' })] });
    await office.until(async () => (await owed(one)).length === 2 && (await owed(two)).length === 1);
    await office.proof(one, { SoTien: '1500200' });
    await office.until(async () => (await proven(one)).length === 1);
    expect(brief(await owed(one))).toEqual([
      [FIRST, 'registration-fee', 1_500_000, 1_500_000, 0, 'paid'],
      [FIRST, 'personal-income', 300, 200, 100, 'open'],
    ]);
  });

  it('paid twice is surplus, and a status that is not known pays nothing', async () => {
    const code = await dossier();
    await office.notice({ [code]: [noticeRow()] });
    await office.proof(code, { TrangThaiThanhToan: '9' });
    await office.until(async () => (await proven(code)).length === 1);
    expect((await proven(code))[0]).toMatchObject({ paid: false, payment: null });
    await office.proof(code, { ThoiGianThanhToan: '20221207000000' });
    await office.until(async () => (await proven(code)).length === 2);
    await office.proof(code, { ThoiGianThanhToan: '20221208000000' });
    await office.until(async () => (await proven(code)).length === 3);
    const { body } = await office.call<{ items: { surplus: { amount: number } | null; state: string }[] }>(
      'GET',
      `/v1/payments?dossierCode=${code}`,
    );
    expect(body.items.map(({ state, surplus }) => [state, surplus?.amount ?? 0]).sort()).toEqual([
      ['paid', 0],
      ['paid', 1_500_000],
    ]);
    expect((await owed(code)).at(-1)).toMatchObject({ state: 'paid', finding: 'paid-too-much' });
  });

  it.each(['base64', 'cut', 'utf-16', 'dtd', 'no-code'])(
    'a file that is spoilt (%s) is declined, kept, and changes nothing',
    async (spoilt) => {
      const code = await dossier();
      const kept = async () =>
        Number((await office.rows<{ n: number }>(`select count(*) as n from inbound where system = 'tax'`))[0]?.n);
      const before = await kept();
      expect(await office.notice({ [code]: [noticeRow()] }, { spoilt })).toBe(-1);
      expect(await kept()).toBe(before + 1);
      expect(await owed(code)).toEqual([]);
    },
  );

  it.each(['1.500.000', '-1', '1,5', '9007199254740993', 'một triệu'])(
    'an amount that is no whole đồng (%s) is never guessed',
    async (amount) => {
      const code = await dossier();
      expect(await office.notice({ [code]: [noticeRow({ SO_TIEN: amount })] })).toBe(-1);
      expect(await office.proof(code, { SoTien: amount })).toBe(-1);
      expect([await owed(code), await proven(code)]).toEqual([[], []]);
    },
  );

  it('by another key nothing is believed', async () => {
    const code = await dossier();
    expect(await office.notice({ [code]: [noticeRow()] }, { forged: true })).toBe(-1);
    expect(await office.proof(code, {}, { forged: true })).toBe(-1);
    await acted();
    expect([await owed(code), await proven(code)]).toEqual([[], []]);
  });

  it('persons are masked, and shown for a purpose that is journalled', async () => {
    const code = await dossier();
    await office.notice({ [code]: [noticeRow()] });
    await office.until(async () => (await owed(code)).length === 1);
    expect((await owed(code))[0]).toMatchObject({ taxCode: '***', payerName: null });
    const path = `/v1/tax/obligations?dossierCode=${code}&reveal=kiem-tra`;
    const shown = await office.call<{ items: Obligation[] }>('GET', path);
    expect(shown.body.items[0]).toMatchObject({ taxCode: '8000000001' });
    const lines = await office.rows(`select to_state from journal where ref = ?1`, `tax-of:${code}`);
    expect(lines).toEqual([{ to_state: 'revealed: kiem-tra' }]);
    const finance = await office.person('finance');
    expect((await office.call('GET', path, undefined, { by: finance })).status).toBe(403);
  });
});

/** All that follows a slip was taken. */
async function isAsked(id: string): Promise<boolean> {
  const { questions } = await slip(id);
  return questions.length === 2 && questions.every(({ state }) => state === 'asked');
}
const slip = async (id: string) => (await office.call<Slip>('GET', `/v1/tax/transfer-slips/${id}`)).body;

describe('transfer slips', () => {
  it('a slip is sent once, what follows is asked, and the answer becomes dues', async () => {
    const code = await dossier();
    const key = crypto.randomUUID();
    const made = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code), { key });
    expect([made.status, made.body.state, made.headers.get('location')]).toEqual([
      ...[202, 'sending', `/v1/tax/transfer-slips/${made.body.id}`],
    ]);
    const again = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code), { key });
    expect(again.body.id).toBe(made.body.id);
    await office.until(() => isAsked(made.body.id));
    expect((await slip(made.body.id)).state).toBe('awaiting');
    office.landTax.state.finish();
    await office.until(async () => (await slip(made.body.id)).state === 'answered');
    const { sumsAgree, obligations, questions } = await slip(made.body.id);
    expect(questions.map(({ question, state }) => [question, state])).toEqual([
      ['notice', 'answered'],
      ['obligation', 'answered'],
    ]);
    expect(sumsAgree).toBe(true);
    expect(obligations.length).toBeGreaterThan(0);
    expect(obligations.reduce((sum, { due }) => sum + due.amount, 0)).toBe(questions[0]?.due?.amount);
    expect(await owed(code)).toEqual(obligations);
    const sent = [...office.landTax.state.messages.values()].filter(({ dossier: of }) => of === code);
    expect(sent.map(({ type }) => type).sort()).toEqual(['10', '14', '16']);
    const events = await office.rows<{ type: string }>(
      `select type from event where ref = ?1 and type = 'tax.slip-answered'`,
      code,
    );
    expect(events).toHaveLength(1);
  });

  it('a second slip of a dossier is a supplement, and what is asked to be owed is deferred', async () => {
    const code = await dossier();
    const first = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code));
    await office.until(() => isAsked(first.body.id));
    const more = { slipNumber: 'PC-0002', deferDebt: true };
    const second = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code, more));
    await office.until(() => isAsked(second.body.id));
    const sent = [...office.landTax.state.messages.values()].filter(({ dossier: of }) => of === code);
    expect(sent.map(({ type }) => type).filter((type) => type < '14')).toEqual(['10', '11']);
    for (const { guid, slip: number } of sent) if (number === 'PC-0002') office.landTax.state.finish(guid);
    await office.until(async () => (await slip(second.body.id)).state === 'answered');
    const landUse = (await slip(second.body.id)).obligations.filter(({ kind }) => kind === 'land-use');
    expect(landUse.length).toBeGreaterThan(0);
    expect(landUse.every(({ state }) => state === 'deferred')).toBe(true);
  });

  it('what was refused is asked once more when somebody wants it, and nothing else is', async () => {
    const code = await dossier();
    const made = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code));
    const path = `/v1/tax/transfer-slips/${made.body.id}/questions`;
    await office.until(() => isAsked(made.body.id));
    expect((await office.call('POST', path)).status).toBe(409);
    const { state } = office.landTax;
    for (const { guid, dossier: of } of state.messages.values())
      if (of === code) state.finish(guid, { ERROR_CODE: '1', ERROR_DESC: 'Chua co ho so' });
    await office.until(async () => (await slip(made.body.id)).state === 'refused');
    expect((await slip(made.body.id)).questions.map((each) => each.state)).toEqual(['refused', 'refused']);
    expect((await office.call<Slip>('POST', path)).body.state).toBe('awaiting');
    await office.until(
      async () => (await slip(made.body.id)).questions.filter((each) => each.state === 'asked').length === 2,
    );
    state.finish();
    await office.until(async () => (await slip(made.body.id)).state === 'answered');
    expect((await slip(made.body.id)).sumsAgree).toBe(true);
    expect((await office.call('POST', path)).status).toBe(409);
  });

  it('of two slips that are handed over at once one is taken', async () => {
    const code = await dossier();
    const both = await Promise.all([1, 2].map(() => office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code))));
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  it('two slips of a dossier that are answered at once by the same notice owe it once', async () => {
    const code = await dossier();
    const ids: string[] = [];
    for (const slipNumber of ['PC-0001', 'PC-0002']) {
      const made = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code, { slipNumber }));
      ids.push(made.body.id);
      await office.until(() => isAsked(made.body.id));
    }
    // Both notices are asked for in one turn.
    await office.rows(
      `update watch set due_at = (select max(w.due_at) from watch w) + 300 where exchange in
         (select q.exchange from tax_question q join tax_slip s on s.id = q.slip where s.dossier = ?1 and q.question = 'notice')`,
      code,
    );
    const { messages } = office.landTax.state;
    for (const { guid, type, dossier: of } of messages.values())
      if (of === code) {
        const numbers = { LPTB_SO_THONG_BAO: 'TB-0001-1', TSDD_SO_THONG_BAO: 'TB-0001-2' };
        office.landTax.state.finish(guid, type === '14' ? numbers : {});
      }
    for (const id of ids) await office.until(async () => (await slip(id)).state === 'answered');
    const standing = (await owed(code)).filter(({ state }) => state !== 'replaced');
    expect(standing.map(({ decision }) => decision.number).sort()).toEqual(['TB-0001-1', 'TB-0001-2']);
  });

  it('a slip whose reply was lost is never sent again by itself; once a person states that it arrived, what follows is asked', async () => {
    const code = await dossier();
    const { state } = office.landTax;
    const before = state.counters.slips;
    state.addFault({ kind: 'lose-reply', times: 1, match: { code: '10' } });
    const made = await office.call<Slip>('POST', '/v1/tax/transfer-slips', slipOf(code));
    await office.until(async () => (await slip(made.body.id)).state === 'uncertain');
    expect([state.counters.slips, state.counters.doubleSlips]).toEqual([before + 1, 0]);
    const second = await office.call<{ code: string }>('POST', '/v1/tax/transfer-slips', slipOf(code));
    expect([second.status, second.body.code, second.headers.get('location')]).toEqual([
      ...[409, 'wrong-state', `/v1/tax/transfer-slips/${made.body.id}`],
    ]);
    expect((await slip(made.body.id)).questions).toEqual([]);
    const stated = { outcome: 'applied', reason: 'cơ quan thuế đã nhận' };
    const path = `/v1/exchanges/${made.body.exchange}/confirm`;
    const by = await office.person('operator');
    // Not before the quiet time is over.
    await office.until(async () => (await office.call('POST', path, stated, { by })).status === 200);
    await office.until(() => isAsked(made.body.id));
    state.finish();
    await office.until(async () => (await slip(made.body.id)).state === 'answered');
    expect(state.counters.doubleSlips).toBe(0);
  });

  it.each([
    [
      'an amount below nothing',
      { content: { landUser: { name: 'A' }, transfer: { priceVnd: -1 } } },
      '/content/transfer/priceVnd',
    ],
    [
      'an amount beyond what is exact',
      { content: { landUser: { name: 'A' }, exemption: { amountVnd: 2 ** 53 } } },
      '/content/exemption/amountVnd',
    ],
    ['nobody', { content: {} }, '/content/landUser'],
    ['a time without offset', { approvedAt: '2022-12-05 09:00' }, '/approvedAt'],
    ['what nobody knows', { more: 1 }, '/more'],
  ])('%s is refused, naming the field', async (_what, more, pointer) => {
    const code = await dossier();
    const refused = await office.call<{ code: string; errors: { pointer: string }[] }>(
      'POST',
      '/v1/tax/transfer-slips',
      slipOf(code, more),
    );
    expect([refused.status, refused.body.code]).toEqual([400, 'validation-failed']);
    expect(refused.body.errors.map((each) => each.pointer)).toContain(pointer);
  });

  it('a dossier that is not held is refused', async () => {
    const refused = await office.call<{ code: string }>(
      'POST',
      '/v1/tax/transfer-slips',
      slipOf('H02.15.03-221205-9999'),
    );
    expect([refused.status, refused.body.code]).toEqual([422, 'unknown-dossier']);
  });
});
