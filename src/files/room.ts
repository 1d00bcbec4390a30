import type { RoomDefinition } from '../room.ts';
import { createFiles } from './files.ts';
import { createRemoval } from './removal.ts';
import { fileRoutes } from './routes.ts';
import * as statements from './statements.ts';
import { filesSchema, fileTables } from './tables.ts';

/** What is kept of documents: sealed under the person they belong to, handed out, and gone with him. */
export const files: RoomDefinition = {
  name: 'files',
  migrations: [filesSchema],
  tables: fileTables,
  tags: { files: 'Tệp: documents that are kept, such as receipts' },
  // A document shows a person, so of the staff those have it who may reveal; finance sees amounts and codes, and may not.
  scopes: { 'files:read': { roles: ['system', 'operator', 'auditor'] } },
  create: (parts) => {
    const { fileStore } = parts;
    return {
      routes: fileRoutes({ files: createFiles(parts), purposes: parts.purposes }),
      loops: fileStore === undefined ? [] : [createRemoval({ ...parts, fileStore })],
      alsoErase: (ids, token) => [statements.erase(ids, token)],
    };
  },
};
