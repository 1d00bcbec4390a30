import type { Tables } from '../store/tables.ts';

export const idempotencyTables: Tables = {
  idempotency: {
    numbers: ['status'],
    steady: ['started_at', 'expires_at'],
    // An answer that is kept holds codes and states; what is shown once is left out of it.
    clear: ['principal', 'route', 'key', 'request_mac', 'owner', 'resource', 'answer', 'act'],
  },
};
