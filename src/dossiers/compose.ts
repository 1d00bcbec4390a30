import type { DossierSnapshot, Step } from '../../contracts/domain/dossier.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import type { SubjectKey, Vault } from '../crypto/vault.ts';
import type { Claimed } from '../delivery/sending/claim-statements.ts';
import { type Composed, type Composer, ERASED } from '../delivery/sending/compose.ts';
import { commands, type Engine, sql } from '../store/engine.ts';
import { readContent } from './content.ts';
import { PORTAL, PRESENT_BODY, SYNC_DOSSIER, SYNC_NATIONAL_STATUS, SYNC_PROGRESS } from './statements.ts';

interface BodyRow {
  readonly code: string;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly revision: number | null;
  readonly updated_at: number;
  readonly version: number;
  readonly body: string | null;
}

/** What the portal is sent for claimed exchanges: the present state of a dossier, or the steps that were recorded. */
export function dossierComposers(parts: {
  readonly engine: Engine;
  readonly vault: Vault;
}): ReadonlyMap<string, Composer> {
  const { engine, vault } = parts;

  async function snapshots(
    items: readonly Claimed[],
  ): Promise<readonly ({ snapshot: DossierSnapshot; composed: Omit<Composed, 'input'> } | typeof ERASED)[]> {
    const rows = new Map(
      (
        await engine.all<BodyRow>(
          sql(
            `select d.code, d.subject, u.salt, u.epoch, d.revision, d.updated_at, d.version, b.body from json_each(?1) v
               join dossier d on d.code = v.value->>'code' join subject u on u.id = d.subject left join ${PRESENT_BODY}`,
            commands(items.map((item) => ({ code: item.key }))),
          ),
        )
      ).map((row) => [row.code, row]),
    );
    const readable = items.map((item) => {
      const row = rows.get(item.key);
      return row?.salt == null || row.body === null
        ? undefined
        : { row, subject: { id: row.subject, salt: row.salt, epoch: row.epoch }, sealed: row.body };
    });
    const texts = await vault.open(
      readable.flatMap((each) =>
        each === undefined ? [] : [{ subject: each.subject, purpose: 'dossier.body', sealed: each.sealed }],
      ),
    );
    let next = 0;
    return readable.map((each) => {
      const text = each === undefined ? undefined : texts[next++];
      if (each === undefined || text === undefined) return ERASED;
      const snapshot: DossierSnapshot = {
        ...readContent(text),
        revision: each.row.revision,
        updatedAt: vietnamTime(each.row.updated_at),
      };
      return { snapshot, composed: { version: each.row.version, subject: each.subject } };
    });
  }

  const dossier: Composer = async (items) =>
    (await snapshots(items)).map((each, index) =>
      each === ERASED
        ? ERASED
        : { ...each.composed, input: { dossier: each.snapshot, known: (items[index]?.sent_version ?? 0) > 0 } },
    );

  // Where a dossier stands is a part of it only: its steps wait until the dossier itself is shown.
  const status: Composer = async (items) =>
    (await dossier(items)).map((each) => (each === ERASED ? ERASED : { ...each, partly: true }));

  const progress: Composer = async (items) => {
    const rows = new Map(
      (
        await engine.all<SubjectKey & { salt: string | null }>(
          sql(
            `select u.id, u.salt, u.epoch from json_each(?1) v join subject u on u.id = v.value->>'id'`,
            commands(items.map((item) => ({ id: item.subject }))),
          ),
        )
      ).map((row) => [row.id, row]),
    );
    const readable = items.map((item) => {
      const subject = item.subject === null ? undefined : rows.get(item.subject);
      return subject?.salt == null || item.payload === null ? undefined : { subject, sealed: item.payload };
    });
    const texts = await vault.open(
      readable.flatMap((each) => (each === undefined ? [] : [{ ...each, purpose: 'exchange.payload' }])),
    );
    let next = 0;
    return readable.map((each) => {
      const text = each === undefined ? undefined : texts[next++];
      if (each === undefined || text === undefined) return ERASED;
      return { input: JSON.parse(text) as { code: string; steps: Step[] }, version: null, subject: each.subject };
    });
  };

  return new Map([
    [`${PORTAL}/${SYNC_DOSSIER}`, dossier],
    [`${PORTAL}/${SYNC_NATIONAL_STATUS}`, status],
    [`${PORTAL}/${SYNC_PROGRESS}`, progress],
  ]);
}
