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
};
