import type { Tables } from '../../store/tables.ts';

export const idempotencyTables: Tables = {
  idempotency: {
    // An answer that is kept holds codes and states; what is shown once is left out of it.
    clear: ['principal', 'route', 'key', 'request_mac', 'owner', 'resource', 'answer', 'act'],
  },
};
