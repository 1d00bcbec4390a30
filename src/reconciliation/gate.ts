import { type Statement, sql } from '../store/engine.ts';

/**
 * First of a commit that judges what another process may be changing: days that are opened, run, closed and locked; files
 * that begin to count. Who comes second sees what the first one did.
 */
export const lockGate = (name: 'days' | 'statements'): Statement => ({
  ...sql('select s.name from reconciliation_gate s where s.name = ?1 {lockRows}', name),
  locksOnly: true,
});
