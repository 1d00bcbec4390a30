import type { Migration } from './migration.ts';

/** Lists of a unit's dossiers and of those in one status answer at once, also where there are none: each has its own order of changes. */
export const listsOfUnits: Migration = {
  number: 9,
  name: 'lists-of-units',
  oldestProgram: '0.3.0',
  statements: [
    'create index dossier_agency on dossier (agency, changed_at, code, status)',
    'create index dossier_status on dossier (status, changed_at, code)',
    'drop index dossier_changed',
    'create index dossier_changed on dossier (changed_at, code)',
  ],
};
