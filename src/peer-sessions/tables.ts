import type { Tables } from '../store/tables.ts';

export const peerSessionTables: Tables = {
  peer_session: { numbers: ['version'], wall: ['saved_at'], clear: ['name', 'written_by'], secret: ['sealed'] },
};
