import type { Tables } from '../store/tables.ts';

export const journalTables: Tables = {
  seal: { clear: ['prev', 'leaves', 'root', 'signature', 'public_key'] },
};
