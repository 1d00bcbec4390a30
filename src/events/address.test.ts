import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ground } from '../../test/kit/room.ts';
import { commands, sql } from '../store/engine.ts';
import { ADDRESS_PURPOSE, addressOf, type KeptAddress, sealAddresses, shownAddress } from './address.ts';

describe('an address as people are shown it', () => {
  it.each([
    ['https://a.example/hooks/su-kien', 'https://a.example/hooks/su-kien'],
    ['https://a.example/api/v1/events/', 'https://a.example/api/v1/events/'],
    ['https://a.example', 'https://a.example/'],
    ['https://a.example/v123', 'https://a.example/…'],
    ['https://a.example/c2VjcmV0LXdvcmQtaGVyZQ==', 'https://a.example/…'],
    ['https://a.example/bot12345678:AAHxyz/send', 'https://a.example/…/send'],
    ['https://a.example/hook/a,b1cd,9', 'https://a.example/hook/…'],
    ['https://a.example/s/k9x2', 'https://a.example/s/…'],
    ['https://a.example/user@example.com', 'https://a.example/…'],
    ['https://a.example/Nguyen-Van-Mau', 'https://a.example/…'],
    ['https://a.example/nguy%E1%BB%85n', 'https://a.example/…'],
    ['https://a.example/abcdefghijklmnopqrst', 'https://a.example/…'],
    ['https://u:p@a.example/hook?t=1&u#x', 'https://a.example/hook?…&…#…'],
    ['nonsense', '…'],
  ])('%s is shown as %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
  });

  it('holds nothing of a part that is not plain, whatever it is made of', () => {
    const part = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).map(encodeURIComponent);
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const shown = shownAddress(`https://a.example/${parts.join('/')}`);
        for (const each of new URL(shown).pathname.split('/'))
          expect(decodeURIComponent(each)).toMatch(/^(…|[a-z][a-z-]{0,15}|v\d{1,2})?$/);
      }),
    );
  });
});

describe('addresses that an earlier version kept in clear', () => {
  it('are sealed at the start, all of them and once; what was sealed is left, and of what ended its origin is kept', async () => {
    const on = await ground();
    const path = (n: number) => `https://a.example/hook/${n}/k9x2`;
    const rows = Array.from({ length: 230 }, (_, n) => ({
      ...{ id: `hook_${String(n).padStart(4, '0')}`, subject: on.vault.newSubject(), url: path(n), ended: n === 7 },
    }));
    const own = rows[3];
    const [sealed = ''] = await on.vault.seal([
      { subject: own?.subject ?? on.vault.newSubject(), purpose: ADDRESS_PURPOSE, row: own?.id ?? '', text: path(3) },
    ]);
    await on.engine.batch([
      sql(
        `insert into subject (id, kind, ref, salt, epoch, created_at)
         select v.value->>'subject', 'subscription', v.value->>'id', v.value->>'salt', cast(v.value->>'epoch' as bigint), {at} from json_each(?1) v`,
        commands(
          rows.map(({ id, subject, ended }) => ({
            ...{ id, subject: subject.id, salt: ended ? null : subject.salt, epoch: subject.epoch },
          })),
        ),
      ),
      sql(
        `insert into subscription (id, url, address, types, subject, secrets, position, created_at, created_by, written_by)
         select v.value->>'id', v.value->>'url', v.value->>'address', 'null', v.value->>'subject', '', 0, {at}, 'an', 't' from json_each(?1) v`,
        commands(
          rows.map(({ id, subject, url }) =>
            id === own?.id
              ? { id, subject: subject.id, url: 'https://a.example', address: sealed }
              : { id, subject: subject.id, url, address: null },
          ),
        ),
      ),
    ]);
    expect(await sealAddresses(on)).toBe(rows.length - 1);
    const kept = (await on.engine.all(
      sql(
        'select s.id, s.url, s.address, s.subject, u.salt, u.epoch from subscription s join subject u on u.id = s.subject order by s.id',
      ),
    )) as unknown as KeptAddress[];
    expect(new Set(kept.map(({ url }) => url))).toEqual(new Set(['https://a.example']));
    expect(await Promise.all(kept.map((row) => addressOf(on.vault, row)))).toEqual(
      rows.map(({ url, ended }) => (ended ? 'https://a.example' : url)),
    );
    expect(kept[3]?.address).toBe(sealed);
    expect(await sealAddresses(on)).toBe(0);
  });
});
