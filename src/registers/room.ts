import type { RoomDefinition } from '../room.ts';
import { createBeneficiaries } from './beneficiaries.ts';
import { createFees } from './fees.ts';
import { migrations } from './migrations.ts';
import { createProcedures } from './procedures.ts';
import { beneficiaryRoutes } from './routes/beneficiaries.ts';
import { feeRoutes } from './routes/fees.ts';
import { placeRoutes } from './routes/places.ts';
import { tables } from './tables.ts';
import { createUnits } from './units.ts';

/** The province's own facts with their days of validity: units and procedures, where money goes and what things cost. */
export const registers: RoomDefinition = {
  name: 'registers',
  migrations,
  tables,
  scopes: {
    'admin:units': { administratorOnly: 'a wrong register misdirects every dossier and, later, every payment' },
    'admin:beneficiaries': {
      administratorOnly:
        'a wrong account misdirects every payment of a unit, and who settles and refunds money must not also say where it goes',
    },
    // A wrong amount is flagged on the payment and misdirects nothing: those who answer for the fees keep them.
    'admin:fees': { roles: ['finance'] },
  },
  create: (parts) => ({
    routes: [
      ...placeRoutes({ registers: { units: createUnits(parts), procedures: createProcedures(parts) } }),
      ...beneficiaryRoutes({ beneficiaries: createBeneficiaries(parts) }),
      ...feeRoutes({ fees: createFees(parts) }),
    ],
  }),
};
