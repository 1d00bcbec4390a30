import { hash } from 'node:crypto';
import type { DossierBook, HeldDossier } from './dossiers.ts';
import type { NationalBook } from './national.ts';

export interface Summary {
  readonly dossiers: number;
  readonly national: number;
  /** Dossiers by TrangThaiHoSo. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** Dossiers by KenhThucHien. */
  readonly byChannel: Readonly<Record<string, number>>;
  readonly progressRows: number;
  /** Dossiers in which an older marked state followed a newer one, or which were created more than once. */
  readonly suspect: readonly string[];
  /** Of every code, status and content digest, whatever the order of arrival. */
  readonly digest: string;
}

const MOST_SUSPECTS_NAMED = 100;

export function summarise(state: { readonly dossiers: DossierBook; readonly national: NationalBook }): Summary {
  const byStatus: Record<string, number> = {};
  const byChannel: Record<string, number> = {};
  const suspect: string[] = [];
  let progressRows = 0;
  let digest = 0n;
  for (const dossier of state.dossiers.all()) {
    byStatus[dossier.status] = (byStatus[dossier.status] ?? 0) + 1;
    byChannel[dossier.channel] = (byChannel[dossier.channel] ?? 0) + 1;
    progressRows += dossier.progress.length;
    const odd = dossier.olderAfterNewer > 0 || dossier.creates > 1 || dossier.overlaps > 0;
    if (odd && suspect.length < MOST_SUSPECTS_NAMED) suspect.push(dossier.code);
    digest ^= fingerprint(dossier);
  }
  return {
    dossiers: state.dossiers.size,
    national: state.national.size,
    byStatus,
    byChannel,
    progressRows,
    suspect,
    digest: digest.toString(16).padStart(16, '0'),
  };
}

function fingerprint(dossier: HeldDossier): bigint {
  const digest = hash('sha1', `${dossier.code}|${dossier.status}|${dossier.history.at(-1)?.digest ?? ''}`);
  return BigInt(`0x${digest.slice(0, 16)}`);
}
