import { z } from 'zod';
import { money } from './money.ts';

/** How a dossier comes; each way has amounts of its own (half of it online is a row of `online`). */
export const feeChannel = z.enum(['online', 'counter', 'postal']).meta({ id: 'FeeChannel' });

/** What a procedure costs, as the contract and a line of a file have it. */
export const feeFields = {
  kind: z
    .enum(['charge', 'fee'])
    .meta({ description: '`charge`: phí, for a service; `fee`: lệ phí, fixed for an act of the state' }),
  code: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/, 'must be at most 40 letters, digits and . _ -')
    .meta({ examples: ['LP01'] }),
  name: z.string().normalize().trim().min(1, 'must not be empty').max(500),
  amount: money,
  channel: feeChannel,
};
