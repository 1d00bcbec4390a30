import type { Tables } from '../store/tables.ts';

export const cryptoTables: Tables = {
  subject: {
    numbers: ['epoch'],
    wall: ['created_at', 'purge_after', 'purged_at', 'hold_at'],
    clear: ['id', 'kind', 'ref', 'hold_by'],
    // Without it nobody opens what is sealed under it.
    secret: ['salt'],
    words: ['hold_reason'],
    // It holds, ages and erases what others made.
    alsoWrittenBy: ['retention'],
  },
  blind_index: { blind: ['hash'], clear: ['subject'], alsoWrittenBy: ['retention'] },
  // What is not sorted in yet.
  blind_index_new: { blind: ['hash'], clear: ['subject'], alsoWrittenBy: ['retention'] },
};
