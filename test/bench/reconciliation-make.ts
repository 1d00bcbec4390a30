import { appendFileSync } from 'node:fs';
import { seededRandom, seedOf } from '../../mocks/kit/random.ts';
import { Booker } from '../../mocks/statements/booker.ts';
import type { Entry, HeldAccount, PaidPayment } from '../../mocks/statements/entry.ts';
import { paymentsOfMonth } from '../../mocks/statements/month.ts';
import { drawClass } from '../../mocks/statements/narrative.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeMt940 } from '../../mocks/statements/write-mt940.ts';
import { newId } from '../../src/platform.ts';
import { paidMonth } from '../kit/paid-month.ts';
import { filesIn, MONTH, storeIn } from './reconciliation-store.ts';

const SEED = 20_221_231;
const UNITS = 12;
/** Of all payments, what the bank gets wrong, in equal parts of each kind. */
const FAULTS = 0.01;
const KINDS = ['lost', 'doubled', 'mangled', 'changed'] as const;

/** What a right run comes to: by how the faults were planted, not by what any run found. */
export interface Planted {
  readonly lines: number;
  readonly matched: number;
  readonly breaks: number;
  /** Pairs that are equal in reference and amount. */
  readonly equal: number;
}

/**
 * A month of so many payments in a new store, with ids in the order of time as the product makes them; what the bank says
 * of it as one MT940 file, account after account, with its faults; and the same records and lines as CSV.
 */
async function make(folder: string, count: number): Promise<Planted> {
  const payments = paymentsOfMonth({ seed: SEED, month: MONTH.month, payments: count, units: UNITS });
  const { engine, platform, close } = await storeIn(folder);
  await paidMonth(engine, payments, Date.now(), () => newId(platform, 'x').slice(2));
  await close();

  const { statement, records, lines } = filesIn(folder);
  write(records, 'reference,dossier,account,amount,paid_at', payments.map(recordRow));
  write(lines, 'account,day,amount,reference,narrative', []);
  const random = seededRandom(seedOf(SEED, 1));
  const sum = { lines: 0, matched: 0, breaks: 0, equal: 0 };
  for (const [number, own] of Map.groupBy(payments, ({ account }) => account)) {
    const account: HeldAccount = { number, currency: 'VND', owner: 'DON VI MAU', opening: 0 };
    const booker = new Booker({ seed: seedOf(SEED, Number(number.slice(4))) });
    const entries = own.flatMap((payment): Entry[] => {
      const kind = random.chance(FAULTS) ? random.pick(KINDS) : undefined;
      // A transfer is recorded by the bank's word: a second credit agrees with itself and is surplus, and so is another
      // amount, which does not agree either.
      const isTransfer = payment.channel === 'vietqr';
      sum.matched += kind === undefined ? 1 : kind === 'doubled' ? (isTransfer ? 2 : 1) : 0;
      sum.breaks += kind === undefined ? 0 : kind === 'mangled' || (kind === 'changed' && isTransfer) ? 2 : 1;
      sum.equal += kind === undefined ? 1 : kind === 'doubled' ? 2 : 0;
      const spelt = kind === 'mangled' ? mangled(payment.reference, random.int(2, 13)) : payment.reference;
      const times = kind === 'lost' ? 0 : kind === 'doubled' ? 2 : 1;
      return Array.from({ length: times }, () =>
        booker.book({
          ...{ kind: 'payment', account, at: payment.paidAt, direction: 'credit', channel: payment.channel },
          ...{ amount: payment.amountVnd + (kind === 'changed' ? 1_000 : 0), purpose: `${spelt} LE PHI`, spelt },
          ...{ payerName: payment.payerName, narrativeClass: drawClass(random), payments: [payment.reference] },
          names: 'reference',
        }),
      );
    });
    sum.lines += entries.length;
    appendFileSync(statement, writeMt940(statementsOf({ accounts: [account], entries }, MONTH)));
    appendFileSync(lines, entries.map(lineRow).join(''));
  }
  return sum;
}

/** One digit is another one, so that the check digits are wrong. */
const mangled = (reference: string, at: number): string =>
  `${reference.slice(0, at)}${(Number(reference[at]) + 1) % 10}${reference.slice(at + 1)}`;

const recordRow = ({ reference, dossierCode, account, amountVnd, paidAt }: PaidPayment): string =>
  `${reference},${dossierCode},${account},${amountVnd},${new Date(paidAt).toISOString()}\n`;
const lineRow = ({ account, bookedOn, amount, spelt, narrative }: Entry): string =>
  `${account},${bookedOn},${amount},${spelt},"${narrative.replaceAll('"', '""')}"\n`;

function write(file: string, head: string, rows: readonly string[]): void {
  appendFileSync(file, `${head}\n`);
  for (let at = 0; at < rows.length; at += 10_000) appendFileSync(file, rows.slice(at, at + 10_000).join(''));
}

const [folder = '', count = ''] = process.argv.slice(2);
process.stdout.write(`${JSON.stringify(await make(folder, Number(count)))}\n`);
