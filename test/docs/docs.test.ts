import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { whatExists } from './known.ts';
import { type Known, untrue } from './untrue.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(root + file));

/**
 * What the papers name exists: links, places in the tree, scripts, routes, variables, commands and their
 * options. What they show of a file stands there.
 */
describe('the papers are true', () => {
  let known: Known;
  beforeAll(async () => {
    known = await whatExists();
  });

  it.each(files)('%s', (file) => {
    expect(untrue({ file, text: readFileSync(root + file, 'utf8') }, known, root)).toEqual([]);
  });

  it.each([
    ['a link that leads nowhere', '[x](docs/no-such.md)'],
    ['a link to a heading that is not there', '[x](README.md#no-such-heading)'],
    ['a place that is not in the tree', '`src/no-such-room/file.ts`'],
    ['a script that npm does not have', 'npm run no-such-script'],
    ['a route that the contract does not have', '`/v1/no-such-thing/{id}`'],
    ['a method that a route does not have', '`DELETE /v1/dossiers/{code}`'],
    ['a variable that nothing reads', '`NO_SUCH_VARIABLE`'],
    ['a command that does not exist', '`lienthong no-such-command`'],
    ['a command below another that does not exist', '`lienthong keys forget`'],
    ['a part of a file that is not there', '```ts\n// src/room.ts\nno such line\n```'],
    [
      'parts in another order',
      '```ts\n// src/room.ts\nexport interface Room {\n// …\nexport interface RoomParts {\n```',
    ],
    ['a part of no file', '```ts\n// src/no-such-room.ts\nno such line\n```'],
    ['an option that a command does not have', '```sh\nlienthong keys create --forever\n```'],
  ])('finds %s', (_name, text) => {
    expect(untrue({ file: 'paper.md', text }, known, root)).toHaveLength(1);
  });

  it('takes parts of a file as they stand there, and nothing else in them for a name', () => {
    const text =
      '```ts\n// src/delivery/acts/interactive.ts\nconst LOOK_EVERY_MS = 250;\n// …\nconst DEFAULT_RETRY_MS = 5_000;\n```';
    expect(untrue({ file: 'paper.md', text }, known, root)).toEqual([]);
  });
});
