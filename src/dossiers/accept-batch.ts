import { epochMs } from '../../contracts/domain/time.ts';
import type { SubjectKey, ToSeal } from '../crypto/vault.ts';
import { type ExchangeCommand, enqueue, type StreamCommand } from '../delivery/statements.ts';
import { newId } from '../platform.ts';
import type { Acceptance, AcceptParts, Decided } from './accept.ts';
import * as rows from './statements.ts';
import { newSteps } from './steps.ts';

/** What one dossier adds to the batch. */
interface Prepared {
  readonly decided: Decided;
  readonly subject: SubjectKey;
  readonly exchanges: {
    readonly id: string;
    readonly operation: string;
    readonly collapses: boolean;
    readonly part: string | null;
  }[];
  readonly keys: string[];
}

/** Nothing is sent of it. What is at work already, or in doubt, would follow what was recorded: there it is sent as well. */
const recordsOnly = ({ command, held }: Decided): boolean =>
  command.mode === 'record' && held?.at_work !== 1 && held?.asks_first !== 1;

function prepare(parts: AcceptParts, decided: Decided): Prepared {
  const { snapshot } = decided.command;
  const { held } = decided;
  const subject: SubjectKey =
    held?.salt != null ? { id: held.subject, salt: held.salt, epoch: held.epoch } : parts.vault.newSubject();
  const known = held === undefined ? [] : (JSON.parse(held.step_keys) as string[]);
  const steps = newSteps(snapshot.steps ?? [], new Set(known));
  const id = () => newId(parts.platform, 'x');
  const exchanges: Prepared['exchanges'] = [];
  if (!recordsOnly(decided)) {
    exchanges.push({ id: id(), operation: rows.SYNC_DOSSIER, collapses: true, part: null });
    if (snapshot.submittedVia === 'national-portal' && snapshot.nationalCode != null)
      exchanges.push({ id: id(), operation: rows.SYNC_NATIONAL_STATUS, collapses: true, part: null });
    for (const group of decided.command.mode === 'record' ? [] : steps.groups)
      exchanges.push({
        id: id(),
        operation: rows.SYNC_PROGRESS,
        collapses: false,
        part: group.join(' '),
      });
  }
  return { decided, subject, exchanges, keys: [...known, ...steps.keys] };
}

/**
 * One batch: what is written is written only over the version that was judged. Answers those of both kinds that it
 * held for; the others have moved on meanwhile and are to be judged again.
 */
export async function writeAll(
  parts: AcceptParts,
  toWrite: readonly Decided[],
  toRaise: readonly Decided[],
): Promise<Map<number, Acceptance>> {
  const { vault, engine } = parts;
  const token = newId(parts.platform, 't');
  const prepared = toWrite.map((decided) => prepare(parts, decided));
  const sealed = await vault.seal(
    prepared.map(({ subject, decided }): ToSeal => ({ subject, purpose: 'dossier.body', text: decided.content })),
  );
  const hashes = await vault.digest(sealed);
  const fresh = prepared.filter(({ decided }) => decided.held === undefined);
  const identities = prepared.flatMap(({ decided, subject }) =>
    (decided.command.snapshot.applicant.identities ?? []).map(({ number }) => ({
      number,
      subject: subject.id,
      code: decided.command.snapshot.code,
    })),
  );
  const identityHashes = await vault.mac(
    'identity',
    identities.map(({ number }) => number),
  );

  const streams: StreamCommand[] = [];
  const exchanges: ExchangeCommand[] = [];
  for (const [index, { decided, subject, exchanges: planned }] of prepared.entries()) {
    const { code } = decided.command.snapshot;
    const stream = rows.streamOf(code);
    const version = (decided.held?.version ?? 0) + 1;
    streams.push({
      stream,
      system: rows.PORTAL,
      key: code,
      lane: `${rows.PORTAL}/command`,
      count: planned.length,
      version,
      alreadyThere: recordsOnly(decided),
      settlesDoubt: decided.command.setAside !== 'withdrawal',
    });
    for (const [place, exchange] of planned.entries()) {
      exchanges.push({
        id: exchange.id,
        stream,
        back: planned.length - place,
        operation: exchange.operation,
        collapses: exchange.collapses,
        version,
        subject: subject.id,
        part: exchange.part,
        payload: null,
        hash: hashes[index] ?? null,
        actor: decided.command.actor,
      });
    }
  }

  const notes = [...toWrite, ...toRaise.filter(({ command }) => command.setAside !== undefined)].flatMap((decided) => {
    const { snapshot, setAside, actor } = decided.command;
    return setAside !== undefined || recordsOnly(decided)
      ? [{ code: snapshot.code, to: setAside ?? 'recorded-as-national', actor }]
      : [];
  });
  const results = await engine.batch([
    ...(toRaise.length > 0 ? [rows.raise(toRaise.map(raised), token)] : []),
    rows.write(prepared.map(dossierWrite), token),
    rows.bodies(
      prepared.map(({ decided }, index) => ({ code: decided.command.snapshot.code, body: sealed[index] ?? '' })),
      token,
    ),
    ...(fresh.length > 0
      ? [
          rows.subjects(
            fresh.map(({ subject, decided }) => ({ ...subject, code: decided.command.snapshot.code })),
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
      guard: { table: 'dossier', column: 'code' },
      token,
      mayExist: fresh.length < prepared.length,
    }),
    ...(notes.length > 0 ? [rows.note(notes, token)] : []),
    rows.written(
      prepared.map(({ decided }) => decided.command.snapshot.code),
      token,
    ),
  ]);
  parts.wake(`${rows.PORTAL}/command`);

  const done = new Set(results.at(-1)?.map((row) => row.code as string));
  const raisedNow = new Set(toRaise.length > 0 ? results[0]?.map((row) => row.code as string) : []);
  const answers = new Map<number, Acceptance>(
    toRaise
      .filter((decided) => raisedNow.has(decided.command.snapshot.code))
      .map((decided) => [decided.index, unchanged(decided.command.snapshot.code, decided.held)]),
  );
  for (const { decided, exchanges: planned } of prepared) {
    const { code } = decided.command.snapshot;
    if (!done.has(code)) continue;
    answers.set(decided.index, {
      kind: 'accepted',
      code,
      version: (decided.held?.version ?? 0) + 1,
      exchange: planned[0]?.id ?? null,
      created: decided.held === undefined,
    });
  }
  return answers;
}

function raised({ command, updatedAt, held }: Decided): rows.RevisionRaise {
  const anyway = command.setAside === 'order-override';
  return {
    code: command.snapshot.code,
    version: held?.version ?? 0,
    revision: command.snapshot.revision ?? null,
    updated_at: anyway ? updatedAt : Math.max(updatedAt, held?.updated_at ?? 0),
    anyway: anyway ? 1 : 0,
  };
}

const toMs = (value: string | null | undefined): number | null => (value == null ? null : epochMs(value));

function dossierWrite({ decided, subject, keys }: Prepared): rows.DossierWrite {
  const { command, held } = decided;
  const { snapshot } = command;
  const ordered = command.setAside === 'withdrawal' && held !== undefined;
  return {
    code: snapshot.code,
    subject: subject.id,
    // A withdrawal is ours: the province's own next snapshot is judged against the province's own last one.
    revision: ordered ? held.revision : (snapshot.revision ?? null),
    updated_at: ordered ? held.updated_at : decided.updatedAt,
    content_mac: ordered ? held.content_mac : decided.mac,
    version: (held?.version ?? 0) + 1,
    national_code: snapshot.nationalCode ?? null,
    status: snapshot.status,
    channel: snapshot.channel,
    level: snapshot.agency.level ?? null,
    agency: snapshot.agency.code,
    procedure: snapshot.procedure.code,
    field: snapshot.procedure.field?.code ?? null,
    received_at: toMs(snapshot.receivedAt) ?? toMs(snapshot.submittedAt),
    due_at: toMs(snapshot.dueAt),
    closed_at: toMs(snapshot.closedAt) ?? toMs(snapshot.finishedAt),
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
