import { exchangeEventType } from '../delivery/event-types.ts';

export const snapshotRequested = exchangeEventType(
  'dossier.snapshot-requested',
  'The nation shows another state than the one held: hand the dossier over once more',
);
