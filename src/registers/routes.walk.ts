import { expect } from 'vitest';
import type { Page, Walk } from '../../test/end-to-end/contract-client.ts';

export const walk: Walk = {
  'registers are loaded and read': async ({ call }) => {
    const units = 'code,name,kind,level,province,valid_from\nH02.15.99,Phường Thử Nghiệm,ward,commune,H02,2022-01-01\n';
    expect((await call<{ added: number }>('importUnits', { body: units })).body.added).toBe(1);
    expect((await call<Page<object>>('listUnits')).body.items).toHaveLength(1);
    const procedures = 'code,name,valid_from\n1.001193,Thủ tục đăng ký khai sinh,2022-01-01\n';
    expect((await call<{ added: number }>('importProcedures', { body: procedures })).body.added).toBe(1);
    expect((await call<Page<object>>('listProcedureEntries')).body.items).toHaveLength(1);
  },
  'the registers of money are loaded, replaced and read': async ({ call }) => {
    const unit = { params: { unitCode: 'H02.15.99' } };
    const accounts = 'code,method,bank_bin,account_number,account_name,valid_from\n';
    const office = 'H02.15.99,vietqr,970436,0011004000001,UBND phường Thử Nghiệm,2022-01-01\n';
    expect((await call<Added>('importBeneficiaries', { body: accounts + office })).body.added).toBe(1);
    const held = (await call<{ accounts: object[] }>('getBeneficiaries', unit)).body.accounts;
    expect(held).toMatchObject([{ method: 'vietqr' }]);
    const ended = { accounts: held.map((each) => ({ ...each, validTo: '2022-12-31' })) };
    expect((await call<object>('putBeneficiaries', { ...unit, body: ended })).body).toMatchObject(ended);
    expect((await call<Page<object>>('listBeneficiaries')).body.items).toHaveLength(1);

    const procedure = { params: { procedureCode: '1.001193' } };
    const fees = 'code,kind,fee_code,name,amount,channel,valid_from\n';
    const birth = '1.001193,charge,LP01,Lệ phí hộ tịch,8000,counter,2022-01-01\n';
    expect((await call<Added>('importFees', { body: fees + birth })).body.added).toBe(1);
    const counter = (await call<{ fees: object[] }>('getFees', procedure)).body.fees;
    const half = { amount: { amount: 4000, currency: 'VND' }, channel: 'online' };
    const both = { fees: [...counter, ...counter.map((each) => ({ ...each, ...half }))] };
    expect((await call<object>('putFees', { ...procedure, body: both })).body).toMatchObject(both);
    expect((await call<Page<object>>('listFees')).body.items).toHaveLength(2);
  },
};

interface Added {
  readonly added: number;
}
