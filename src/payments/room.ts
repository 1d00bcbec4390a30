import { z } from 'zod';
import type { BeneficiaryAccount } from '../../contracts/domain/payment.ts';
import type { RoomDefinition, RoomParts } from '../room.ts';
import { askingOf, hintOf, openingOf, wordOf } from './asking.ts';
import { createChange } from './change.ts';
import { ASK_PAYMENT, channels, OPEN_PAYMENT } from './channel.ts';
import { pickDoor } from './door.ts';
import { paymentEvents } from './event-types.ts';
import { createPreparation } from './open.ts';
import { createPayments } from './payments.ts';
import { paymentRoutes } from './routes.ts';
import { paymentSchema, paymentTables } from './tables.ts';

/** Vietcombank at NAPAS (WIRE.md 6.1). */
const VIETCOMBANK = '970436';
const accountNumber = z.string().regex(/^[0-9A-Za-z]{1,19}$/, 'must have 1 to 19 letters or digits');

/** What citizens and enterprises pay for their dossiers, and what was said of it. */
export const payments: RoomDefinition = {
  name: 'payments',
  migrations: [paymentSchema],
  tables: paymentTables,
  events: Object.values(paymentEvents),
  scopes: {
    'payments:write': { roles: ['system', 'finance'] },
    'payments:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
  },
  tags: { payments: 'Thanh toán: fees of dossiers, paid online' },
  variables: {
    VIETCOMBANK_ACCOUNT: accountNumber.optional(),
    VIETCOMBANK_ACCOUNT_NAME: z.string().max(200).optional(),
  },
  create: (parts) => {
    const door = pickDoor({ accountOf: async () => undefined }, defaultAccount(parts.settings));
    const change = createChange(parts);
    const systems = [...new Set(channels.flatMap(({ system }) => (system === null ? [] : [system])))];
    const own = createPayments(parts, {
      change,
      prepare: createPreparation(parts, { change, door, rules: { differs: async () => false } }),
    });
    return {
      operations: new Map(systems.map((system) => [`${system}/${OPEN_PAYMENT}`, openingOf(parts, system, change)])),
      watches: new Map(systems.map((system) => [`${system}/${ASK_PAYMENT}`, askingOf(parts, system, change)])),
      handlers: new Map(
        systems.flatMap((system) => [
          [`${system}/payment-word`, wordOf(parts, change, 'callback')],
          [`${system}/payment-hint`, hintOf(parts, change)],
        ]),
      ),
      routes: paymentRoutes({ payments: own, acts: parts.acts, mayCall: parts.mayCall }),
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
