import type { OutgoingCall } from '../kit/calling-out.ts';

/** A call to the one-gate. */
export interface LandTelling extends OutgoingCall {
  /** Their name for it. */
  readonly name: string;
  readonly receiptNumber: string;
}
