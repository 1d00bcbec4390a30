import type { Migration } from './migration.ts';

/**
 * Lists that answer at once over years of history. What an accept pays for them: one entry at the end of a system's
 * operation, which never moves.
 */
export const lists: Migration = {
  number: 7,
  name: 'lists',
  oldestProgram: '0.3.0',
  statements: [
    'create index exchange_operation on exchange (system, operation, id)',
    // Beside exchange_failing and exchange_open: every state but two has its index. What is sending has a stream that is
    // held, and what is delivered is most of what there is.
    `create index exchange_resting on exchange (state, id) where state in ('superseded', 'cancelled')`,
    // Held by few: what is delivered has none, unless it was tried in vain before.
    `create index exchange_cause on exchange (cause, id) where cause is not null`,
    // Status and agency stand in the index, so that those who have neither are passed without reading the dossier.
    'drop index dossier_changed',
    'create index dossier_changed on dossier (changed_at, code, status, agency)',
  ],
};
