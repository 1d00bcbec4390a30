import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { vietnamTime } from '../../contracts/domain/time.ts';
import type { SubjectKey } from '../crypto/vault.ts';
import type { OwnerWords, RoomOperations } from '../delivery/operations.ts';
import type { Claimed } from '../delivery/sending/claim-statements.ts';
import { type Composer, ERASED } from '../delivery/sending/compose.ts';
import { type RoomParts, slot } from '../room.ts';
import { commands, sql } from '../store/engine.ts';
import { type DossierContent, readContent } from './content.ts';
import { snapshotRequested } from './event-types.ts';
import { bodyRow, PORTAL, SYNC_DOSSIER, SYNC_NATIONAL_STATUS, SYNC_PROGRESS } from './statements.ts';
import { stepsOf } from './steps.ts';

interface BodyRow {
  readonly code: string;
  readonly subject: string;
  readonly salt: string | null;
  readonly epoch: number;
  readonly revision: number | null;
  readonly updated_at: number;
  readonly version: number;
  readonly body: string;
}

/** How the province is asked for a dossier once more, when the nation shows another state than was sent. */
const owner: OwnerWords = {
  differs: 'nation-differs',
  stateRequested: 'snapshot-requested',
  event: snapshotRequested,
};

/**
 * What other rooms know of dossiers that the nation is to see with them, by code: made of what the province gave, it lies
 * over that.
 */
export type AlsoSent = (
  codes: readonly string[],
) => Promise<ReadonlyMap<string, (given: DossierContent) => Partial<Pick<DossierSnapshot, 'fees'>>>>;
export const alsoSent = slot<AlsoSent>('dossiers/also-sent');

/** What the portal is sent for claimed exchanges: the present state of a dossier, or the steps that were recorded. */
export function dossierOperations(parts: Pick<RoomParts, 'engine' | 'vault' | 'filled'>): RoomOperations {
  const { engine, vault, filled } = parts;

  /** What was handed over for each: the newest version, or the one that the exchange belongs to. */
  async function contents(
    items: readonly Claimed[],
    which: 'newest' | 'own',
  ): Promise<readonly ({ content: DossierContent; row: BodyRow; subject: SubjectKey } | typeof ERASED)[]> {
    const version = which === 'newest' ? 'd.version' : "cast(v.value->>'version' as bigint)";
    const rows = new Map(
      (
        await engine.all<BodyRow>(
          sql(
            `select d.code, d.subject, u.salt, u.epoch, d.revision, d.updated_at, b.version, b.body from json_each(?1) v
               join dossier d on d.code = v.value->>'code' join subject u on u.id = d.subject
               join dossier_body b on b.subject = d.subject and b.version = ${version}`,
            commands(items.map((item) => ({ code: item.key, version: item.version }))),
          ),
        )
      ).map((row) => [row.code, row]),
    );
    const readable = items.map((item) => {
      const row = rows.get(item.key);
      return row?.salt == null ? undefined : { row, subject: { id: row.subject, salt: row.salt, epoch: row.epoch } };
    });
    const texts = await vault.open(
      readable.flatMap((each) =>
        each === undefined
          ? []
          : [
              {
                ...{ subject: each.subject, purpose: 'dossier.body', sealed: each.row.body },
                row: bodyRow(each.row.code, each.row.version),
              },
            ],
      ),
    );
    let next = 0;
    return readable.map((each) => {
      const text = each === undefined ? undefined : texts[next++];
      return each === undefined || text === undefined ? ERASED : { ...each, content: readContent(text) };
    });
  }

  const dossier: Composer = async (items) => {
    const found = await contents(items, 'newest');
    const codes = found.flatMap((each) => (each === ERASED ? [] : [each.row.code]));
    const also = await Promise.all(filled(alsoSent).map((ask) => ask(codes)));
    return found.map((each, index) => {
      if (each === ERASED) return ERASED;
      const { row, content, subject } = each;
      const { version, sent_version } = items[index] ?? {};
      // Its number was set back in the store: what is newest was asked for, or shown, already.
      if (row.version < Math.max(version ?? 0, sent_version ?? 0))
        throw new Error('the dossier is held in an older version than was to be sent');
      const snapshot: DossierSnapshot = {
        ...content,
        revision: row.revision,
        updatedAt: vietnamTime(row.updated_at),
        ...Object.assign({}, ...also.map((more) => more.get(row.code)?.(content))),
      };
      const known = (sent_version ?? 0) > 0;
      return { input: { dossier: snapshot, known }, version: row.version, subject };
    });
  };

  // Where a dossier stands is a part of it only: its steps wait until the dossier itself is shown.
  const status: Composer = async (items) =>
    (await dossier(items)).map((each) => (each === ERASED ? ERASED : { ...each, partly: true }));

  // Steps are read where they were handed over: in the version that brought them.
  const progress: Composer = async (items) =>
    (await contents(items, 'own')).map((each, index) => {
      if (each === ERASED) return ERASED;
      const keys = items[index]?.part?.split(' ') ?? [];
      const steps = stepsOf(each.content.steps ?? [], keys);
      return { input: { code: each.row.code, steps }, version: each.row.version, subject: each.subject };
    });

  return new Map([
    [`${PORTAL}/${SYNC_DOSSIER}`, { compose: dossier, owner }],
    [`${PORTAL}/${SYNC_NATIONAL_STATUS}`, { compose: status, owner }],
    [`${PORTAL}/${SYNC_PROGRESS}`, { compose: progress }],
  ]);
}
