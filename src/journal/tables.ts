import type { Tables } from '../store/tables.ts';

export const journalTables: Tables = {
  seal: { wall: ['signed_at'], clear: ['prev', 'leaves', 'root', 'signature', 'public_key'] },
};
