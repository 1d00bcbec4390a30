import { z } from 'zod';
import { feeCode } from './codes.ts';
import { fee } from './dossier.ts';
import { money } from './money.ts';
import { words } from './text.ts';

/** How a dossier comes; each way has amounts of its own (half of it online is a row of `online`). */
const feeChannel = z.enum(['online', 'counter', 'postal']).meta({ id: 'FeeChannel' });

/** What a procedure costs, as the contract and a line of a file have it; kind and code are those of a dossier's fees. */
export const feeFields = {
  kind: fee.shape.kind,
  code: feeCode(words(60)),
  name: words(500),
  amount: money,
  channel: feeChannel,
};
