import { writeFileSync } from 'node:fs';
import { contract } from '../kit/contract.ts';

/** Writes the contract to `openapi.json`, for linting and for making clients from. */
const document = await contract();
writeFileSync(new URL('../../openapi.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
console.log(`openapi.json: ${Object.keys(document.paths).length} paths`);
