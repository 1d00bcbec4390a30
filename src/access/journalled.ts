import { role } from '../../contracts/domain/role.ts';
import { type Journalled, oneOf, standsUnder } from '../chronicle/journalled.ts';

const KEY_STATES = ['active', 'revoked'];

export const accessJournalled: Journalled = {
  kinds: [
    { prefix: 'approval:', begins: 'line', isState: oneOf(['awaiting', 'approved']) },
    // A principal's role; those of before version 0.4 were made without a line.
    { prefix: 'prn_', begins: 'unwritten', isState: oneOf(role.options) },
    { prefix: 'key_', begins: 'unwritten', isState: oneOf(KEY_STATES) },
  ],
  held: [
    {
      ...{ table: 'api_key', prefix: '', states: KEY_STATES, stays: standsUnder('key_') },
      state: `case when t.revoked_at is null then 'active' else 'revoked' end`,
    },
    {
      ...{ table: 'principal', prefix: '', state: 't.role', states: role.options, mayBeUnsaid: true },
      stays: `${standsUnder('prn_')} and j.to_state in (${role.options.map((each) => `'${each}'`).join(', ')})`,
    },
  ],
};
