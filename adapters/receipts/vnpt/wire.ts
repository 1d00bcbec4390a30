import { z } from 'zod';
import { shortText } from '../../kit/loose.ts';

/** The service's names and texts (WIRE-2 2.8), and what nobody has published of them [assumed]. */

/** One address with three services below it, as .NET publishes them; style, namespace and action [assumed]. */
export const soap = {
  namespace: 'http://tempuri.org/',
  action: (operation: string): string => `"http://tempuri.org/${operation}"`,
  answer: (operation: string): string => `${operation}Response`,
  result: (operation: string): string => `${operation}Result`,
} as const;

/** Only the first is published with its parameters; the others by what they do. */
export const operation = {
  issue: { service: 'PublishService', name: 'ImportAndPublishInv' },
  find: { service: 'PortalService', name: 'listInvByCusFkey' },
  file: { service: 'PortalService', name: 'downloadInvPDFFkeyNoPay' },
  unconfirm: { service: 'BusinessService', name: 'UnConfirmPaymentFkey' },
  cancel: { service: 'BusinessService', name: 'cancelInv' },
  adjust: { service: 'BusinessService', name: 'AdjustInvoiceAction' },
} as const;
export type Operation = (typeof operation)[keyof typeof operation];

/** 1: issued; 3: replaced; 4: adjusted; 5: cancelled [assumed]. */
export const STATES: ReadonlyMap<string, 'issued' | 'replaced' | 'cancelled'> = new Map([
  ['1', 'issued'],
  ['3', 'replaced'],
  ['4', 'replaced'],
  ['5', 'cancelled'],
]);

export const ADJUST_TYPE = '4';
export const PAYMENT = { cash: 'TM', transfer: 'CK', online: 'TTO' } as const;
export const LINE_KIND = { fee: '0', charge: '1' } as const;

/** Longer texts are cut to 450 and three dots. */
export const LONGEST_TEXT = 500;
export const CUT_TO = 450;

/** One receipt's number is padded with zeros here and not there [assumed]: without them it is the same everywhere. */
export const numberOf = (written: string): string => written.replace(/^0+(?=\d)/, '');

const text = shortText.min(1);
/** What is read of a row of `listInvByCusFkey` [assumed]. */
export const row = z.object({ pattern: text, serial: text, invNum: text.transform(numberOf), status: text });
