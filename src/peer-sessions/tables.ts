import type { Tables } from '../store/tables.ts';

export const peerSessionTables: Tables = {
  peer_session: {
    numbers: ['version', 'rested_ms'],
    wall: ['saved_at'],
    clear: ['name', 'written_by'],
    secret: ['sealed'],
  },
};
