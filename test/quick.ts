import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processes, slow } from './suites.ts';

/** `npm run test:quick`: the suites that are neither slow nor start a process. It says which those are. */
const root = fileURLToPath(new URL('..', import.meta.url));
const leftOut = [...processes, ...slow].flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [vitest, 'run', '--project', 'quick', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.stdout.write(`Left out, for npm test to run (${leftOut.length} files):\n  ${leftOut.join('\n  ')}\n`);
process.exitCode = status ?? 1;
