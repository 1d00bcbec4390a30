import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headOf, mutated, toldBy } from '../../../test/kit/in-pieces.ts';
import { camt052, camt053, camt054 } from './camt.ts';
import { decimal } from './decimal.ts';
import type { Told } from './source.ts';

const money = (text: string): bigint => decimal(text) ?? -1n;
const balance = (kind: string, amount: string, mark = 'CRDT') =>
  `<Bal><Tp><CdOrPrtry><Cd>${kind}</Cd></CdOrPrtry></Tp><Amt Ccy="VND">${amount}</Amt><CdtDbtInd>${mark}</CdtDbtInd></Bal>`;
const ENTRY = `<Ntry>
<NtryRef>1</NtryRef><Amt Ccy="VND">500000</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
<BookgDt><Dt>2026-03-01</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt><AcctSvcrRef>FT1</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>E2E1</EndToEndId></Refs>
<RmtInf><Ustrd>NGUYEN VAN MAU</Ustrd><Ustrd>HS 2026
 0001</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>
<AddtlNtryInf>le phi &amp; phi</AddtlNtryInf></Ntry>`;
const section = (entries: string, more = '') =>
  `<Stmt><Id>S1</Id><FrToDt><FrDtTm>2026-03-01T00:00:00+07:00</FrDtTm><ToDtTm>2026-03-02T00:00:00</ToDtTm></FrToDt>
<Acct><Id><Othr><Id>0011-0000-00001</Id></Othr></Id><Ccy>VND</Ccy></Acct>
${balance('OPBD', '1000')}${balance('CLBD', '501000', 'DBIT')}${more}
${entries}</Stmt>`;
const documentOf = (inner: string, kind = '053', version = '08', root = 'BkToCstmrStmt') =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.${kind}.001.${version}"><${root}><GrpHdr><MsgId>M</MsgId></GrpHdr>
${inner}</${root}></Document>`;
const FILE = documentOf(section(ENTRY));
const problems = (told: readonly Told[]) =>
  told.flatMap((each) => (each.kind === 'problem' ? [[each.row, each.column, each.message]] : []));
const lines = (told: readonly Told[]) => told.filter((each) => each.kind === 'line');
const withEntry = async (entry: string) => lines(await toldBy(camt053, documentOf(section(entry))));

describe('a statement', () => {
  it('is told part by part', async () => {
    expect(await toldBy(camt053, FILE)).toEqual([
      {
        ...{ kind: 'account', row: 3, account: '0011000000001', currency: 'VND', opening: money('1000') },
        ...{ from: '2026-03-01', to: '2026-03-02' },
      },
      {
        ...{ kind: 'line', row: 6, date: '2026-03-01', valueDate: '2026-03-02', time: null, documentNumber: 'FT1' },
        ...{ direction: 'credit', amount: money('500000'), balance: null, reversal: false, fee: null, status: null },
        narrative: 'NGUYEN VAN MAU HS 2026 0001 RF18 E2E1 le phi & phi',
      },
      {
        ...{ kind: 'closing', row: 12, closing: -money('501000'), credits: null, debits: null, lines: null },
      },
    ]);
  });

  it('is the same in any version, with any prefix, in an envelope, with other line ends', async () => {
    const bare = (told: readonly Told[]) => told.map((each) => ({ ...each, row: 0 }));
    const plain = bare(await toldBy(camt053, FILE));
    const prefixed = FILE.replace(/<(\/?)(?=[A-Z])/g, '<$1x:').replace('xmlns=', 'xmlns:x=');
    const variants = [
      ...['01', '02', '13', '27'].map((version) => documentOf(section(ENTRY), '053', version)),
      prefixed,
      FILE.replace('<Document', '<Envelope><AppHdr/><Document').replace('</Document>', '</Document></Envelope>'),
      FILE.replaceAll('\n', '\r\n'),
      `\ufeff${FILE}`,
      FILE.replace('<Sts>BOOK</Sts>', '<Sts><Cd>BOOK</Cd></Sts>'),
      FILE.replace('<NtryDtls>', '').replace('</NtryDtls>', ''),
      FILE.replace('NGUYEN VAN MAU', '<![CDATA[NGUYEN VAN MAU]]>'),
    ];
    for (const variant of variants) expect(bare(await toldBy(camt053, variant))).toEqual(plain);
  });

  it('may be one of several', async () => {
    const two =
      section(ENTRY) +
      section('').replace('0011-0000-00001', 'VN001').replace('Othr><Id>', 'IBAN>').replace('</Id></Othr', '</IBAN');
    const told = await toldBy(camt053, documentOf(two));
    expect(told.map((each) => each.kind).join()).toBe('account,line,closing,account,closing');
    expect(told[3]).toMatchObject({ account: 'VN001' });
  });

  it('states sums and numbers, an entry of several transactions as so many lines', async () => {
    const summary = `<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries></TtlNtries><TtlCdtNtries><Sum>500000</Sum></TtlCdtNtries></TxsSummry>`;
    const split = ENTRY.replace(
      /<TxDtls>[\s\S]*<\/TxDtls>/,
      ['200000', '300000'].map((each) => `<TxDtls><Amt Ccy="VND">${each}</Amt></TxDtls>`).join(''),
    );
    expect((await toldBy(camt053, documentOf(section(ENTRY, summary)))).at(-1)).toMatchObject({
      ...{ credits: money('500000'), debits: null, lines: 1 },
    });
    expect((await toldBy(camt053, documentOf(section(split, summary)))).at(-1)).toMatchObject({ lines: 2 });
  });
});

describe('an entry', () => {
  const batch = (...amounts: readonly string[]) =>
    ENTRY.replace(
      /<TxDtls>[\s\S]*<\/TxDtls>/,
      amounts
        .map(
          (each, at) =>
            `<TxDtls><Refs><AcctSvcrRef>T${at}</AcctSvcrRef></Refs><AmtDtls><TxAmt><Amt Ccy="VND">${each}</Amt></TxAmt></AmtDtls>` +
            `<RmtInf><Ustrd>w${at}</Ustrd></RmtInf></TxDtls>`,
        )
        .join(''),
    );

  it('of several transactions that make its amount is as many lines, and one line otherwise', async () => {
    expect(await withEntry(batch('200000', '300000'))).toMatchObject([
      { amount: money('200000'), documentNumber: 'T0', narrative: 'w0 le phi & phi' },
      { amount: money('300000'), documentNumber: 'T1', narrative: 'w1 le phi & phi' },
    ]);
    expect(await withEntry(batch('200000', '1'))).toMatchObject([
      { amount: money('500000'), documentNumber: 'FT1', narrative: 'w0 w1 le phi & phi' },
    ]);
  });

  it('that is not booked is left out', async () => {
    for (const status of ['PDNG', 'INFO', '<Cd>PDNG</Cd>'])
      expect(await withEntry(ENTRY.replace('>BOOK<', `>${status}<`))).toEqual([]);
  });

  it('may take back another, has its time in Vietnam, and other references', async () => {
    const [line] = await withEntry(
      ENTRY.replace('</CdtDbtInd>', '</CdtDbtInd><RvslInd>true</RvslInd>')
        .replace('<Dt>2026-03-01</Dt>', '<DtTm>2026-03-01T20:30:00Z</DtTm>')
        .replace('<AcctSvcrRef>FT1</AcctSvcrRef>', '')
        .replace('E2E1', 'NOTPROVIDED'),
    );
    expect(line).toMatchObject({
      reversal: true,
      direction: 'credit',
      date: '2026-03-02',
      time: '03:30:00',
      documentNumber: '1',
    });
    expect(line?.narrative).not.toContain('NOTPROVIDED');
    const [local] = await withEntry(ENTRY.replace('<Dt>2026-03-01</Dt>', '<DtTm>2026-03-01T20:30:00.5</DtTm>'));
    expect(local).toMatchObject({ date: '2026-03-01', time: '20:30:00' });
  });

  it.each([
    ['>500000<', '>5e5<', 'Ntry/Amt', 'is no amount'],
    ['>500000<', '>-1<', 'Ntry/Amt', 'is no amount'],
    ['Ccy="VND">500000', 'Ccy="USD">500000', 'Ntry/Amt', "is not in the account's currency"],
    ['CRDT', 'CREDIT', 'Ntry/CdtDbtInd', 'is neither CRDT nor DBIT'],
    ['BOOK', 'DONE', 'Ntry/Sts', 'is none of BOOK, PDNG, INFO and FUTR'],
    ['2026-03-01', '2026-02-30', 'Ntry/BookgDt', 'is no date'],
    ['2026-03-02', 'soon', 'Ntry/ValDt', 'is no date'],
  ])('with %s as %s is refused', async (from, to, column, message) => {
    const told = await toldBy(camt053, documentOf(section(ENTRY.replace(from, to))));
    expect(problems(told)).toEqual([[6, column, message]]);
  });
});

it('reads reports and notices too', async () => {
  const report = documentOf(section(ENTRY), '052', '06', 'BkToCstmrAcctRpt').replaceAll('Stmt>', 'Rpt>');
  const itbd = report.replace('CLBD', 'ITBD');
  expect((await toldBy(camt052, itbd)).at(-1)).toMatchObject({ kind: 'closing', closing: null });
  const notice = documentOf(section(ENTRY), '054', '04', 'BkToCstmrDbtCdtNtfctn')
    .replaceAll('Stmt>', 'Ntfctn>')
    .replace(/<Bal>.*<\/Bal>/g, '')
    .replace('<Ccy>VND</Ccy>', '');
  expect(await toldBy(camt054, notice)).toMatchObject([
    { kind: 'account', currency: 'VND', opening: null },
    { kind: 'line' },
    { kind: 'closing', closing: null },
  ]);
});

describe('what is wrong with a file', () => {
  it.each([
    ['nothing', '', [[1, null, 'is not well-formed XML']]],
    ['cut off', FILE.slice(0, FILE.indexOf('</Stmt>')), [[12, null, 'is not well-formed XML']]],
    ['another kind', FILE.replace('camt.053', 'pain.001'), [[2, null, 'is a document of another kind than camt.053']]],
    ['no document', '<a/>', [[1, null, 'holds no account of a camt.053']]],
    [
      'a DOCTYPE',
      FILE.replace('<Document', '<!DOCTYPE a [<!ENTITY b "c">]>\n<Document'),
      [[2, null, 'has a DOCTYPE, which no statement needs']],
    ],
    ['an entity', FILE.replace('&amp;', '&more;'), [[12, null, 'is not well-formed XML']]],
    ['no account', FILE.replace(/<Othr>.*<\/Othr>/, ''), [[3, 'Acct/Id', 'names no account']]],
    ['a balance', FILE.replace('>1000<', '>x<'), [[5, 'Bal/Amt', 'is no amount']]],
    ['depth', FILE.replace(ENTRY, '<a>'.repeat(100)), [[6, null, 'is nested too deeply']]],
  ])('%s', async (_name, file, expected) => {
    expect(problems(await toldBy(camt053, file))).toEqual(expected);
  });

  it('a text without an end, and bytes that are none', async () => {
    const told = await toldBy(camt053, FILE.replace('MAU', 'U'.repeat(400_000)));
    expect(problems(told)).toEqual([[10, null, 'has a text that is too long']]);
    const bytes = new TextEncoder().encode(FILE);
    bytes[FILE.indexOf('MAU')] = 0xff;
    expect(problems(await toldBy(camt053, bytes))).toEqual([[10, null, 'is not text in its encoding']]);
  });
});

it('is recognised by its namespace', () => {
  const readers = [camt052, camt053, camt054];
  expect(readers.map((each) => each.recognises(headOf(FILE)))).toEqual([false, true, false]);
  expect(readers.some((each) => each.recognises(headOf('<Document xmlns="urn:x"/>')))).toBe(false);
});

it('cutting the file changes nothing, and nothing that it is given makes it throw', async () => {
  const bytes = new TextEncoder().encode(`${FILE.replaceAll('\n', '\r\n').replace('MAU', 'Mẫu')}`);
  const whole = await toldBy(camt053, bytes);
  const change = fc.tuple(fc.nat(3), fc.nat(5_000), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      ...([
        fc.array(change, { maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        fc.uint8Array({ maxLength: 300 }),
      ] as const),
      async (changes, size, random) => {
        expect(await toldBy(camt053, bytes, size)).toEqual(whole);
        const broken = mutated(bytes, changes);
        expect(await toldBy(camt053, broken, size)).toEqual(await toldBy(camt053, broken));
        await toldBy(camt053, random);
      },
    ),
  );
});

it('tells entries while it reads: 200,000 of them are never held', async () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const [before = '', after = ''] = FILE.split(ENTRY);
  const short = `<Ntry><Amt Ccy="VND">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-03-01</Dt></BookgDt></Ntry>\n`;
  let pulled = 0;
  async function* file() {
    yield encode(before);
    for (; pulled < 200; pulled++) yield encode(short.repeat(1000));
    yield encode(after);
  }
  let count = 0;
  for await (const group of camt053.read(file(), { account: null })) {
    expect(group.length).toBeLessThan(1000);
    count += group.length;
    expect(count).toBeGreaterThanOrEqual(pulled * 1000 - 2000);
  }
  expect(count).toBe(200_002);
});
