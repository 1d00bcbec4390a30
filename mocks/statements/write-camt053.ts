import { bare, utf8 } from './printed.ts';
import type { AccountStatement, StatementLine } from './statement.ts';

/** Characters of one `Ustrd`. */
const WIDTH = 140;

/**
 * Statements as ISO 20022 defines them (camt.053.001.08), one `Stmt` an account; Vietcombank's own use of it is not
 * published.
 */
export function writeCamt053(statements: readonly AccountStatement[]): Uint8Array {
  const created = `${statements[0]?.to ?? '1970-01-01'}T23:59:59+07:00`;
  const body = statements.map((statement, at) => statementXml(statement, at + 1, created)).join('');
  return utf8(
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>` +
      `<GrpHdr><MsgId>MAU-${created.slice(0, 10)}</MsgId><CreDtTm>${created}</CreDtTm></GrpHdr>${body}\n` +
      '</BkToCstmrStmt></Document>\n',
  );
}

function statementXml(statement: AccountStatement, number: number, created: string): string {
  const { account, from, to, opening, closing, credits, debits, lines } = statement;
  const { currency } = account;
  const count = (direction: StatementLine['direction']) => lines.filter((line) => line.direction === direction).length;
  const total = (tag: string, entries: number, sum: number) =>
    `<${tag}><NbOfNtries>${entries}</NbOfNtries><Sum>${bare(sum, currency, '.')}</Sum></${tag}>`;
  const balance = (code: string, amount: number, date: string) =>
    `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${money(Math.abs(amount), currency)}` +
    `<CdtDbtInd>${amount < 0 ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;
  return [
    `\n<Stmt><Id>${account.number}-${to}</Id><ElctrncSeqNb>${number}</ElctrncSeqNb><CreDtTm>${created}</CreDtTm>`,
    `<FrToDt><FrDtTm>${from}T00:00:00+07:00</FrDtTm><ToDtTm>${to}T23:59:59+07:00</ToDtTm></FrToDt>`,
    `<Acct><Id><Othr><Id>${account.number}</Id></Othr></Id><Ccy>${currency}</Ccy><Ownr><Nm>${escaped(account.owner)}</Nm></Ownr>`,
    '<Svcr><FinInstnId><BICFI>BFTVVNVX</BICFI></FinInstnId></Svcr></Acct>',
    balance('OPBD', opening, from),
    balance('CLBD', closing, to),
    `<TxsSummry>${total('TtlCdtNtries', count('credit'), credits)}${total('TtlDbtNtries', count('debit'), debits)}</TxsSummry>`,
    ...lines.map(entryXml),
    '\n</Stmt>',
  ].join('');
}

function entryXml(line: StatementLine, at: number): string {
  const { amount, currency, direction, kind, bookedOn, documentNumber, narrative } = line;
  const pieces = narrative.match(new RegExp(`.{1,${WIDTH}}`, 'g')) ?? [];
  const unstructured = pieces.map((piece) => `<Ustrd>${escaped(piece)}</Ustrd>`).join('');
  return [
    `\n<Ntry><NtryRef>${at + 1}</NtryRef>${money(amount, currency)}<CdtDbtInd>${direction === 'credit' ? 'CRDT' : 'DBIT'}</CdtDbtInd>`,
    kind === 'reversal' ? '<RvslInd>true</RvslInd>' : '',
    `<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${bookedOn}</Dt></BookgDt><ValDt><Dt>${bookedOn}</Dt></ValDt>`,
    `<AcctSvcrRef>${documentNumber}</AcctSvcrRef><BkTxCd><Prtry><Cd>${documentNumber.slice(0, 4)}</Cd></Prtry></BkTxCd>`,
    `<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${money(amount, currency)}`,
    `<CdtDbtInd>${direction === 'credit' ? 'CRDT' : 'DBIT'}</CdtDbtInd><RmtInf>${unstructured}</RmtInf></TxDtls></NtryDtls></Ntry>`,
  ].join('');
}

const money = (amount: number, currency: StatementLine['currency']): string =>
  `<Amt Ccy="${currency}">${bare(amount, currency, '.')}</Amt>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
