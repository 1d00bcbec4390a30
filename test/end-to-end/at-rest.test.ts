import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { atRest } from './at-rest.ts';

it('names plain text where it is to be sealed, and a person where none is to be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-at-rest-'));
  try {
    const file = join(folder, 'pets.db');
    const database = new DatabaseSync(file);
    database.exec('create table pet (id text, keeper text, note text)');
    const sealed = Buffer.concat([Buffer.from([2]), Buffer.alloc(40, 7)]).toString('base64');
    database.prepare('insert into pet values (?, ?, ?)').run('p1', sealed, 'Mèo');
    const under = { purpose: 'pet.keeper', row: () => '', under: 'select 1' };
    const tables = { pet: { clear: ['id'], words: ['note'], sealed: { keeper: under } } };
    expect(atRest(file, tables)).toEqual([]);
    expect(atRest(file, { pet: { ...tables.pet, sealed: { keeper: under, note: under } } })).toEqual([
      'pet.note is declared as sealed, and plain text stands in it',
    ]);
    database.prepare('insert into pet values (?, ?, ?)').run('p2', sealed, 'của Nguyễn Văn Mẫu');
    expect(atRest(file, tables)).toEqual(['pet.note is declared to name no person, and somebody stands in it']);
    database.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
