import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openStore, storeKind } from '../../test/kit/store.ts';
import { commands, sql } from './engine.ts';
import { commandBytes, commandTexts, isLonger, mustFit, slices, TooLarge, utf8Bytes } from './limits.ts';

const texts = fc.array(fc.record({ text: fc.string({ unit: 'binary', maxLength: 60 }) }), { maxLength: 40 });

it('I1: commands are cut so that no text is longer and no statement has more than the limit, none is left out and none is moved', () => {
  fc.assert(
    fc.property(
      texts,
      fc.integer({ min: 450, max: 2_000 }),
      fc.integer({ min: 1, max: 50 }),
      (items, textBytes, most) => {
        const limits = { textBytes, commands: most };
        const cut = slices(items, commandBytes, limits);
        expect(cut.flat()).toEqual(items);
        for (const slice of cut) expect(utf8Bytes(commands(slice))).toBeLessThanOrEqual(textBytes);
        for (const slice of cut) expect(slice.length).toBeLessThanOrEqual(most);
        const read = commandTexts(items, limits).flatMap((text) => Object.values(JSON.parse(text)));
        expect(read).toEqual(JSON.parse(JSON.stringify(items)));
      },
    ),
  );
});

it('what is too long is told from its bytes, not its letters', () => {
  expect([isLonger('ữ'.repeat(3), 9), isLonger('ữ'.repeat(3), 8), isLonger('aaa', 3), isLonger('aaaa', 3)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(() => slices(['aaaa'], utf8Bytes, { textBytes: 5, commands: 9 })).toThrow(TooLarge);
});

it('an engine names the statement that is over its limits, and nothing of what it holds', async () => {
  const limits = { parameters: 2, textBytes: 10, commands: 9 };
  const statement = sql(' insert into dossier_body\n (subject) values (?1)', 'Nguyễn Văn Mẫu');
  expect(() => mustFit(statement, limits)).toThrow(
    'parameter ?1 of “insert into dossier_body (subject) …” is more than the 10 bytes that the store takes in one text',
  );
  expect(() => mustFit(sql('select 1', 1, 2, 3), limits)).toThrow('“select 1 …” has 3 parameters, of 2');
  const engine = await openStore();
  const tooMany = sql('select 1', ...Array.from({ length: engine.limits.parameters + 1 }, () => 1));
  for (const act of [() => engine.all(tooMany), () => engine.scan(tooMany), () => engine.batch([tooMany])])
    await expect(act()).rejects.toThrow('parameters, of');
  await engine.close();
});

it.runIf(storeKind === 'd1')('the longest text that D1 declares goes in and comes out', async () => {
  const engine = await openStore();
  const text = 'ữ'.repeat(engine.limits.textBytes / 3);
  const [row] = await engine.all<{ n: number }>(sql('select length(?1) as n', text));
  expect(row?.n).toBe(text.length);
  await expect(engine.all(sql('select length(?1) as n', `${text}ữ`))).rejects.toThrow(
    'parameter ?1 of “select length(?1)',
  );
  await engine.close();
});
