import type { Tables } from '../store/tables.ts';

export const tables: Tables = {
  unit: {
    clear: [
      ...['code', 'valid_from', 'valid_to', 'name', 'kind', 'level', 'province', 'district', 'parent', 'gso_code'],
    ],
  },
  procedure_entry: { clear: ['code', 'valid_from', 'valid_to', 'name', 'field_code', 'field_name', 'level'] },
  beneficiary_account: {
    clear: [
      ...['code', 'method', 'valid_from', 'valid_to', 'bank_bin', 'account_number'],
      ...['treasury_account', 'chapter', 'sub_item'],
    ],
    // Of an office, as its bank has it.
    words: ['account_name'],
  },
  fee_entry: {
    clear: ['code', 'kind', 'fee_code', 'channel', 'valid_from', 'valid_to', 'name'],
    numbers: ['amount'],
  },
};
