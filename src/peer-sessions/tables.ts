import type { Tables } from '../store/tables.ts';

export const peerSessionTables: Tables = {
  peer_session: { wall: ['saved_at'], clear: ['name', 'written_by'], secret: ['sealed'] },
};
