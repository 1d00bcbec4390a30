import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TaxDue } from '../../contracts/domain/tax.ts';
import { noticeRow, openTaxOffice, slipOf, type TaxOffice } from '../../test/kit/tax-office.ts';
import type { AlsoSent } from '../dossiers/compose.ts';
import { paidOnline } from '../payments/paid-online.ts';
import type { RoomParts, StoredMessage } from '../room.ts';
import { createLayDues } from './change.ts';
import { noticeOf } from './notices.ts';

/** What came in an unlucky order, in parts, or twice. */

interface Obligation {
  readonly decision: { readonly number: string | null; readonly date: string | null };
  readonly taxCode: string | null;
  readonly due: { readonly amount: number };
  readonly exempt: { readonly amount: number };
  readonly remaining: { readonly amount: number };
  readonly dueDate: string | null;
  readonly state: string;
  readonly finding: string | null;
}
let office: TaxOffice;
let parts: RoomParts;
let n = 0;
beforeAll(async () => {
  const probe = {
    name: 'probe',
    create: (given: RoomParts) => {
      parts = given;
      return {};
    },
  };
  office = await openTaxOffice({}, [probe]);
});
afterAll(() => office.close());

async function dossier(): Promise<string> {
  n += 1;
  const code = `H02.15.08-221205-${String(n).padStart(4, '0')}`;
  await office.dossier(code);
  return code;
}
const items = async <Item>(path: string) => {
  const answer = await office.call<{ items: Item[] }>('GET', path);
  expect(answer.status).toBe(200);
  return answer.body.items;
};
const owed = (code: string, more = '') => items<Obligation>(`/v1/tax/obligations?dossierCode=${code}${more}`);
const proven = (code: string) => items<{ paid: boolean }>(`/v1/tax/receipts?dossierCode=${code}`);
const payments = (code: string) =>
  items<{ amount: { amount: number }; surplus: { amount: number } | null }>(`/v1/payments?dossierCode=${code}`);
async function acted(): Promise<void> {
  await office.until(async () => (await office.rows(`select 1 from inbound where state = 'stored'`)).length === 0);
}
const present = async (code: string) => (await owed(code)).filter(({ state }) => state !== 'replaced');

it('whose persons were erased stays readable, and what comes later belongs to others', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow()] });
  await office.proof(code);
  await acted();
  const [head] = await office.rows<{ subject: string }>('select subject from tax_head where dossier = ?1', code);
  const reason = { reason: 'theo yêu cầu' };
  expect((await office.call('POST', `/v1/admin/subjects/${head?.subject}/erase`, reason)).status).toBe(200);
  expect((await owed(code))[0]).toMatchObject({ taxCode: null, due: { amount: 1_500_000 } });
  await office.notice({ [code]: [noticeRow({ SO_TIEN: '7' })] });
  await office.proof(code, { SoTien: '7' });
  await acted();
  expect((await owed(code, '&reveal=kiem-tra')).map(({ taxCode }) => taxCode)).toEqual([null, '8000000001']);
  expect(await proven(code)).toHaveLength(2);
});

it('a tax is no fee that the nation is told to be paid', async () => {
  const code = await dossier();
  await office.proof(code);
  await acted();
  expect(await payments(code)).toHaveLength(1);
  const told: Awaited<ReturnType<AlsoSent>> = await paidOnline(office.engine)([code]);
  expect([...told]).toEqual([]);
});

it('what is paid in parts is no surplus, and what is beyond the whole is', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow()] });
  await acted();
  for (const [SoTien, ThoiGianThanhToan] of [
    ['500000', '20221206080000'],
    ['1000000', '20221207080000'],
    ['9', '20221208080000'],
  ] as const) {
    await office.proof(code, { SoTien, ThoiGianThanhToan });
    await acted();
  }
  const sums = (await payments(code)).map(({ amount, surplus }) => [amount.amount, surplus?.amount ?? 0]);
  expect(sums.sort()).toEqual([
    [1_000_000, 0],
    [500_000, 0],
    [9, 9],
  ]);
  expect(await owed(code)).toMatchObject([{ state: 'paid', finding: 'paid-too-much' }]);
});

it('a proof that first told another status pays once it says so', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow()] });
  await office.proof(code, { TrangThaiThanhToan: '0' });
  expect(await office.proof(code)).toBe(0);
  await acted();
  expect((await proven(code)).map(({ paid }) => paid).sort()).toEqual([false, true]);
  expect(await owed(code)).toMatchObject([{ state: 'paid' }]);
});

it('two who pay the same sum in the same second are two', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow({ SO_TIEN: '3000000' })] });
  await office.proof(code);
  await office.proof(code, {}, { changes: { SoCMTNguoiNopTien: '001099000002' } });
  await acted();
  expect(await payments(code)).toHaveLength(2);
  expect(await owed(code)).toMatchObject([{ state: 'paid', finding: null }]);
});

it.each(['0', '10000000000001', '9007199254740991'])('a payment of %s đồng is nobody’s', async (SoTien) => {
  const code = await dossier();
  expect(await office.proof(code, { SoTien })).toBe(-1);
  await acted();
  expect([await proven(code), await payments(code)]).toEqual([[], []]);
});

it('a correction of who owes takes the place of what was told', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow()] });
  await acted();
  await office.notice({ [code]: [noticeRow({ MA_SO_THUE: '8999999999', NGAY_QUYET_DINH: '09-12-2022' })] });
  await acted();
  const shown = await office.call<{ items: Obligation[] }>(
    'GET',
    `/v1/tax/obligations?dossierCode=${code}&reveal=kiem-tra`,
  );
  expect(shown.body.items.map(({ taxCode, decision, state }) => [taxCode, decision.date, state])).toEqual([
    ['8000000001', '2022-12-05', 'replaced'],
    ['8999999999', '2022-12-09', 'open'],
  ]);
});

it('the portal’s notice takes nothing of what the tax department answered, and tells another amount where it has one', async () => {
  const code = await dossier();
  const made = await office.call<{ id: string }>('POST', '/v1/tax/transfer-slips', slipOf(code, { deferDebt: true }));
  const slip = async () => (await office.call<{ state: string }>('GET', `/v1/tax/transfer-slips/${made.body.id}`)).body;
  await office.until(async () => {
    office.landTax.state.finish();
    return (await slip()).state === 'answered';
  });
  const before = await owed(code);
  expect(before.some(({ state }) => state === 'deferred')).toBe(true);
  const words: Record<string, string> = { 'land-use': 'Tiền sử dụng đất', 'registration-fee': 'Lệ phí trước bạ' };
  const rows = (add: number) =>
    before.map((due) =>
      noticeRow({
        ...{ SO_QUYET_DINH: due.decision.number ?? '', SO_TIEN: String(due.remaining.amount + add), MA_SO_THUE: '' },
        TEN_TIEUMUC: words[(due as unknown as { kind: string }).kind] ?? '',
      }),
    );
  await office.notice({ [code]: rows(0) });
  await acted();
  const same = await present(code);
  expect(same.map(({ remaining, state, dueDate }) => [remaining.amount, state, dueDate])).toEqual(
    before.map(({ remaining, state, dueDate }) => [remaining.amount, state, dueDate]),
  );
  await office.notice({ [code]: rows(1_000) });
  await acted();
  const changed = await present(code);
  expect(changed.map(({ remaining, state, dueDate }) => [remaining.amount, state, dueDate])).toEqual(
    before.map(({ remaining, state, dueDate }) => [remaining.amount + 1_000, state, dueDate]),
  );
});

it('an old notice once more stands again, and a person is to ask which holds', async () => {
  const code = await dossier();
  for (const SO_TIEN of ['1', '2', '1']) {
    await office.notice({ [code]: [noticeRow({ SO_TIEN })] });
    await acted();
  }
  expect(await present(code)).toMatchObject([{ due: { amount: 1 }, finding: 'told-before' }]);
});

it('a notice that is acted on after one that came later moves nothing', async () => {
  const code = await dossier();
  for (const SO_TIEN of ['1', '2']) {
    await office.notice({ [code]: [noticeRow({ SO_TIEN })] });
    await acted();
  }
  const [first] = await office.rows<{ id: string }>('select min(id) as id from inbound where ref = ?1', code);
  const due: TaxDue = {
    ...{ dossierCode: code, certificateNumber: null, name: null, chapter: null, subItem: null, dueDate: null },
    payer: { name: null, taxCode: '8000000001', identityNumber: null, address: null },
    decision: { number: 'LTB2200001-TK0000001/TB-CCT', date: '2022-12-05' },
    ...{ kind: 'registration-fee', treasury: { code: null, account: null } },
    ...{ dueVnd: 1, exemptVnd: 0, paidVnd: 0, remainingVnd: 1 },
  };
  const late = { id: first?.id ?? '', ref: code, system: 'tax', data: { dues: [due] } } as unknown as StoredMessage;
  const made = await noticeOf(createLayDues(parts))(late, 't_late');
  expect('statements' in made ? made.statements : made).toEqual([]);
  const newer = { ...late, id: 'in_zzz' };
  const laid = await noticeOf(createLayDues(parts))(newer, 't_newer');
  expect(('statements' in laid ? laid.statements : laid).length).toBeGreaterThan(0);
});

it('whoever stands in a slip is found by the number, and a slip whose persons were erased waits for nothing', async () => {
  const code = await dossier();
  const { body } = await office.call<{ id: string }>('POST', '/v1/tax/transfer-slips', slipOf(code));
  const landUser = { name: 'NGUYEN VAN A', identityNumber: '001099777777' };
  const other = await dossier();
  office.landTax.state.addFault({ kind: 'delay', ms: 700, times: 1, match: { code: '10' } });
  const made = await office.call<{ id: string }>(
    'POST',
    '/v1/tax/transfer-slips',
    slipOf(other, { content: { landUser } }),
  );
  const found = await office.call<{ items: { id: string; ref: string }[] }>('POST', '/v1/admin/subjects/find', {
    identity: '001099777777',
  });
  expect(found.body.items).toMatchObject([{ ref: other }]);
  const reason = { reason: 'theo yêu cầu' };
  await office.call('POST', `/v1/admin/subjects/${found.body.items[0]?.id}/erase`, reason);
  const stateOf = async (id: string) =>
    (await office.call<{ state: string }>('GET', `/v1/tax/transfer-slips/${id}`)).body.state;
  // Erased before it was sent, while it was, or while it is asked about: it comes to an end.
  const ends = ['answered', 'refused', 'uncertain'];
  await office.until(async () => {
    office.landTax.state.finish();
    return ends.includes(await stateOf(made.body.id));
  });
  expect(await stateOf(body.id)).not.toBe('refused');
});

it('two payments with a document each are two, however equal', async () => {
  const code = await dossier();
  await office.notice({ [code]: [noticeRow({ SO_TIEN: '3000000' })] });
  const at = (n: number) => ({ changes: { UrlFileChungTu: `https://portal.example/${n}.pdf?key=${Math.random()}` } });
  await office.proof(code, {}, at(1));
  expect(await office.proof(code, {}, at(2))).toBe(0);
  await office.proof(code, {}, at(1));
  await acted();
  expect(await payments(code)).toHaveLength(2);
  expect(await owed(code)).toMatchObject([{ state: 'paid', finding: null }]);
});
