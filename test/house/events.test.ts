import { expect, it } from 'vitest';
import { z } from 'zod';
import { eventType } from '../../src/chronicle/event-type.ts';
import { eventBreaches } from './events.ts';

const type = (name: string) => eventType(name, { meaning: 'Somebody spoke', data: z.strictObject({}) });

it('a type of event that no room lists is told by name, though another of that name is listed', () => {
  const [spoke, sang] = [type('test.spoke'), type('test.sang')];
  const modules = new Map([['src/test/event-types.ts', { spoke, sang, made: type, words: ['a'] }]]);
  expect(eventBreaches(modules, [spoke, sang])).toEqual([]);
  expect(eventBreaches(modules, [spoke, type('test.sang')])).toEqual([
    'src/test/event-types.ts: test.sang stands among the events of no room',
  ]);
});
