import type { Tables } from '../store/tables.ts';

export const idempotencyTables: Tables = {
  idempotency: {
    numbers: ['status'],
    steady: ['started_at', 'expires_at'],
    clear: ['principal', 'route', 'key', 'request_mac', 'owner', 'resource', 'act'],
    // It may repeat what somebody wrote; what is shown once is left out of it.
    words: ['answer'],
    // Whoever is called otherwise since keeps their keys.
    alsoWrittenBy: ['access'],
  },
};
