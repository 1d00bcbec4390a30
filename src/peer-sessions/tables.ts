import type { Tables } from '../store/tables.ts';

export const peerSessionTables: Tables = {
  peer_session: { clear: ['name', 'written_by'], secret: ['sealed'] },
};
