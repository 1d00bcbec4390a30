import type { NationalDossierContent } from '../../contracts/domain/national-dossier.ts';
import { revealed } from '../crypto/revealed.ts';
import type { Vault } from '../crypto/vault.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { readContent } from './content.ts';
import * as statements from './statements.ts';

export interface NationalDossierFilter {
  readonly after: { readonly changedAt: number; readonly code: string } | undefined;
  readonly changedSince: number | undefined;
  readonly acknowledged: boolean | undefined;
  readonly limit: number;
}

/** A dossier from the portal without any person in it. Times are epoch milliseconds. */
export interface NationalDossierSummary {
  readonly nationalCode: string;
  readonly version: number;
  readonly procedure: string | null;
  readonly agency: string | null;
  readonly receivedAt: number;
  readonly changedAt: number;
  readonly dossierCode: string | null;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
}

/** The portal's own dossiers, for the province to take up. */
export interface NationalDossiers {
  /** One more than `limit` where a page follows. */
  list(filter: NationalDossierFilter): Promise<NationalDossierSummary[]>;
  find(code: string): Promise<NationalDossierSummary | undefined>;
  /** The whole content; the journal has the reading and its purpose before the reader has the content. */
  read(code: string, actor: string, purpose: string): Promise<ReadAnswer>;
  /** `conflict`: taken up under another code already, or a newer version came meanwhile. Repeating it is harmless. */
  acknowledge(receipt: Receipt, actor: string): Promise<NationalDossierSummary | 'not-found' | 'conflict'>;
}
export type ReadAnswer =
  | { readonly kind: 'found'; readonly summary: NationalDossierSummary; readonly content: NationalDossierContent }
  | { readonly kind: 'not-found' | 'erased' };
export interface Receipt {
  readonly nationalCode: string;
  readonly dossierCode: string;
  readonly version: number | undefined;
}

export function createNationalDossiers(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
}): NationalDossiers {
  const { engine, vault, platform } = parts;
  return {
    async list(filter) {
      const rows = await engine.scan<statements.NationalDossierRow>(
        statements.list({ ...filter, changedSince: filter.changedSince ?? 0, limit: filter.limit + 1 }),
      );
      return rows.map(summaryOf);
    },
    async find(code) {
      const [row] = await engine.all<statements.ContentRow>(statements.find(code));
      return row && summaryOf(row);
    },
    async read(code, actor, purpose) {
      const [row] = await engine.all<statements.ContentRow>(statements.find(code));
      if (row === undefined) return { kind: 'not-found' };
      if (row.salt === null || row.body === null) return { kind: 'erased' };
      const subject = { id: row.subject, salt: row.salt, epoch: row.epoch };
      const [text] = await vault.open([
        {
          ...{ subject, purpose: 'national_dossier.body', sealed: row.body },
          row: statements.contentRow(row.national_code, row.inbound_seq),
        },
      ]);
      if (text === undefined) return { kind: 'erased' };
      await engine.batch([revealed(platform, { ref: `national-dossier:${code}`, actor, purpose })]);
      return { kind: 'found', summary: summaryOf(row), content: readContent(text) };
    },
    async acknowledge(receipt, actor) {
      const rows = await engine.batch(
        statements.acknowledge({
          ...receipt,
          version: receipt.version ?? null,
          actor,
          token: newId(platform, 't'),
        }),
      );
      const row = rows.at(-1)?.[0] as unknown as statements.NationalDossierRow | undefined;
      if (row === undefined) return 'not-found';
      const stands =
        row.acknowledged_at !== null &&
        row.dossier_code === receipt.dossierCode &&
        (receipt.version === undefined || receipt.version === row.version);
      return stands ? summaryOf(row) : 'conflict';
    },
  };
}

function summaryOf(row: statements.NationalDossierRow): NationalDossierSummary {
  return {
    nationalCode: row.national_code,
    version: row.version,
    procedure: row.procedure,
    agency: row.agency,
    receivedAt: row.received_at,
    changedAt: row.changed_at,
    dossierCode: row.dossier_code,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
  };
}
