import { expect, test } from 'vitest';
import { PlatformState } from '../payment-platform/state.ts';
import { answerBelow } from './msw.ts';

test.each([
  ['http://system.test', 'http://system.test', ''],
  ['http://system.test', 'http://system.test/pages/1?a=b', '/pages/1'],
  ['http://system.test/', 'http://system.test/pages/1', '/pages/1'],
  ['http://system.test:80/a', 'http://system.test/a', ''],
  ['http://system.test/a/', 'http://system.test/a/b/', '/b/'],
])('below %s, %s is "%s"', async (base, address, path) => {
  let asked: string | undefined;
  const route = (line: { readonly path: string }): undefined => {
    asked = line.path;
  };
  const answer = answerBelow(base, { state: new PlatformState(), route });
  expect((await answer({ request: new Request(address) })).status).toBe(404);
  expect(asked).toBe(path);
});
