import { describe, expect, it } from 'vitest';
import { taxKindOf } from './tax.ts';

describe('what a due is for', () => {
  it.each([
    ['1006', null, 'personal-income'],
    ['1401', 'Lệ phí trước bạ nhà, đất', 'land-use'],
    ['2801', null, 'registration-fee'],
    [null, 'LỆ PHÍ TRƯỚC BẠ nhà đất', 'registration-fee'],
    [null, 'Thuế thu nhập cá nhân từ chuyển nhượng bất động sản'.normalize('NFD'), 'personal-income'],
    [null, 'Tiền thuê đất, thuê mặt nước', 'water-rent'],
    ['9999', 'Tiền thuê đất', 'land-rent'],
    ['9999', 'Tiền sử dụng đất', 'land-use'],
    [null, null, 'other'],
    ['9999', 'Phí khác', 'other'],
  ] as const)('sub-item %s, words %s: %s', (subItem, name, kind) => {
    expect(taxKindOf(subItem, name)).toBe(kind);
  });
});
