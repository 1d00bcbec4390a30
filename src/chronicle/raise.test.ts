import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { platformOf, seeded, VirtualClock } from '../../test/kit/delivery/virtual-clock.ts';
import { checkEvents, declared } from '../../test/kit/events.ts';
import { openStore } from '../../test/kit/store.ts';
import { sql } from '../store/engine.ts';
import { migrate } from '../store/migrations/migrate.ts';
import { type EventType, eventType } from './event-type.ts';
import { happened, raise, raiseFrom } from './raise.ts';

/** A store whose events nobody checks. */
async function ground() {
  const clock = new VirtualClock();
  const engine = await openStore({ wallMs: () => clock.wall, steadyMs: () => clock.now });
  await migrate(engine);
  return { engine, platform: platformOf(clock, seeded(1)), rows: (text: string) => engine.all(sql(text)) };
}
const spoke = eventType('test.spoke', { meaning: 'Somebody spoke', data: z.strictObject({ words: z.int() }) });

describe('raising', () => {
  it('writes literal events only where their guard holds', async () => {
    const on = await ground();
    const say = (system: string) => ({
      ...happened(on.platform, spoke, { system, ref: 'r', data: { words: 3 } }),
      key: system,
    });
    await on.engine.batch([
      sql(`insert into meta (key, value) values ('a', '1')`),
      raise([say('a'), say('b')], `join meta m on m.key = v.value->>'key' and m.value = ?2`, '1'),
    ]);
    expect(await on.rows('select type, system, ref, data, position from event')).toEqual([
      { type: 'test.spoke', system: 'a', ref: 'r', data: '{"words":3}', position: null },
    ]);
  });

  it('writes what the store makes, and says that it raises', async () => {
    const on = await ground();
    const statement = raiseFrom(
      spoke,
      { id: '?1', system: 'null', ref: `'r'`, data: `'{"words":' || ?2 || '}'`, position: '7', source: 'where 1 = 1' },
      'evt_1',
      '4',
    );
    expect(statement.raises).toBe(true);
    expect(raise([]).raises).toBe(true);
    await on.engine.batch([statement]);
    expect(await on.rows('select id, type, system, ref, data, position from event')).toEqual([
      { id: 'evt_1', type: 'test.spoke', system: null, ref: 'r', data: '{"words":4}', position: 7 },
    ]);
  });

  it('takes no name that SQL would read as something else', () => {
    expect(() => eventType(`it's`, spoke)).toThrow('no name of an event');
  });
});

describe('the check at the end of tests', () => {
  const write = async (type: EventType, data: Record<string, string | number>) => {
    const on = await ground();
    await on.engine.batch([raise([{ ...happened(on.platform, type, { system: null, ref: 'r', data: {} }), data }])]);
    return on.engine;
  };
  it('catches a type that nobody lists, and data outside the schema', async () => {
    await expect(checkEvents(await write(spoke, { words: 3 }))).rejects.toThrow('test.spoke of r: no room lists');
    const restored = declared.find(({ name }) => name === 'store.restored') as EventType;
    await expect(checkEvents(await write(restored, {}))).rejects.toThrow('not what it should say');
    await checkEvents(await write(restored, { takenAt: '2026-01-15T08:00:00+07:00' }));
  });
});
