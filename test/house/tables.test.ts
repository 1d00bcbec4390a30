import { describe, expect, it } from 'vitest';
import { rooms } from '../../src/runtime/rooms.ts';
import type { SealedColumn, Table } from '../../src/store/tables.ts';
import { tableBreaches } from './tables.ts';

const folder = 'src/pets/';
/** The product with an invented room that has one table. */
async function breaches(table: Table | undefined, source = 'insert into pet (id, name) values (?1, ?2)', at = folder) {
  const pets = {
    name: 'pets',
    ...(table === undefined ? {} : { tables: { pet: table } }),
    migrations: [
      {
        ...{ number: 2001, name: 'pets', oldestProgram: '0.2.0' },
        statements: ['create table pet (id text not null primary key, name text, age bigint, met_at bigint)'],
      },
    ],
    create: () => ({}),
  };
  const listed = [...rooms.map((room) => ({ folder: `src/${room.name}/`, room })), { folder, room: pets }];
  return tableBreaches(new Map([[`${at}statements.ts`, source]]), listed);
}
const declared: Table = {
  clear: ['id'],
  numbers: ['age'],
  wall: ['met_at'],
  sealed: {
    name: {
      purpose: 'pet.name',
      row: ({ id }) => id,
      under: 'select p.id, p.met_at as at, p.name as sealed from pet p',
    },
  },
};

describe('what the house says of tables', () => {
  it('nothing, where a room writes its own and says what each column holds', async () => {
    expect(await breaches(declared)).toEqual([]);
  });

  it('names a column that is neither sealed nor declared, and one that is declared and not there', async () => {
    expect(await breaches({ ...declared, sealed: {} })).toEqual([
      expect.stringContaining('pet.name: pets does not say'),
    ]);
    expect(await breaches({ ...declared, numbers: [] })).toEqual([
      expect.stringContaining('pet.age: pets does not say'),
    ]);
    expect(await breaches({ ...declared, wall: [] })).toEqual([
      expect.stringContaining('pet.met_at: pets does not say by which clock'),
    ]);
    expect(await breaches({ ...declared, steady: ['met_at'] })).toEqual([expect.stringContaining('declares it twice')]);
    expect(await breaches({ ...declared, words: ['tail'] })).toEqual([expect.stringContaining('pet.tail')]);
    expect(await breaches({ ...declared, blind: ['name'] })).toEqual([expect.stringContaining('declares it twice')]);
  });

  it('names a sealed column that is bound to no row, or by what nobody answers', async () => {
    const sealed = (row: SealedColumn['row']): Table => {
      const name = { purpose: 'pet.name', row, under: 'select p.id, p.met_at as at, p.name as sealed from pet p' };
      return { ...declared, sealed: { name } };
    };
    expect(await breaches(sealed(({ id }) => `pet ${id}`))).toEqual([]);
    expect(await breaches(sealed(() => 'pet'))).toEqual([expect.stringContaining('pet.name: what pets seals')]);
    expect(await breaches(sealed(({ id, age }) => `${id}/${age}`))).toEqual([
      expect.stringContaining('pet.name: pets names its row by age'),
    ]);
  });

  it('names a table that nobody declares, by the schema and by the statement', async () => {
    expect(await breaches(undefined)).toEqual([
      expect.stringContaining('it writes pet, and no room declares'),
      expect.stringContaining('the table pet'),
    ]);
  });

  it.each([
    ['insert into exchange (id) values (?1)', 'exchange, which belongs to delivery'],
    ['UPDATE stream SET due_at = null where id = ?1', 'stream, which belongs to delivery'],
    ['delete from dossier where code = ?1', 'dossier, which belongs to dossiers'],
    ['update subject as s set kind = ?1', 'subject, which belongs to crypto'],
    ['update subject s set kind = ?1', 'subject, which belongs to crypto'],
    ['update main.subject set kind = ?1', 'subject, which belongs to crypto'],
    ['update or ignore api_key set id = ?1', 'api_key, which belongs to access'],
    ['insert or replace into "api_key" (id) values (?1)', 'api_key, which belongs to access'],
    ["sql('delete from ' + TABLE)", 'by its name'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in a source
    ['insert into ${table} (id) values (?1)', 'by its name'],
  ])('names who writes what is not his: %s', async (source, said) => {
    expect(await breaches(declared, source)).toEqual([expect.stringContaining(said)]);
  });

  it('lets in whom the owner lets in, and nobody else', async () => {
    const hold = 'update subject set hold_reason = ?1 where id = ?2';
    expect(await breaches(declared, hold, 'src/retention/')).toEqual([]);
    expect(await breaches(declared, hold)).toEqual([expect.stringContaining('subject, which belongs to crypto')]);
  });
});
