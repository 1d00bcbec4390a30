import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { wirePage } from './open-page.ts';
import { wireSubmission } from './submit.ts';

interface Vector<Ours> {
  readonly ours: Ours;
  readonly theirs: object;
}
const vector = <Ours>(name: string) =>
  JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')) as Vector<Ours>;

it('maps a page field for field', () => {
  const { ours, theirs } = vector<Parameters<typeof wirePage>[0]>('page');
  expect(wirePage(ours)).toStrictEqual(theirs);
});

it('maps a registration field for field', () => {
  const { ours, theirs } = vector<Parameters<typeof wireSubmission>[0]>('submission');
  expect(wireSubmission(ours)).toStrictEqual(theirs);
});
