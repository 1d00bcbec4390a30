import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { epochMs } from '../../contracts/domain/time.ts';

const toMs = (value: string | null | undefined): number | null => (value == null ? null : epochMs(value));

/** What a dossier's row says in clear of its content: by this it is found and listed. */
export const columnsOf = (content: Omit<DossierSnapshot, 'revision' | 'updatedAt'>) => ({
  code: content.code,
  national_code: content.nationalCode ?? null,
  status: content.status,
  channel: content.channel,
  level: content.agency.level ?? null,
  agency: content.agency.code,
  procedure: content.procedure.code,
  field: content.procedure.field?.code ?? null,
  received_at: toMs(content.receivedAt) ?? toMs(content.submittedAt),
  due_at: toMs(content.dueAt),
  closed_at: toMs(content.closedAt) ?? toMs(content.finishedAt),
});
