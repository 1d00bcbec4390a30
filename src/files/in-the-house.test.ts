import { expect, it } from 'vitest';
import { HOUSE_KEY, house } from '../../test/kit/house.ts';
import { subjectsFrom } from '../crypto/subject-rows.ts';
import { newId } from '../platform.ts';
import type { RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { createFiles } from './files.ts';

it('I6: another room keeps a document in its own commit; the person’s export names it and his erasure takes it', async () => {
  const held: RoomParts[] = [];
  const probe = {
    name: 'probe',
    create: (given: RoomParts) => {
      held.push(given);
      return {};
    },
  };
  const composed = await house({ rooms: [probe] });
  const [parts] = held;
  if (parts === undefined) throw new Error('no parts');
  const subject = parts.vault.newSubject();
  const token = newId(parts.platform, 't');
  const file = await createFiles(parts).keepFile(
    { subject, name: 'Biên lai.pdf', contentType: 'application/pdf', bytes: Uint8Array.of(1, 2, 3), actor: 'probe' },
    { table: 'inbound_head', column: 'id', row: 'receipt-1', token },
  );
  await composed.engine.batch([
    sql(`insert into inbound_head (id, digest, inbound, seq, written_by) values ('receipt-1', '', '', 1, ?1)`, token),
    subjectsFrom(
      { id: '?1', kind: `'payment'`, ref: `'P1'`, salt: '?2', epoch: '?3', source: '' },
      ...[subject.id, subject.salt, subject.epoch],
    ),
    ...file.statements,
  ]);

  const ask = async (method: string, path: string, body?: object) => {
    const headers = {
      authorization: `Bearer ${HOUSE_KEY}`,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
    };
    const request = new Request(`http://gateway${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = await composed.app.fetch(request);
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() };
  };
  const get = () => ask('GET', `/v1/files/${file.id}?reveal=kiem-tra`);
  expect(await get()).toEqual({ status: 200, type: 'application/pdf', text: '\u0001\u0002\u0003' });
  const reason = { reason: 'theo yêu cầu' };
  expect((await ask('POST', `/v1/admin/subjects/${subject.id}/export`, reason)).text).toContain('Biên lai.pdf');
  expect((await ask('POST', `/v1/admin/subjects/${subject.id}/erase`, reason)).status).toBe(200);
  expect((await get()).status).toBe(410);
  const [row] = await composed.engine.all(sql('select state from file'));
  expect(row).toEqual({ state: 'erasing' });
  await composed.engine.close();
});
