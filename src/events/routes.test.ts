import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventDocuments } from '../../contracts/v1/event.ts';
import { newSubscriptionOf } from '../../contracts/v1/subscription.ts';
import { declared } from '../../test/kit/events.ts';
import { house } from '../../test/kit/house.ts';
import { practice } from '../../test/practice/adapter/index.ts';
import { practiceRoom } from '../../test/practice/room/room.ts';
import { eventType } from '../chronicle/event-type.ts';
import type { RoomDefinition } from '../room.ts';
import { openApiDocument } from '../routes/openapi.ts';

const spoke = eventType('pet.spoke', {
  meaning: 'A pet spoke',
  data: z.strictObject({ words: z.int() }).meta({ id: 'PetEventData' }),
});
const slept = eventType('pet.slept', { meaning: 'A pet slept', data: spoke.data });

describe('the documents of events', () => {
  const { eventType: names, event } = eventDocuments([spoke, slept]);
  const said = { id: 'evt_1', timestamp: '2026-01-15T08:00:00+07:00', position: 1, system: null, ref: 'r' };

  it('are made of the declared types: their names, their meanings, and their data once under its id', () => {
    const { $defs: shown } = JSON.parse(JSON.stringify(z.toJSONSchema(event)));
    expect(names.options).toEqual(['pet.spoke', 'pet.slept']);
    expect(names.meta()?.description).toBe('`pet.spoke`: A pet spoke. `pet.slept`: A pet slept.');
    expect(shown.Event.properties.data.anyOf).toEqual([{ $ref: '#/$defs/PetEventData' }]);
    expect(shown.PetEventData).toMatchObject({ required: ['words'], additionalProperties: {} });
  });

  it('leave room for types and members that come later', () => {
    expect(event.safeParse({ ...said, type: 'pet.sang', data: { words: 3, loud: true } }).success).toBe(true);
    expect(event.safeParse({ ...said, type: 'pet.spoke', data: { words: 'three' } }).success).toBe(false);
  });

  it('take a subscription to declared types alone', () => {
    const asked = newSubscriptionOf({ eventType: names });
    const url = 'https://example.vn/';
    expect(asked.safeParse({ url, types: ['pet.slept'] }).success).toBe(true);
    expect(asked.safeParse({ url, types: ['pet.sang'] }).success).toBe(false);
  });
});

describe('a type of event', () => {
  /** A schema with an id is shown as a reference to its definition. */
  const shapeOf = (schema: z.ZodType): { readonly properties: object; readonly required: readonly string[] } => {
    const shown = JSON.parse(JSON.stringify(z.toJSONSchema(schema)));
    return Object.values<never>(shown.$defs ?? {})[0] ?? shown;
  };
  it.each(declared.map((type) => [type.name, type] as const))('%s says all that is promised of it', (_, type) => {
    const { properties: says, required } = shapeOf(type.data);
    expect(required).toEqual(Object.keys(says));
    expect(says).toMatchObject(shapeOf(type.promised ?? type.data).properties);
  });
});

describe('a room brings its events from its own folder', () => {
  const documentOf = async (rooms: readonly RoomDefinition[]) => {
    const { app } = await house({ rooms, adapters: [practice as never] });
    return JSON.parse(JSON.stringify(openApiDocument(app.routes, { version: '1', publicUrl: '/', tags: {} })));
  };

  it('and the contract says of them, beside those of the product', async () => {
    const [without, withIt] = [await documentOf([]), await documentOf([practiceRoom])];
    const known = without.components.schemas.EventType.enum;
    expect(withIt.components.schemas.EventType.enum).toEqual([...known, 'practice.registered']);
    expect(withIt.components.schemas.Event.properties.data.anyOf).toContainEqual({
      $ref: '#/components/schemas/PracticeEventData',
    });
    expect(without.components.schemas.PracticeEventData).toBeUndefined();
  });
});
