import { openApiDocument } from '../../src/routes/openapi.ts';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { PROGRAM_VERSION } from '../../src/store/migrations/migrate.ts';
import { house } from './house.ts';

/** The document that the rooms' routes make, with `/` as its server. */
export async function contract(): Promise<{ readonly paths: Readonly<Record<string, object>> }> {
  const { app } = await house();
  return openApiDocument(app.routes, {
    version: PROGRAM_VERSION,
    publicUrl: '/',
    tags: declaredBy(rooms).tags,
  }) as never;
}
