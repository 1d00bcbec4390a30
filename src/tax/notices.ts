import type { TaxNotice, TaxProof } from '../../contracts/domain/tax.ts';
import type { InboundHandler } from '../room.ts';
import type { LayDues } from './change.ts';

/** A notice that the portal pushed: the dues of each dossier that it names. One that names none is kept and goes no further. */
export const noticeOf =
  (lay: LayDues): InboundHandler =>
  async (message, token) => {
    const { dues } = message.data as TaxNotice;
    const byDossier = Map.groupBy(dues, ({ dossierCode }) => dossierCode ?? '');
    byDossier.delete('');
    const laid = await lay({
      dues: [...byDossier].map(([dossier, each]) => ({ dossier, dues: each, deferred: null })),
      ...{ proofs: [], by: message.id, only: { table: 'inbound', row: message.id } },
      ...{ actor: `system:${message.system}`, system: message.system },
    });
    return { statements: laid.statements(token), judgedBy: laid.judgedBy };
  };

/** A proof of payment that the portal pushed. */
export const proofOf =
  (lay: LayDues): InboundHandler =>
  async (message, token) => {
    const laid = await lay({
      ...{ dues: [], proofs: [message.data as TaxProof], by: message.id },
      ...{ only: { table: 'inbound', row: message.id }, actor: `system:${message.system}`, system: message.system },
    });
    return { statements: laid.statements(token), judgedBy: laid.judgedBy };
  };
