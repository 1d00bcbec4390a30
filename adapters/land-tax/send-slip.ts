import { isPlausible } from '../../contracts/domain/time.ts';
import type { TransferSlip } from '../../contracts/domain/transfer-slip.ts';
import { type ActCommand, completed, type Rejected } from '../adapter.ts';
import { unsayable } from '../kit/delimiter.ts';
import type { LandTaxConfig } from './config.ts';
import { localTime, slipMessage } from './message.ts';
import { slipPolicy } from './policy.ts';
import { handOver } from './service.ts';

/** What they gave for a slip. */
export interface SlipTaken {
  /** Theirs, MESSAGE_CODE. */
  readonly guid: string;
}

/** Types 10 and 11: the transfer slip of a dossier. Taken is done; no answer to it is ever asked for (WIRE-2 3.4a). */
export function sendSlip(config: LandTaxConfig): ActCommand<TransferSlip, SlipTaken> {
  return {
    kind: 'act',
    name: 'send-slip',
    mode: 'queued',
    policy: slipPolicy,
    recovery: {
      kind: 'manual',
      why: 'Slips are not looked up by our SEQ_ID: only the tax office can say whether one arrived, and a second one would be a second slip.',
    },
    run: async (slip, context) => {
      const flaw = unsayableIn(slip);
      if (flaw !== undefined) return flaw;
      const answer = await handOver(config, context, slipMessage(config, slip));
      return answer.kind === 'completed' ? completed<SlipTaken>({ guid: answer.result }) : answer;
    },
  };
}

function unsayableIn({ id, dossierCode, slipNumber, approvedAt, content }: TransferSlip): Rejected | undefined {
  if (id.trim() === '') return unsayable('must not be empty', '/id');
  if (dossierCode.trim() === '') return unsayable('must not be empty', '/dossierCode');
  if (slipNumber.trim() === '') return unsayable('must not be empty', '/slipNumber');
  if (localTime(approvedAt) === '' || !isPlausible(approvedAt))
    return unsayable('must be an RFC 3339 time', '/approvedAt');
  const amounts = {
    '/content/transfer/priceVnd': content.transfer?.priceVnd,
    '/content/exemption/amountVnd': content.exemption?.amountVnd,
  };
  const wrong = Object.entries(amounts).find(([, vnd]) => vnd != null && !(Number.isSafeInteger(vnd) && vnd >= 0));
  return wrong === undefined ? undefined : unsayable('must be whole đồng', wrong[0]);
}
