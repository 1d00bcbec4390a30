import type { z } from 'zod';
import { vietnamTime, vietnamTimeOrNull } from '../../../contracts/domain/time.ts';
import type {
  DossierSummary as DossierBody,
  delivery,
  ImportAnswer,
  TimelineEntry as TimelineBody,
} from '../../../contracts/v1/dossier.ts';
import type { ImportedLine } from '../import.ts';
import type { DossierDelivery, DossierSummary, TimelineEntry } from '../views.ts';

/** What the contract's first version shows of a dossier, member by member. */
export const summaryOf = (dossier: DossierSummary): DossierBody => ({
  code: dossier.code,
  nationalCode: dossier.nationalCode,
  revision: dossier.revision,
  updatedAt: vietnamTime(dossier.updatedAt),
  version: dossier.version,
  status: dossier.status,
  channel: dossier.channel,
  level: dossier.level,
  agency: dossier.agency,
  procedure: dossier.procedure,
  receivedAt: vietnamTimeOrNull(dossier.receivedAt),
  dueAt: vietnamTimeOrNull(dossier.dueAt),
  closedAt: vietnamTimeOrNull(dossier.closedAt),
  changedAt: vietnamTime(dossier.changedAt),
  delivery: deliveryOf(dossier.delivery),
});

export const deliveryOf = (held: DossierDelivery): z.infer<typeof delivery> => ({
  state: held.state,
  exchange: held.exchange,
  cause: held.cause,
  desiredVersion: held.desiredVersion,
  shownVersion: held.shownVersion,
  shownAt: vietnamTimeOrNull(held.shownAt),
  stepsWaiting: held.stepsWaiting,
  nextTryAt: vietnamTimeOrNull(held.nextTryAt),
  parkedReason: held.parkedReason,
});

export const timelineEntryOf = (entry: TimelineEntry): TimelineBody => ({
  at: vietnamTime(entry.at),
  kind: entry.kind,
  exchange: entry.exchange,
  operation: entry.operation,
  seq: entry.seq,
  version: entry.version,
  from: entry.from,
  to: entry.to,
  code: entry.code,
  call: entry.call,
  endedAt: vietnamTimeOrNull(entry.endedAt),
  actor: entry.actor,
  payment: entry.payment,
});

/** Of an optional member too: one that is not named here does not compile. */
export const importAnswerOf = ({ line, code, outcome, version, exchange, errors }: ImportedLine) =>
  ({
    ...{ line, code, outcome, version, exchange },
    errors: errors?.map(({ pointer, message }) => ({ pointer, message })),
  }) satisfies Required<{ [Name in keyof ImportAnswer]: unknown }> & ImportAnswer;
