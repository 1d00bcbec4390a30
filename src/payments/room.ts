import { z } from 'zod';
import type { BeneficiaryAccount } from '../../contracts/domain/payment.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import type { RoomOperation } from '../delivery/operations.ts';
import { alsoSent } from '../dossiers/compose.ts';
import { alsoTold } from '../dossiers/views.ts';
import { createFiles } from '../files/files.ts';
import { beneficiaryOf } from '../registers/beneficiaries.ts';
import { fill, type InboundHandler, type RoomDefinition, type RoomParts } from '../room.ts';
import { askingOf, hintOf, openingOf, wordOf } from './asking.ts';
import { createAttested } from './attested.ts';
import { billOf } from './bill.ts';
import { createChange } from './change.ts';
import { ASK_PAYMENT, channels, OPEN_PAYMENT, REFUND } from './channel.ts';
import { creditOf } from './credits.ts';
import { pickDoor } from './door.ts';
import { paymentEvents } from './event-types.ts';
import { inTimeline } from './in-timeline.ts';
import { paymentsJournalled } from './journalled.ts';
import { createPreparation } from './open.ts';
import { paidOnline } from './paid-online.ts';
import { createPayments } from './payments.ts';
import { findReceipt } from './receipt-standing.ts';
import { createFetching } from './receipts.ts';
import { createRefunds, refundingOf } from './refunds.ts';
import { attestedRoutes } from './routes/attested.ts';
import { paymentRoutes } from './routes/payments.ts';
import { receiptRoutes } from './routes/receipt.ts';
import { refundRoutes } from './routes/refunds.ts';
import { returnRoutes } from './routes/return.ts';
import { paymentRules } from './rules.ts';
import { paymentSchema, paymentTables, receiptSchema, settlementSchema } from './tables.ts';

/** Vietcombank at NAPAS (WIRE.md 6.1). */
const VIETCOMBANK = '970436';
const accountNumber = z.string().regex(/^[0-9A-Za-z]{1,19}$/, 'must have 1 to 19 letters or digits');

/** What citizens and enterprises pay for their dossiers, and what was said of it. */
export const payments: RoomDefinition = {
  name: 'payments',
  migrations: [paymentSchema, receiptSchema, settlementSchema],
  journalled: paymentsJournalled,
  tables: paymentTables,
  events: Object.values(paymentEvents),
  scopes: {
    'payments:write': { roles: ['system', 'finance'] },
    'payments:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
    'refunds:ask': { roles: ['finance'] },
    'refunds:approve': { roles: ['finance'] },
  },
  tags: { payments: 'Thanh toán: fees of dossiers, paid online' },
  variables: {
    VIETCOMBANK_ACCOUNT: accountNumber.optional(),
    VIETCOMBANK_ACCOUNT_NAME: z.string().max(200).optional(),
  },
  create: (parts) => {
    const today = () => vietnamTime(parts.platform.wall()).slice(0, 10);
    const door = pickDoor(
      { accountOf: (unit, names) => beneficiaryOf(parts.engine, unit, names, today()) },
      defaultAccount(parts.settings),
    );
    const change = createChange(parts);
    const systems = [...new Set(channels.flatMap(({ system }) => (system === null ? [] : [system])))];
    const prepare = createPreparation(parts, { change, door, rules: paymentRules(parts.engine, today) });
    const own = createPayments(parts, { change, prepare });
    const files = createFiles(parts);
    return {
      operations: new Map([
        ...systems.map((system): [string, RoomOperation] => [
          `${system}/${OPEN_PAYMENT}`,
          openingOf(parts, system, change),
        ]),
        ...channels.flatMap(({ system, refunds }): [string, RoomOperation][] =>
          system === null || !refunds ? [] : [[`${system}/${REFUND}`, refundingOf(parts, system, change)]],
        ),
      ]),
      watches: new Map(systems.map((system) => [`${system}/${ASK_PAYMENT}`, askingOf(parts, system, change)])),
      handlers: new Map([
        ...systems.flatMap((system): [string, InboundHandler][] => [
          [`${system}/payment-word`, wordOf(parts, change, 'callback')],
          [`${system}/payment-hint`, hintOf(parts)],
        ]),
        ['vietcombank/credit-notice', creditOf(parts, change)],
      ]),
      askers: new Map([['payment-platform/bill', billOf(parts, prepare)]]),
      fills: [fill(alsoSent, paidOnline(parts.engine)), fill(alsoTold, inTimeline(parts.engine))],
      // Without a place for documents nothing could be kept of what is fetched.
      loops: parts.fileStore === undefined ? [] : [createFetching(parts, files)],
      routes: [
        ...paymentRoutes({ payments: own, acts: parts.acts, mayCall: parts.mayCall }),
        ...refundRoutes({ payments: own, refunds: createRefunds(parts, change) }),
        ...receiptRoutes({ files, find: (payment) => findReceipt(parts, payment), purposes: parts.purposes }),
        ...attestedRoutes({ attested: createAttested(parts, change) }),
        ...returnRoutes({ payments: own, log: parts.log }),
      ],
    };
  },
};

/** The province's own account, which serves where the register names none. */
function defaultAccount(settings: RoomParts['settings']): BeneficiaryAccount | undefined {
  const number = settings.VIETCOMBANK_ACCOUNT;
  if (typeof number !== 'string' || number === '') return undefined;
  return {
    ...{ bankBin: VIETCOMBANK, accountNumber: number, accountName: String(settings.VIETCOMBANK_ACCOUNT_NAME ?? '') },
    ...{ treasuryAccount: null, chapter: null, subItem: null },
  };
}
