import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { declaredBy } from '../../src/runtime/declared.ts';
import { rooms } from '../../src/runtime/rooms.ts';
import { practiceRoom } from '../practice/room/room.ts';
import { circlesOf } from './circles.ts';
import { clockBreaches } from './clocks.ts';
import { edges, practiceAdapter, runtimeFiles, runtimeFolders, runtimeGlobals } from './edges.ts';
import { eventBreaches } from './events.ts';
import { tableBreaches } from './tables.ts';
import { textBreaches } from './texts.ts';

/** `npm run check:house`: the rules that the folders stand for. Prints each breach and exits with 1. */

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(file));

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

function roomOf(file: string): string {
  const [top = '', second = '', third = ''] = file.split('/');
  const within = `${top}/${second}/${third}`;
  if (edges[within] !== undefined) return within;
  if (top === 'contracts') return `contracts/${second}`;
  if (top === 'src') return `src/${second.replace(/(\.test)?\.ts$/, '')}`;
  return top;
}

const isTest = (file: string): boolean =>
  /\.(test|walk)\.ts$/.test(file) ||
  file.endsWith('-suite.ts') ||
  file.endsWith('/suite.ts') ||
  file === 'adapters/kit/testing.ts';

function mayUseRuntime(file: string): boolean {
  if (roomOf(file) === practiceAdapter) return isTest(file);
  return isTest(file) || runtimeFiles.includes(file) || runtimeFolders.some((folder) => file.startsWith(folder));
}

/** The contract's first version is used by routes, by the command line as the client that it is, and by tests. */
const USES_V1 = /^(?:contracts\/v1|test|src\/routes|src\/runtime\/node\/cli)\/|^src\/[^/]+\/routes(?:\.ts$|\/)/;

const speaksV1 = (file: string): boolean =>
  /^src\/[^/]+\/routes(?:\.ts$|\/)/.test(file) && !file.startsWith('src/routes/');

const breaches: string[] = [];
const imports = new Map<string, string[]>();
for (const file of files) {
  const source = readFileSync(file, 'utf8');
  const room = roomOf(file);
  const allowed = edges[room];
  if (allowed === undefined && file.includes('/')) {
    breaches.push(`${file}: the room ${room} is not in test/house/edges.ts`);
    continue;
  }
  for (const match of source.matchAll(IMPORT)) {
    const target = match[1] ?? match[2] ?? match[3] ?? '';
    if (target.startsWith('node:')) {
      if (!mayUseRuntime(file)) breaches.push(`${file}: ${target} belongs to one runtime; take it through a port`);
      continue;
    }
    if (!target.startsWith('.')) continue;
    const path = normalize(join(dirname(file), target));
    imports.set(file, [...(imports.get(file) ?? []), path]);
    const to = roomOf(path);
    if (isTest(file)) continue;
    if (to === 'contracts/v1' && !USES_V1.test(file))
      breaches.push(`${file}: only routes use contracts/v1; a room gives its own values (${path})`);
    if ((room === 'adapters' || room === practiceAdapter) && to === 'adapters') {
      const from = room === 'adapters' ? file.split('/')[1] : 'kit';
      const into = path.split('/')[1];
      if (into !== from && into !== 'kit' && into !== 'adapter.ts')
        breaches.push(`${file}: adapters do not use each other (${path})`);
      continue;
    }
    if (speaksV1(path) && !speaksV1(file) && !file.endsWith('/room.ts'))
      breaches.push(`${file}: what routes make of the contract is theirs, but for room.ts which hands it on (${path})`);
    if (to === room || allowed === undefined || allowed.includes('*') || allowed.includes(to)) continue;
    breaches.push(`${file}: ${room} may not use ${to} (${path})`);
  }
  if (!mayUseRuntime(file)) {
    const code = source
      .replaceAll(/\/\*[\s\S]*?\*\//g, '')
      .replaceAll(/\/\/.*$/gm, '')
      .replaceAll(/'[^'\n]*'/g, "''");
    for (const pattern of runtimeGlobals)
      if (pattern.test(code))
        breaches.push(`${file}: ${pattern.source} belongs to one runtime; take it from src/platform.ts`);
  }
}

for (const circle of circlesOf(imports))
  breaches.push(`${[...circle, circle[0]].join(' -> ')}: files do not import one another in a circle`);

/** Delivery serves every system and every subject alike: a name of one of them there is a special case. */
const NAMED = /dossier|portal|subscri(?:b|pt)|province|\bnation/i;
for (const file of files.filter((each) => each.startsWith('src/delivery/') && !isTest(each)))
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries())
    if (NAMED.test(line)) breaches.push(`${file}:${index + 1}: delivery knows no subject and no system by name`);

/** Who writes what by hand goes round what its helper holds: the columns of a line, the schema of an event. */
const WRITERS = { journal: 'src/chronicle/journal-line.ts', event: 'src/chronicle/raise.ts' } as const;
/** Makes lines with times of their own, to be sealed and forged. */
const FORGES_LINES = 'test/kit/journal.ts';
for (const file of files.filter((each) => !isTest(each) && each !== FORGES_LINES))
  for (const [, table] of readFileSync(file, 'utf8').matchAll(/insert\s+into\s+(journal|event)\b/g)) {
    const writer = WRITERS[table as keyof typeof WRITERS];
    if (file !== writer) breaches.push(`${file}: rows of ${table} are written by ${writer} alone`);
  }
const EVENT_TYPES = /(^|\/)event-types\.ts$/;
for (const file of files.filter((each) => !isTest(each) && !/(^|\/)event-types?\.ts$/.test(each)))
  if (/(?<!\.)\b(?:eventType|exchangeEventType)\(/.test(readFileSync(file, 'utf8')))
    breaches.push(`${file}: a type of event is declared in its room's event-types.ts`);
const eventModules = await Promise.all(
  files
    .filter((file) => EVENT_TYPES.test(file))
    .map(async (file) => [file, (await import(`../../${file}`)) as Record<string, unknown>] as const),
);
breaches.push(...eventBreaches(new Map(eventModules), declaredBy([...rooms, practiceRoom]).events));

/** A room that is not listed would be checked by nobody. */
for (const file of files.filter((each) => /^src\/[^/]+\/room\.ts$/.test(each)))
  if (!rooms.some(({ name }) => file === `src/${name}/room.ts`))
    breaches.push(`${file}: no room of the list in src/runtime/rooms.ts has the name of this folder`);

/** The room of each folder, the worked example's among them. */
const listed = [
  ...rooms.map((room) => ({ folder: `src/${room.name}/`, room })),
  { folder: 'test/practice/room/', room: practiceRoom },
];
const written = files.filter((file) => !isTest(file) && /^(src|test\/practice\/room)\//.test(file));
breaches.push(...(await tableBreaches(new Map(written.map((file) => [file, readFileSync(file, 'utf8')])), listed)));

/** Two clocks: each column of time is of one, and every time that the process asks for says of which. */
const FORGES_TIMES = 'test/house/clocks.test.ts';
for (const file of files.filter((each) => each !== FORGES_TIMES))
  for (const breach of clockBreaches(readFileSync(file, 'utf8'))) breaches.push(`${file}: ${breach}`);

/** A text is bounded before it is composed or held against a pattern. */
for (const file of files.filter((each) => /^(contracts|adapters|src)\//.test(each) && !isTest(each)))
  for (const breach of textBreaches(file, readFileSync(file, 'utf8'))) breaches.push(`${file}: ${breach}`);

if (breaches.length > 0) {
  process.stderr.write(`${breaches.join('\n')}\n${breaches.length} breaches of the house's rules\n`);
  process.exitCode = 1;
} else process.stdout.write(`${files.length} files keep the house's rules\n`);
