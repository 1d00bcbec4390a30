import type { ReceiptIssued, ReceiptToReplace } from '../../../contracts/domain/receipt.ts';
import type { CallContext } from '../../adapter.ts';
import type { Answer } from '../../kit/coded-answer.ts';
import type { ReceiptsConfig } from '../config.ts';
import { issue } from './issue-receipt.ts';

/** `createInvoice` of a receipt that stands in for another; how it says so is assumed. */
export const replace = (
  config: ReceiptsConfig,
  order: ReceiptToReplace,
  context: CallContext,
): Promise<Answer<ReceiptIssued>> => issue(config, order.by, context, order);
