import { z } from 'zod';
import { paymentMethod } from './payment-state.ts';
import { words } from './text.ts';

/** By which door the money of a unit comes; each has accounts of its own. A bank may have two for one method. */
export const payChannel = z.enum([...paymentMethod.options, 'vietcombank-ecom']).meta({
  id: 'PayChannel',
  description:
    'A method of payment; `vietcombank` is the bank’s payment gateway, `vietcombank-ecom` its e-commerce service, its second door.',
});

const code = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9.]{1,20}$/, `must be a ${what}: at most 20 letters, digits and dots`)
    .nullable();

/** Where the money of a unit goes, as the contract and a line of a file have it. */
export const accountFields = {
  bankBin: z.string().regex(/^[0-9]{6}$/, 'must be six digits'),
  accountNumber: z.string().regex(/^[A-Za-z0-9]{1,19}$/, 'must be at most 19 letters and digits'),
  accountName: words(200),
  treasuryAccount: code('treasury account'),
  chapter: code('chapter'),
  subItem: code('sub-item'),
};
