import { readdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import { contract } from '../kit/contract.ts';
import type { Known } from './untrue.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

/** What really exists, asked of the things themselves: package.json, the routes, `.env.example`, the commands. */
export async function whatExists(): Promise<Known> {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  return {
    scripts: new Set(Object.keys(scripts)),
    routes: await routes(),
    variables: new Set([...read('.env.example').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '')),
    program: await program(),
  };
}

/** `GET /v1/dossiers/{code}` and so on, from the document that the routes make. */
async function routes(): Promise<readonly string[]> {
  const { paths } = await contract();
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** The command line without running any of it; a file in `commands/` that `program.ts` does not list is left out. */
async function program(): Promise<Command> {
  const folder = 'src/runtime/node/cli/';
  const listed = read(`${folder}program.ts`);
  const whole = new Command('lienthong');
  for (const file of readdirSync(new URL(`${folder}commands/`, root))) {
    const exported = (await import(new URL(`${folder}commands/${file}`, root).href)) as Record<string, unknown>;
    for (const [name, add] of Object.entries(exported))
      if (typeof add === 'function' && listed.includes(`  ${name},`)) add(whole);
  }
  return whole;
}
