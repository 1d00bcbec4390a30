import { expect, it } from 'vitest';
import { STORED_BEFORE_NUMBERS, VECTOR_SUBJECT, vaultOfVectors } from '../../test/kit/dossiers/stored-contents.ts';
import { ground } from '../../test/kit/room.ts';
import { sql } from '../store/engine.ts';
import { createAccept } from './accept.ts';
import { createDossierViews } from './views.ts';

it.each(STORED_BEFORE_NUMBERS)(
  'a dossier stored before formats had numbers is read, and not sent again when it is handed over again: $name',
  async ({ snapshot, mac, body }) => {
    const on = await ground({ vault: await vaultOfVectors() });
    const accept = createAccept({ ...on, wake: () => {} });
    const command = { snapshot, actor: 'province', mode: 'send' } as const;
    expect(await accept(command)).toMatchObject({ kind: 'accepted' });
    const { id, salt, epoch } = VECTOR_SUBJECT;
    await on.engine.batch([
      sql('update subject set id = ?1, salt = ?2, epoch = cast(?3 as bigint)', id, salt, epoch),
      sql('update dossier set subject = ?1, content_mac = ?2', id, mac),
      sql('update dossier_body set subject = ?1, body = ?2', id, body),
      sql(`update stream set id = 'national-portal:' || ?1`, id),
      sql(`update exchange set stream = 'national-portal:' || ?1`, id),
    ]);
    const exchanges = await on.rows('select id from exchange');

    expect(await accept(command)).toMatchObject({ kind: 'unchanged', version: 1 });
    expect(await on.rows('select id from exchange')).toEqual(exchanges);
    const read = await createDossierViews({ ...on, filled: () => [] }).content(snapshot.code);
    expect(read?.snapshot).toMatchObject({ code: snapshot.code, applicant: { name: snapshot.applicant.name } });
    expect(read?.snapshot).not.toHaveProperty('format');

    // Changed afterwards it is stored in the present format.
    const later = { ...snapshot, revision: 9, updatedAt: '2022-12-06T09:15:00+07:00', note: 'đổi' };
    expect(await accept({ ...command, snapshot: later })).toMatchObject({ kind: 'accepted', version: 2 });
    expect((await createDossierViews({ ...on, filled: () => [] }).content(snapshot.code))?.snapshot.note).toBe('đổi');
  },
);
