import type { Migration } from './migration.ts';

/**
 * Lists that answer at once over years of history: every state of an exchange has an index that holds its own alone. An
 * accept pays for one of them, a settlement for leaving it and for the next.
 */
export const lists: Migration = {
  number: 7,
  name: 'lists',
  oldestProgram: '0.3.0',
  statements: [
    `create index exchange_delivered on exchange (system, operation, id) where state = 'delivered'`,
    // Beside exchange_failing and exchange_open; what is sending has a stream that is held.
    `create index exchange_resting on exchange (system, state, id) where state in ('superseded', 'cancelled')`,
    // Held by few: what is delivered has none, unless it was tried in vain before.
    `create index exchange_cause on exchange (cause, id) where cause is not null`,
    // Status and agency stand in the index, so that those who have neither are passed without reading the dossier.
    'drop index dossier_changed',
    'create index dossier_changed on dossier (changed_at, code, status, agency)',
  ],
};
