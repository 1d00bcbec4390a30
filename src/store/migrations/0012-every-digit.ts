import type { Migration } from './migration.ts';

/** Two snapshots of one millisecond have an order where their times say more: those digits stand beside it. Null: taken on before. */
export const everyDigit: Migration = {
  number: 12,
  name: 'every-digit',
  oldestProgram: '0.3.0',
  statements: ['alter table dossier add column updated_beyond text'],
};
