import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { house } from '../../test/kit/house.ts';
import { eventType } from '../chronicle/event-type.ts';
import { exchangeEventType } from '../delivery/event-types.ts';
import type { RoomDefinition } from '../room.ts';
import { json, route } from '../routes/route.ts';
import { declaredBy } from './declared.ts';
import { rooms } from './rooms.ts';

const contract = {
  ...({ method: 'get', path: '/v1/pets', operationId: 'listPets', scope: 'pets:read', tags: ['pets'] } as const),
  ...{ summary: 'Pets', description: 'All the pets that there are.' },
  responses: { 200: json(z.object({ n: z.int() }), 'How many') },
} as const;
const pets: RoomDefinition = {
  name: 'pets',
  scopes: { 'pets:read': { roles: ['operator'] } },
  tags: { pets: 'Pets' },
  create: () => ({ routes: [route(contract, () => ({ status: 200, body: { n: 1 } }))] }),
};
const eventOf = (name: string) => eventType(name, { meaning: 'Heard', data: z.strictObject({}) });
const start = (room: RoomDefinition) => house({ rooms: [room] });

describe('a start', () => {
  it('takes a room that says what it asks for', async () => {
    expect((await start(pets)).app.routes.map((each) => each.contract.path)).toContain('/v1/pets');
  });

  it('names a right that no room gives to anybody (I7)', async () => {
    const { scopes: _, ...none } = pets;
    await expect(start(none)).rejects.toThrow('listPets asks for pets:read, and no room says which roles have it');
  });

  it('names a heading that no room declares', async () => {
    await expect(start({ ...pets, tags: {} })).rejects.toThrow('listPets stands under pets');
  });

  it('names what two rooms declare both', async () => {
    await expect(start({ ...pets, tags: { ...pets.tags, dossiers: 'also' } })).rejects.toThrow(
      'the heading for dossiers',
    );
    await expect(start({ ...pets, tables: { exchange: {} } })).rejects.toThrow('the table for exchange');
    await expect(start({ ...pets, name: 'dossiers' })).rejects.toThrow('the folder for dossiers');
    await expect(start({ ...pets, variables: { ADMIN_KEY: z.string() } })).rejects.toThrow(
      'the variable for ADMIN_KEY',
    );
  });

  it('names routes of one place or one name: the first would answer for both', async () => {
    const at = (more: object): RoomDefinition => ({
      ...pets,
      create: () => ({ routes: [route({ ...contract, ...more }, () => ({ status: 200, body: { n: 1 } }))] }),
    });
    await expect(start(at({ path: '/v1/systems' }))).rejects.toThrow('the route for get /v1/systems');
    await expect(start(at({ operationId: 'listSystems' }))).rejects.toThrow('the operation for listSystems');
    await expect(start({ ...pets, events: [eventOf('store.restored')] })).rejects.toThrow(
      'the event for store.restored',
    );
    const twice = [eventOf('pet.slept'), eventOf('pet.slept')];
    await expect(start({ ...pets, events: twice })).rejects.toThrow('the event for pet.slept');
  });

  it('names an event that an operation raises and no room lists', async () => {
    const event = exchangeEventType('pet.lost', 'The pet is asked for once more');
    const owner = { differs: 'd', stateRequested: 's', event };
    const operations = new Map([['national-portal/feed', { compose: () => Promise.reject(new Error('none')), owner }]]);
    const room: RoomDefinition = { ...pets, create: () => ({ operations }) };
    await expect(start(room)).rejects.toThrow(
      'national-portal/feed raises pet.lost, and no room lists it among its events',
    );
    await start({ ...room, events: [event] });
  });
});

describe('the rights of the product', () => {
  it('are each had by another role than the administrator, or say why not', () => {
    for (const [scope, grant] of Object.entries(declaredBy(rooms).scopes))
      expect('roles' in grant ? grant.roles.length : grant.administratorOnly.length, scope).toBeGreaterThan(0);
  });

  it('are each asked for by a route', async () => {
    const asked = new Set((await house()).app.routes.map((each) => each.contract.scope));
    expect(Object.keys(declaredBy(rooms).scopes).filter((scope) => !asked.has(scope))).toEqual([
      // Asked for by handlers, beside the route's own.
      'dossiers:override',
      'reveal',
    ]);
  });
});
