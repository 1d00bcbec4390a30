import { writeFileSync } from 'node:fs';
import { allRoutes, type RouteParts } from '../../src/routes/all.ts';
import { openApiDocument } from '../../src/routes/kit/openapi.ts';
import { PROGRAM_VERSION } from '../../src/store/migrations/migrate.ts';
import { unusable } from '../kit/desk.ts';

/**
 * Writes the contract to `openapi.json`, for linting and for making clients from. The document is made of the routes'
 * contracts alone; no handler runs, so the rooms behind them may be anything.
 */
const routes = allRoutes(unusable<RouteParts>());
const file = new URL('../../openapi.json', import.meta.url);
writeFileSync(
  file,
  `${JSON.stringify(openApiDocument(routes, { version: PROGRAM_VERSION, publicUrl: '/' }), null, 2)}\n`,
);
console.log(`openapi.json: ${routes.length} routes`);
