import type { Tables } from '../store/tables.ts';

export const journalTables: Tables = {
  seal: {
    numbers: ['n', 'first', 'last'],
    wall: ['signed_at'],
    clear: ['prev', 'leaves', 'root', 'signature', 'public_key'],
  },
};
