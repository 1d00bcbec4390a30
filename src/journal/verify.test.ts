import { afterEach, describe, expect, it } from 'vitest';
import { type JournalFixture, journalFixture, type Written } from '../../test/kit/journal.ts';
import { ed25519Signer } from '../crypto/ed25519.ts';
import { webDigest } from '../crypto/vault-web.ts';
import { journalled } from '../runtime/journalled.ts';
import { type Row, sql } from '../store/engine.ts';
import { leafText, sealText } from './line.ts';
import { lineOf, sealOf } from './statements.ts';
import type { Verdict } from './verdict.ts';
import { verifyJournal } from './verify.ts';

const HOUR = 3_600_000;
let fixture: JournalFixture;
afterEach(() => fixture.engine.close());

/** 15 exchanges, each accepted and then delivered: 30 sealed lines in 3 seals, and 4 that are not sealed yet. */
async function standing(): Promise<JournalFixture> {
  fixture = await journalFixture(10);
  const lines = Array.from({ length: 15 }, (_, index): Written[] => [
    { ref: `x_${10 + index}`, from: null, to: 'pending', at: HOUR + index * 10, hash: `h${index}` },
    { ref: `x_${10 + index}`, from: 'sending', to: 'delivered', at: HOUR + index * 10 + 5, hash: `h${index}` },
  ]).flat();
  await fixture.write(lines);
  await fixture.sealAll();
  await fixture.write(
    Array.from({ length: 4 }, (_, index) => ({
      ref: `late_${index}`,
      from: null,
      to: 'pending',
      at: HOUR + 1000 + index,
    })),
  );
  return fixture;
}
const idAt = async (position: number): Promise<string> =>
  String((await fixture.engine.all(sql('select id from journal where position = ?1', position)))[0]?.id);

describe('journal verify', () => {
  it('I8: a journal nobody touched is sound, and so is its export', async () => {
    await standing();
    const sound = { ok: true, lines: 34, unsealed: 4, seals: 3, head: { n: 3, position: 30 } };
    expect(await fixture.verify()).toMatchObject(sound);
    expect(await fixture.verifyExported()).toMatchObject({ ...sound, keyFrom: 'given' });
  });

  const changedLine: [column: string, value: string | number | null][] = [
    ['id', 'x_99:forged'],
    ['ref', 'x_99'],
    ['from_state', 'pending'],
    ['from_state', null],
    ['to_state', 'rejected'],
    ['actor', 'nobody'],
    ['at', HOUR + 7],
    ['payload_hash', 'other'],
    ['payload_hash', null],
  ];
  it.each(changedLine)('I8: names the line whose %s was changed to %s', async (column, value) => {
    await standing();
    await fixture.run(`update journal set ${column} = ?1 where position = 14`, value);
    const expected = { ok: false, problem: 'changed', position: 14, line: await idAt(14) };
    expect(await fixture.verify()).toMatchObject(expected);
    expect(await fixture.verifyExported()).toMatchObject(expected);
  });

  it.each([0, -3, 999])('I8: names the line whose position was changed to %s', async (value) => {
    await standing();
    const line = await idAt(14);
    await fixture.run('update journal set position = ?1 where position = 14', value);
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'changed', position: 14, line });
    expect(await fixture.verifyExported()).toMatchObject({ ok: false, problem: 'removed', position: 14 });
  });

  const changedSeal: [column: string, value: string | number][] = [
    ['n', 99],
    ['first', 12],
    ['last', 19],
    ['prev', 'x'.repeat(43)],
    ['leaves', 'x'.repeat(430)],
    ['leaves', ''],
    ['leaves', 'x'.repeat(431)],
    ['leaves', 'x'.repeat(86)],
    ['root', 'x'.repeat(43)],
    ['signed_at', 1],
    ['signature', 'x'.repeat(86)],
    ['public_key', 'x'.repeat(43)],
  ];
  it.each(changedSeal)('I8: names the first line of the seal whose %s was changed', async (column, value) => {
    await standing();
    await fixture.run(`update seal set ${column} = ?1 where n = 2`, value);
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'bad-seal', position: 11 });
    expect(await fixture.verifyExported()).toMatchObject({ ok: false });
  });

  const edits: [name: string, edit: (f: JournalFixture) => Promise<void>, expected: object][] = [
    ['a removed line', (f) => f.run('delete from journal where position = 14'), { problem: 'removed', position: 14 }],
    [
      'the first line removed',
      (f) => f.run('delete from journal where position = 1'),
      { problem: 'removed', position: 1 },
    ],
    [
      'a removed last line',
      (f) => f.run('delete from journal where position = 30'),
      { problem: 'removed', position: 30 },
    ],
    [
      'a removed line, those after it moved up',
      async (f) => {
        await f.run('delete from journal where position = 14');
        await f.run('update journal set position = -(position - 1) where position > 14');
        await f.run('update journal set position = -position where position < 0');
      },
      { problem: 'removed', position: 14 },
    ],
    [
      'an inserted line, those after it moved down',
      async (f) => {
        await f.run('update journal set position = -(position + 1) where position >= 14');
        await f.run('update journal set position = -position where position < 0');
        await f.run(
          "insert into journal (id, ref, from_state, to_state, actor, at, position) values ('x_9:f', 'x_9', null, 'pending', 'x', 1, 14)",
        );
      },
      { problem: 'inserted', position: 14, line: 'x_9:f' },
    ],
    [
      'two lines that changed places',
      async (f) => {
        await f.run('update journal set position = -1 where position = 14');
        await f.run('update journal set position = 14 where position = 15');
        await f.run('update journal set position = 15 where position = -1');
      },
      { problem: 'changed', position: 14 },
    ],
    [
      'a line put in before the first',
      (f) =>
        f.run(
          "insert into journal (id, ref, from_state, to_state, actor, at, position) values ('zzz:f', 'zzz', null, 'pending', 'x', ?1, 0)",
          HOUR + 9,
        ),
      { problem: 'inserted', position: 0, line: 'zzz:f' },
    ],
    [
      'a tail cut off with its seal',
      async (f) => {
        await f.run('delete from journal where position > 20');
        await f.run('delete from seal where n = 3');
      },
      { problem: 'cut-off', position: 21 },
    ],
    [
      'everything cut off',
      async (f) => {
        await f.run('delete from journal');
        await f.run('delete from seal');
      },
      { problem: 'cut-off', position: 1 },
    ],
  ];
  it.each(edits)('I8: finds %s', async (_name, edit, expected) => {
    await standing();
    await edit(fixture);
    expect(await fixture.verify()).toMatchObject({ ok: false, ...expected });
    expect(await fixture.verifyExported()).toMatchObject({ ok: false, ...expected });
  });

  it('I8: a past rewritten with all hashes made anew, but without the key, is found', async () => {
    await standing();
    await fixture.run("update journal set to_state = 'rejected' where position = 14");
    const thief = await ed25519Signer(new Uint8Array(32).fill(9));
    const seals = (await fixture.engine.all<Row>(sql('select * from seal order by n'))).map(sealOf);
    let prev = seals[0] === undefined ? '' : (await webDigest([sealText(seals[0])])).join('');
    for (const seal of seals.slice(1)) {
      const lines = await fixture.engine.all<Row>(
        sql('select * from journal where position between ?1 and ?2 order by position', seal.first, seal.last),
      );
      const leaves = (await webDigest(lines.map((line) => leafText(lineOf(line))))).join('');
      const [root = ''] = await webDigest([leaves]);
      const text = sealText({ ...seal, prev, root });
      await fixture.run(
        'update seal set leaves = ?1, root = ?2, prev = ?3, signature = ?4, public_key = ?5 where n = ?6',
        leaves,
        root,
        prev,
        await thief.sign(text),
        thief.publicKey,
        seal.n,
      );
      prev = (await webDigest([text])).join('');
    }
    const expected = { ok: false, problem: 'bad-seal', position: 11 };
    expect(await fixture.verify()).toMatchObject(expected);
    expect(await fixture.verifyExported()).toMatchObject(expected);
    await fixture.run('update seal set public_key = ?1', fixture.signer.publicKey);
    expect(await fixture.verify()).toMatchObject(expected);
  });

  it('I8: another journal under the right key is found by its anchors', async () => {
    await standing();
    const anchors = [...fixture.anchors];
    await fixture.run('delete from seal where n = 3');
    await fixture.run("update journal set actor = 'x' where position > 20 and ref = 'x_24'");
    fixture.anchors.length = 2;
    await fixture.makeSealer({ limit: 10 }).seal();
    fixture.anchors.splice(0, fixture.anchors.length, ...anchors);
    expect(await fixture.verify()).toMatchObject({ ok: false, problem: 'bad-seal', position: 21 });
  });

  it('I8: a line removed before it was sealed breaks the states of its reference', async () => {
    fixture = await journalFixture(10);
    await fixture.write([
      { ref: 'x_1', from: null, to: 'pending', at: HOUR },
      { ref: 'x_1', from: 'sending', to: 'retrying', at: HOUR + 1 },
      { ref: 'x_2', from: null, to: 'pending', at: HOUR + 2 },
      { ref: 'x_1', from: 'retrying', to: 'cancelled', at: HOUR + 3, token: 'last' },
    ]);
    await fixture.run("delete from journal where to_state = 'retrying'");
    const expected = { ok: false, problem: 'broken-continuity', line: 'x_1:last' };
    expect(await fixture.verify()).toMatchObject(expected);
    await fixture.sealAll();
    // Its place stays empty.
    expect(await fixture.verify()).toMatchObject({ ...expected, position: 4 });
    expect(await fixture.verifyExported()).toMatchObject({ ...expected, position: 4 });
  });

  it('I8: where nobody else writes, a number that no line has tells of a line that was removed, sealed or not', async () => {
    const known = {
      digest: webDigest,
      kinds: journalled.kinds,
      publicKeys: [(await standing()).signer.publicKey],
      consecutive: true,
    };
    expect(await verifyJournal(fixture.engine, known)).toMatchObject({ ok: true, lines: 34 });
    await fixture.run('delete from journal where position = 33');
    const expected = { ok: false, problem: 'removed', position: 33 };
    expect(await verifyJournal(fixture.engine, known)).toMatchObject(expected);
    await fixture.sealAll();
    expect(await verifyJournal(fixture.engine, known)).toMatchObject(expected);
    expect(await fixture.verify()).toMatchObject({ ok: true });
  });

  it('a clock that was set back is told of and is no fault, sealed or not, here and in an export', async () => {
    await standing();
    // An hour back and on from there, then forward again: two honest writers and one step.
    const written = [0, 5, 10, HOUR].map((ms, index) => ({
      ...{ ref: `x_back${index}`, from: null, to: 'pending', at: HOUR / 2 + ms, token: 't' },
    }));
    await fixture.write(written);
    const backwards = { count: 1, first: [{ line: 'x_back0:t', position: 35, byMs: HOUR / 2 + 1003 }] };
    expect(await fixture.verify()).toMatchObject({ ok: true, unsealed: 8, backwards });
    const told = { count: 1, first: [{ line: 'x_back0:t', byMs: HOUR / 2 + 1003 }] };
    expect(await fixture.verifyExported()).toMatchObject({ ok: true, unsealed: 8, backwards: told });
    await fixture.sealAll();
    expect(await fixture.verify()).toMatchObject({ ok: true, unsealed: 0, backwards });
    expect(await fixture.verifyExported()).toMatchObject({ ok: true, unsealed: 0, backwards });
    await fixture.write(
      Array.from({ length: 9 }, (_, index) => ({
        ...{ ref: `x_more${index}`, from: null, to: 'pending', at: HOUR - index * 120_000 },
      })),
    );
    const many = await fixture.verify();
    expect(many).toMatchObject({ ok: true, backwards: { count: 10 } });
    expect(many.ok && many.backwards.first).toHaveLength(5);
  });

  it('lines of one millisecond may stand in either order', async () => {
    fixture = await journalFixture(10);
    await fixture.write([
      { ref: 'x_1', from: null, to: 'pending', at: HOUR, token: 'c' },
      { ref: 'x_1', from: 'pending', to: 'superseded', at: HOUR, token: 'a' },
      { ref: 'lane', from: 'closed', to: 'open', at: HOUR, token: 'b' },
      { ref: 'lane', from: 'open', to: 'closed', at: HOUR, token: 'a' },
    ]);
    expect(await fixture.verify()).toMatchObject({ ok: true, unsealed: 4 });
  });

  it('I8: an export that was cut, padded or edited is found without database and secret', async () => {
    await standing();
    const bad: [(text: string) => string, Partial<Verdict> | object][] = [
      [(text) => text.slice(0, -200), { problem: 'cut-off' }],
      [(text) => `${text.trimEnd().split('\n').slice(0, 20).join('\n')}\n`, { ok: false }],
      [(text) => text.replace('"to":"delivered"', '"to":"rejected"'), { problem: 'changed', position: 2 }],
      [(text) => `${text}${text.split('\n')[2]}\n`, { problem: 'inserted' }],
      [
        (text) =>
          text
            .split('\n')
            .filter((line) => !line.includes('late_2'))
            .join('\n'),
        { problem: 'cut-off' },
      ],
      [() => '', { problem: 'bad-seal' }],
      [() => 'no json\n', { problem: 'bad-seal' }],
    ];
    for (const [edit, expected] of bad)
      expect(await fixture.verifyExported(edit)).toMatchObject({ ok: false, ...expected });
  });

  it('believes no key that stands in the database', async () => {
    await standing();
    const other = await ed25519Signer(new Uint8Array(32).fill(3));
    const verdict = await verifyJournal(fixture.engine, {
      digest: webDigest,
      kinds: journalled.kinds,
      publicKeys: [other.publicKey],
    });
    expect(verdict).toMatchObject({ ok: false, problem: 'bad-seal', position: 1 });
  });
});
