import type { Tables } from '../store/tables.ts';

export const chronicleTables: Tables = {
  // Only ever added to; a line's number is its place for good.
  journal: {
    numbers: ['position'],
    wall: ['at'],
    clear: ['id', 'ref', 'from_state', 'actor', 'payload_hash'],
    // Some lines say why, in the words of the staff.
    words: ['to_state'],
  },
  // Positions are given afterwards, by the one process that places them in the feed.
  event: {
    numbers: ['position'],
    wall: ['at'],
    clear: ['id', 'type', 'system', 'ref', 'data'],
    alsoWrittenBy: ['events'],
  },
};
