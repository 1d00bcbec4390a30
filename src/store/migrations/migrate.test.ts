import { expect, it } from 'vitest';
import own from '../../../package.json' with { type: 'json' };
import { openStore } from '../../../test/kit/store.ts';
import { rooms } from '../../runtime/rooms.ts';
import { compareVersions, migrate, migrations, PROGRAM_VERSION } from './migrate.ts';
import type { Migration } from './migration.ts';

const of = (number: number, name: string): Migration => ({
  ...{ number, name, oldestProgram: '0.1.0' },
  statements: [`create table ${name} (id text not null primary key)`],
});

it('I1: a number that another change has, applied or about to be, is refused by both names', async () => {
  const engine = await openStore();
  await expect(migrate(engine, () => {}, [of(3, 'pets')])).rejects.toThrow(
    'migration 3 is peer-sessions already: pets',
  );
  await expect(migrate(engine, () => {}, [of(2001, 'pets'), of(2001, 'toys')])).rejects.toThrow('2001 is pets already');
  await migrate(engine, () => {}, [of(2001, 'pets')]);
  await migrate(engine, () => {}, [of(2001, 'pets')]);
  await expect(migrate(engine, () => {}, [of(2001, 'toys')])).rejects.toThrow('migration 2001 is pets already: toys');
  await engine.close();
});

it('no migration needs a newer program than this one, which is the one that the package says', () => {
  expect(PROGRAM_VERSION).toBe(own.version);
  const all = [...migrations, ...rooms.flatMap((room) => room.migrations ?? [])];
  expect(all.filter(({ oldestProgram }) => compareVersions(oldestProgram, PROGRAM_VERSION) > 0)).toEqual([]);
});
