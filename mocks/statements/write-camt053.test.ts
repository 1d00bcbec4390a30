import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { statements, sumOf } from './sample.ts';
import { writeCamt053 } from './write-camt053.ts';

interface ReadEntry {
  readonly Amt: { readonly '#text': string };
  readonly CdtDbtInd: string;
  readonly RvslInd?: string;
  readonly NtryDtls: { readonly TxDtls: { readonly RmtInf: { readonly Ustrd: readonly string[] } } };
}
interface ReadStatement {
  readonly Acct: { readonly Id: { readonly Othr: { readonly Id: string } }; readonly Ccy: string };
  readonly Bal: readonly { readonly Amt: { readonly '#text': string } }[];
  readonly Ntry: readonly ReadEntry[];
}

const parser = new XMLParser({
  ...{ ignoreAttributes: false, parseTagValue: false, trimValues: false },
  isArray: (name) => ['Stmt', 'Ntry', 'Bal', 'Ustrd'].includes(name),
});
const read = parser.parse(new TextDecoder().decode(writeCamt053(statements))) as {
  Document: { BkToCstmrStmt: { Stmt: readonly ReadStatement[] } };
};
const smallest = (amount: { readonly '#text': string } | undefined) => Number(amount?.['#text'].replace('.', ''));

test('a statement for each account, whose entries lead from the opening to the closing balance', () => {
  const told = read.Document.BkToCstmrStmt.Stmt;
  expect(told.map(({ Acct }) => Acct.Id.Othr.Id)).toEqual(statements.map(({ account }) => account.number));
  told.forEach(({ Bal, Ntry, Acct }, at) => {
    const moved = sumOf(Ntry.map(({ Amt, CdtDbtInd }) => (CdtDbtInd === 'CRDT' ? 1 : -1) * smallest(Amt)));
    expect(smallest(Bal[0]?.Amt) + moved).toBe(smallest(Bal[1]?.Amt));
    expect(smallest(Bal[1]?.Amt)).toBe(statements[at]?.closing);
    expect(Acct.Ccy).toBe(statements[at]?.account.currency);
    const narratives = Ntry.map(({ NtryDtls }) => NtryDtls.TxDtls.RmtInf.Ustrd);
    expect(narratives.map((pieces) => pieces.join(''))).toEqual(
      statements[at]?.lines.map(({ narrative }) => narrative),
    );
    expect(narratives.flat().every((piece) => piece.length <= 140)).toBe(true);
  });
});

test('what was taken back says so', () => {
  const reversals = read.Document.BkToCstmrStmt.Stmt.flatMap(({ Ntry }) => Ntry).filter(
    ({ RvslInd }) => RvslInd === 'true',
  );
  const planted = statements.flatMap(({ lines }) => lines).filter(({ kind }) => kind === 'reversal');
  expect(planted.length).toBeGreaterThan(0);
  expect(reversals.map(({ Amt }) => smallest(Amt))).toEqual(planted.map(({ amount }) => amount));
});
