import type { RoomDefinition } from '../room.ts';
import { accessJournalled } from './journalled.ts';
import { createKeys } from './keys.ts';
import { adminKeyRoutes } from './routes.ts';

/** Who may do what: principals and their keys. */
export const access: RoomDefinition = {
  name: 'access',
  tags: { administration: 'Quản trị: keys, units and the people whose data is held' },
  scopes: { 'admin:keys': { administratorOnly: 'who makes keys can make himself any other role' } },
  journalled: accessJournalled,
  tables: {
    principal: {
      wall: ['created_at', 'revoked_at', 'account_at'],
      clear: ['id', 'kind', 'role', 'created_by', 'account', 'account_by'],
      words: ['name'],
    },
    api_key: {
      numbers: ['test', 'rate_per_second'],
      wall: ['created_at', 'expires_at', 'revoked_at'],
      clear: ['id', 'principal', 'hint', 'created_by'],
      secret: ['hash'],
    },
    approval: {
      numbers: ['weight'],
      wall: ['asked_at', 'approved_at', 'ended_at'],
      clear: ['id', 'kind', 'ref', 'asked_by', 'asked_as', 'state', 'approved_by', 'written_by'],
    },
    // Accounts by what stood for them before version 0.4, as the journal of then has them, and what stands for them now.
    account_name: { clear: ['former', 'account'] },
    approval_asker: { clear: ['id', 'written_by'] },
  },
  create: (parts) => {
    const { firstKey } = parts;
    const keys = createKeys({ ...parts, onRevoked: (id) => parts.authenticator.forget(id) });
    return {
      routes: adminKeyRoutes({ keys }),
      ...(firstKey === undefined ? {} : { begin: () => keys.bootstrap(firstKey) }),
    };
  },
};
