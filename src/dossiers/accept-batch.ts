import type { SubjectKey, ToSeal } from '../crypto/vault.ts';
import { type ExchangeCommand, enqueue, type StreamCommand } from '../delivery/statements.ts';
import { newId } from '../platform.ts';
import type { Acceptance, AcceptParts, Judged } from './acceptance.ts';
import { columnsOf } from './columns.ts';
import { storedContent } from './content.ts';
import * as rows from './statements.ts';
import { newSteps } from './steps.ts';

/** What one dossier adds to the batch. */
interface Prepared {
  readonly judged: Judged;
  readonly subject: SubjectKey;
  readonly exchanges: {
    readonly id: string;
    readonly operation: string;
    readonly kind: ExchangeCommand['kind'];
    readonly part: string | null;
  }[];
  readonly keys: string[];
}

/** Nothing is sent of it. What is at work already, or in doubt, would follow what was recorded: there it is sent as well. */
const recordsOnly = ({ command, held }: Judged): boolean =>
  command.mode === 'record' && held?.at_work !== 1 && held?.asks_first !== 1;

const nextVersion = ({ held }: Judged): number => (held?.version ?? 0) + 1;

function prepare(parts: AcceptParts, judged: Judged): Prepared {
  const { snapshot } = judged.command;
  const { held } = judged;
  const subject: SubjectKey =
    held?.salt != null ? { id: held.subject, salt: held.salt, epoch: held.epoch } : parts.vault.newSubject();
  const known = held === undefined ? [] : (JSON.parse(held.step_keys) as string[]);
  const steps = newSteps(snapshot.steps ?? [], new Set(known));
  const id = () => newId(parts.platform, 'x');
  const exchanges: Prepared['exchanges'] = [];
  if (!recordsOnly(judged)) {
    exchanges.push({ id: id(), operation: rows.SYNC_DOSSIER, kind: 'collapsing', part: null });
    if (snapshot.submittedVia === 'national-portal' && snapshot.nationalCode != null)
      exchanges.push({ id: id(), operation: rows.SYNC_NATIONAL_STATUS, kind: 'collapsing', part: null });
    for (const group of judged.command.mode === 'record' ? [] : steps.groups)
      exchanges.push({
        id: id(),
        operation: rows.SYNC_PROGRESS,
        kind: 'appended',
        part: group.join(' '),
      });
  }
  return { judged, subject, exchanges, keys: [...known, ...steps.keys] };
}

/**
 * One batch: what is written is written only over the version that was judged. Answers those of both kinds that it
 * held for; the others have moved on meanwhile and are to be judged again.
 */
export async function writeAll(
  parts: AcceptParts,
  toWrite: readonly Judged[],
  toRaise: readonly Judged[],
): Promise<Map<number, Acceptance>> {
  const { vault, engine } = parts;
  const token = newId(parts.platform, 't');
  const prepared = toWrite.map((judged) => prepare(parts, judged));
  const sealed = await vault.seal(
    prepared.map(
      ({ subject, judged }): ToSeal => ({
        subject,
        purpose: 'dossier.body',
        row: rows.bodyRow(judged.command.snapshot.code, nextVersion(judged)),
        text: storedContent(judged.content),
      }),
    ),
  );
  const hashes = await vault.digest(sealed);
  const fresh = prepared.filter(({ judged }) => judged.held === undefined);
  const identities = prepared.flatMap(({ judged, subject }) =>
    (judged.command.snapshot.applicant.identities ?? []).map(({ number }) => ({
      number,
      subject: subject.id,
      code: judged.command.snapshot.code,
    })),
  );
  const identityHashes = await vault.mac(
    'identity',
    identities.map(({ number }) => number),
  );

  const streams: StreamCommand[] = [];
  const exchanges: ExchangeCommand[] = [];
  for (const [index, { judged, subject, exchanges: planned }] of prepared.entries()) {
    const { code } = judged.command.snapshot;
    const stream = rows.streamOf(subject.id);
    const version = nextVersion(judged);
    streams.push({
      stream,
      system: rows.PORTAL,
      key: code,
      lane: `${rows.PORTAL}/command`,
      ledBy: rows.SYNC_DOSSIER,
      count: planned.length,
      version,
      alreadyThere: recordsOnly(judged),
      settlesDoubt: judged.command.setAside !== 'withdrawal',
    });
    for (const [place, exchange] of planned.entries()) {
      exchanges.push({
        id: exchange.id,
        stream,
        back: planned.length - place,
        operation: exchange.operation,
        kind: exchange.kind,
        version,
        subject: subject.id,
        part: exchange.part,
        payload: null,
        hash: hashes[index] ?? null,
        actor: judged.command.actor,
      });
    }
  }

  const notes = [...toWrite, ...toRaise.filter(({ command }) => command.setAside !== undefined)].flatMap((judged) => {
    const { snapshot, setAside, actor } = judged.command;
    return setAside !== undefined || recordsOnly(judged)
      ? [{ code: snapshot.code, to: setAside ?? 'recorded-as-national', actor }]
      : [];
  });
  const results = await engine.batch([
    ...(toRaise.length > 0 ? [rows.raise(toRaise.map(raised), token)] : []),
    ...(fresh.length < prepared.length
      ? [rows.lockSubjects(prepared.flatMap(({ judged, subject }) => (judged.held === undefined ? [] : [subject.id])))]
      : []),
    rows.write(prepared.map(dossierWrite), token),
    rows.bodies(
      prepared.map(({ judged }, index) => ({ code: judged.command.snapshot.code, body: sealed[index] ?? '' })),
      token,
    ),
    ...(fresh.length > 0
      ? [
          rows.subjects(
            fresh.map(({ subject, judged }) => ({ ...subject, code: judged.command.snapshot.code })),
            token,
          ),
        ]
      : []),
    ...(identities.length > 0
      ? [
          rows.blindIndexes(
            identities.map(({ subject, code }, index) => ({ hash: identityHashes[index] ?? '', subject, code })),
            token,
          ),
        ]
      : []),
    ...enqueue({
      streams,
      exchanges,
      stampedBy: { table: 'dossier', column: 'code', changedAt: 'changed_at' },
      token,
      mayExist: fresh.length < prepared.length,
    }),
    ...(notes.length > 0 ? [rows.note(notes, token)] : []),
    rows.written(
      prepared.map(({ judged }) => judged.command.snapshot.code),
      token,
    ),
  ]);
  parts.wake(`${rows.PORTAL}/command`);

  const done = new Set(results.at(-1)?.map((row) => row.code as string));
  const raisedNow = new Set(toRaise.length > 0 ? results[0]?.map((row) => row.code as string) : []);
  const answers = new Map<number, Acceptance>(
    toRaise
      .filter((judged) => raisedNow.has(judged.command.snapshot.code))
      .map((judged) => [judged.index, unchanged(judged.command.snapshot.code, judged.held)]),
  );
  for (const { judged, exchanges: planned } of prepared) {
    const { code } = judged.command.snapshot;
    if (!done.has(code)) continue;
    answers.set(judged.index, {
      kind: 'accepted',
      code,
      version: (judged.held?.version ?? 0) + 1,
      exchange: planned[0]?.id ?? null,
      created: judged.held === undefined,
    });
  }
  return answers;
}

function raised({ command, updatedAt, updatedBeyond, held }: Judged): rows.RevisionRaise {
  const anyway = command.setAside === 'order-override';
  const asHeld = !anyway && held !== undefined && isLater(held, updatedAt, updatedBeyond);
  return {
    code: command.snapshot.code,
    version: held?.version ?? 0,
    revision: command.snapshot.revision ?? null,
    updated_at: asHeld ? held.updated_at : updatedAt,
    updated_beyond: asHeld ? held.updated_beyond : updatedBeyond,
    anyway: anyway ? 1 : 0,
  };
}

/** What is held is of a later time: under a newer revision an older time may come, which takes nothing back. */
const isLater = (held: rows.HeldRow, updatedAt: number, updatedBeyond: string): boolean =>
  held.updated_at > updatedAt || (held.updated_at === updatedAt && (held.updated_beyond ?? '') > updatedBeyond);

function dossierWrite({ judged, subject, keys }: Prepared): rows.DossierWrite {
  const { command, held } = judged;
  const { snapshot } = command;
  const ordered = command.setAside === 'withdrawal' && held !== undefined;
  return {
    subject: subject.id,
    // A withdrawal is ours: the province's own next snapshot is judged against the province's own last one.
    revision: ordered ? held.revision : (snapshot.revision ?? null),
    updated_at: ordered ? held.updated_at : judged.updatedAt,
    updated_beyond: ordered ? held.updated_beyond : judged.updatedBeyond,
    content_mac: ordered ? held.content_mac : judged.mac,
    version: (held?.version ?? 0) + 1,
    ...columnsOf(snapshot),
    step_keys: JSON.stringify(keys),
    withdrawn: ordered ? 1 : 0,
  };
}

export function unchanged(code: string, held: rows.HeldRow | undefined): Acceptance {
  return {
    kind: 'unchanged',
    code,
    version: held?.version ?? 0,
    exchange: held?.last_exchange ?? null,
    state: held?.last_state ?? null,
  };
}
