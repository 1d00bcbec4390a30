import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import { Booker } from '../../mocks/statements/booker.ts';
import { type Entry, type HeldAccount, inOrder, type PaidBy } from '../../mocks/statements/entry.ts';
import { statementsOf } from '../../mocks/statements/statement.ts';
import { writeCashup } from '../../mocks/statements/write-cashup.ts';
import { writePlatform } from '../../mocks/statements/write-platform.ts';
import type { Opened } from './asked.ts';
import { callControl } from './control.ts';
import type { TillControls } from './till-processes.ts';

interface Charged {
  readonly reference?: string;
  readonly orderCode?: string;
  readonly charges: readonly { readonly amountVnd: number; readonly at: number }[];
}
interface Row {
  readonly accountNumber: string;
  readonly direction: 'in' | 'out';
  readonly amountVnd: number;
  readonly at: number;
  readonly documentNumber: string;
  readonly narrative: string;
}

/** What the bank and the platform say of the day, as files. */
export interface BankDay {
  readonly date: string;
  /** All accounts of the units in one workbook. */
  readonly statement: Uint8Array;
  /** The platform's own file. */
  readonly platform: Uint8Array;
  readonly lines: number;
  readonly creditVnd: number;
}

const OPENING_VND = 100_000_000;

/** Whatever money the simulators took, as the bank booked it on the accounts of units. */
export async function bankDay(controls: TillControls, opened: readonly Opened[]): Promise<BankDay> {
  const [national, orders, payments, { accounts }] = await Promise.all([
    callControl<{ transactions: Charged[] }>(controls.platform, 'GET', 'ledger'),
    callControl<{ orders: Charged[] }>(controls.gateway, 'GET', 'ledger'),
    callControl<{ payments: Charged[] }>(controls.ecom, 'GET', 'ledger'),
    callControl<{ accounts: { rows: Row[] }[] }>(controls.gateway, 'GET', 'accounts'),
  ]);
  const booker = new Booker({ seed: 2022 });
  const held = new Map<string, HeldAccount>();
  const accountOf = (number: string): HeldAccount => {
    const account = held.get(number) ?? {
      number,
      currency: 'VND',
      owner: `DON VI MAU ${number.slice(-3)}`,
      opening: OPENING_VND,
    };
    held.set(number, account);
    return account;
  };
  const asked = new Map(opened.map(({ ask, payment }) => [payment.reference, ask]));
  const charged = (side: readonly Charged[], channel: PaidBy): Entry[] =>
    side.flatMap(({ reference, orderCode, charges }) => {
      const name = reference ?? orderCode ?? '';
      const ask = asked.get(name);
      return ask === undefined
        ? []
        : charges.map(({ amountVnd, at }) =>
            booker.book({
              ...{
                kind: 'payment',
                account: accountOf(ask.account),
                at,
                direction: 'credit',
                amount: amountVnd,
                channel,
              },
              ...{ purpose: `${name} nop phi`, payments: [name], names: 'reference', spelt: name },
            }),
          );
    });
  const entries = [
    ...charged(national.transactions, 'national'),
    ...charged(orders.orders, 'vietcombank'),
    ...charged(payments.payments, 'vietcombank-ecom'),
    ...accounts.flatMap(({ rows }) =>
      rows.map((row) => {
        const [prefix = '5017', sequence = '1'] = row.documentNumber.split(' - ');
        return booker.book({
          ...{ kind: 'payment', account: accountOf(row.accountNumber), at: row.at, amount: row.amountVnd, purpose: '' },
          ...{ direction: row.direction === 'in' ? 'credit' : 'debit', narrative: row.narrative, prefix, sequence },
        });
      }),
    ),
  ];
  const date = new Date(Date.now() + VIETNAM_OFFSET_MS).toISOString().slice(0, 10);
  const from = entries.reduce((first, { bookedOn }) => (bookedOn < first ? bookedOn : first), date);
  const statements = statementsOf({ accounts: [...held.values()], entries: inOrder(entries) }, { from, to: date });
  const platform = writePlatform(entries, { kind: 'THU', date });
  return {
    ...{ date, statement: writeCashup(statements), platform: platform.bytes },
    lines: entries.length,
    creditVnd: entries.reduce((sum, { direction, amount }) => (direction === 'credit' ? sum + amount : sum), 0),
  };
}
