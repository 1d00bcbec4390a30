import type { RoomDefinition } from '../room.ts';
import { createKeys } from './keys.ts';
import { adminKeyRoutes } from './routes.ts';

/** Who may do what: principals and their keys. */
export const access: RoomDefinition = {
  name: 'access',
  tags: { administration: 'Quản trị: keys, units and the people whose data is held' },
  scopes: { 'admin:keys': { administratorOnly: 'who makes keys can make himself any other role' } },
  create: (parts) => {
    const { firstKey } = parts;
    const keys = createKeys({ ...parts, onRevoked: (id) => parts.authenticator.forget(id) });
    return {
      routes: adminKeyRoutes({ keys }),
      ...(firstKey === undefined ? {} : { begin: () => keys.bootstrap(firstKey) }),
    };
  },
};
