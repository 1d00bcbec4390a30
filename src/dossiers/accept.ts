import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { epochMs } from '../../contracts/domain/time.ts';
import type { SubjectKey, ToSeal, Vault } from '../crypto/vault.ts';
import { type ExchangeCommand, enqueue, type StreamCommand } from '../delivery/statements.ts';
import { newId, type Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { grouped } from '../store/group.ts';
import { contentText } from './content.ts';
import { type Judgement, judge } from './judge.ts';
import * as rows from './statements.ts';
import { newSteps } from './steps.ts';

/** A snapshot handed over, already parsed by the contract's schema. */
export interface AcceptCommand {
  readonly snapshot: DossierSnapshot;
  /** Who hands it over, for the journal. */
  readonly actor: string;
  /** `record`: the nation has it already (first-day load), so nothing is sent. */
  readonly mode: 'send' | 'record';
  /** Set aside the judging of order: a withdrawal, or an operator's correction; journalled under this word. */
  readonly setAside?: 'withdrawal' | 'order-override';
}

export type Acceptance =
  | {
      readonly kind: 'accepted';
      readonly code: string;
      readonly version: number;
      readonly exchange: string | null;
      readonly created: boolean;
    }
  | {
      readonly kind: 'unchanged';
      readonly code: string;
      readonly version: number;
      readonly exchange: string | null;
      readonly state: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly reason: 'stale-revision' | 'conflicting-revision' | 'revision-required' | 'erased';
    }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: 'from-the-future'; readonly aheadMs: number };

export interface AcceptParts {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  /** Told after commit that the portal's lane has new work. */
  readonly wake: (lane: string) => void;
}

/** How far ahead of the gateway's clock a snapshot's time may be. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;
const COMMANDS_A_BATCH = 1_000;
/** Rounds after which a dossier that keeps moving under us is given up; each round means somebody else's success. */
const ROUNDS = 20;

/**
 * Takes snapshots in. When the promise settles with `accepted`, dossier, exchanges and journal lines are on disk (I1).
 * Decides in memory on what is held, and writes guarded by the version that it decided upon; where that moved on
 * meanwhile, it decides again.
 */
export function createAccept(parts: AcceptParts): (command: AcceptCommand) => Promise<Acceptance> {
  return grouped<AcceptCommand, Acceptance>(parts.engine, {
    key: (command) => command.snapshot.code,
    limit: COMMANDS_A_BATCH,
    run: (group) => acceptGroup(parts, group),
  });
}

interface Decided {
  readonly index: number;
  readonly command: AcceptCommand;
  readonly content: string;
  readonly mac: string;
  readonly updatedAt: number;
  readonly held: rows.HeldRow | undefined;
}

async function acceptGroup(parts: AcceptParts, group: readonly AcceptCommand[]): Promise<Acceptance[]> {
  const answers: (Acceptance | undefined)[] = new Array(group.length);
  const contents = group.map((command) => contentText(command.snapshot));
  const macs = await parts.vault.mac('dossier.content', contents);
  let open = group.map((_, index) => index);
  for (let round = 0; open.length > 0; round++) {
    if (round === ROUNDS) throw new Error('a dossier was changed by others too often while it was being accepted');
    const heldRows = new Map(
      (await parts.engine.all<rows.HeldRow>(rows.held(open.map((index) => group[index]?.snapshot.code ?? '')))).map(
        (row) => [row.code, row],
      ),
    );
    const toWrite: Decided[] = [];
    const toRaise: Decided[] = [];
    for (const index of open) {
      const command = group[index] as AcceptCommand;
      const decided: Decided = {
        index,
        command,
        content: contents[index] ?? '',
        mac: macs[index] ?? '',
        updatedAt: epochMs(command.snapshot.updatedAt),
        held: heldRows.get(command.snapshot.code),
      };
      const answer = weigh(parts.platform, decided);
      if (answer === 'write') toWrite.push(decided);
      else if (answer === 'raise') toRaise.push(decided);
      else answers[index] = answer;
    }
    const written =
      toWrite.length > 0 || toRaise.length > 0
        ? await writeAll(parts, toWrite, toRaise)
        : new Map<number, Acceptance>();
    for (const [index, answer] of written) answers[index] = answer;
    open = [...toWrite, ...toRaise].map((decided) => decided.index).filter((index) => answers[index] === undefined);
  }
  return answers as Acceptance[];
}

function weigh(platform: Platform, { command, mac, updatedAt, held }: Decided): Acceptance | 'write' | 'raise' {
  const { snapshot, setAside } = command;
  const aheadMs = updatedAt - platform.now();
  if (aheadMs > FUTURE_TOLERANCE_MS)
    return { kind: 'refused', code: snapshot.code, reason: 'from-the-future', aheadMs };
  if (held !== undefined && held.salt === null) return { kind: 'refused', code: snapshot.code, reason: 'erased' };
  if (setAside !== undefined) return 'write';
  const judgement: Judgement = judge(
    held && {
      revision: held.revision,
      updatedAt: held.updated_at,
      contentMac: held.content_mac,
      sendAgain: held.refused > 0 || held.parked_reason === 'snapshot-requested',
    },
    { revision: snapshot.revision ?? null, updatedAt, contentMac: mac },
  );
  switch (judgement) {
    case 'accept':
    case 'resend':
      return 'write';
    case 'raise-revision':
      return 'raise';
    case 'unchanged':
      return unchanged(snapshot.code, held);
    default:
      return { kind: 'refused', code: snapshot.code, reason: judgement };
  }
}

function unchanged(code: string, held: rows.HeldRow | undefined): Acceptance {
  return {
    kind: 'unchanged',
    code,
    version: held?.version ?? 0,
    exchange: held?.last_exchange ?? null,
    state: held?.last_state ?? null,
  };
}

/** What one dossier adds to the batch. */
interface Prepared {
  readonly decided: Decided;
  readonly subject: SubjectKey;
  readonly exchanges: {
    readonly id: string;
    readonly operation: string;
    readonly collapses: boolean;
    readonly payload: ToSeal | null;
  }[];
  readonly keys: string[];
}

function prepare(parts: AcceptParts, decided: Decided): Prepared {
  const { snapshot, mode } = decided.command;
  const { held } = decided;
  const subject: SubjectKey =
    held?.salt != null ? { id: held.subject, salt: held.salt, epoch: held.epoch } : parts.vault.newSubject();
  const known = held === undefined ? [] : (JSON.parse(held.step_keys) as string[]);
  const steps = newSteps(snapshot.steps ?? [], new Set(known));
  const id = () => newId(parts.platform, 'x');
  const exchanges: Prepared['exchanges'] = [];
  if (mode === 'send') {
    exchanges.push({ id: id(), operation: rows.SYNC_DOSSIER, collapses: true, payload: null });
    if (snapshot.submittedVia === 'national-portal' && snapshot.nationalCode != null)
      exchanges.push({ id: id(), operation: rows.SYNC_NATIONAL_STATUS, collapses: true, payload: null });
    for (const group of steps.groups)
      exchanges.push({
        id: id(),
        operation: rows.SYNC_PROGRESS,
        collapses: false,
        payload: { subject, purpose: 'exchange.payload', text: JSON.stringify({ code: snapshot.code, steps: group }) },
      });
  }
  return { decided, subject, exchanges, keys: [...known, ...steps.keys] };
}

async function writeAll(
  parts: AcceptParts,
  toWrite: readonly Decided[],
  toRaise: readonly Decided[],
): Promise<Map<number, Acceptance>> {
  const { vault, engine } = parts;
  const token = newId(parts.platform, 't');
  const prepared = toWrite.map((decided) => prepare(parts, decided));
  const payloads = prepared.flatMap(({ exchanges }) =>
    exchanges.flatMap(({ payload }) => (payload === null ? [] : [payload])),
  );
  const sealed = await vault.seal([
    ...prepared.map(({ subject, decided }): ToSeal => ({ subject, purpose: 'dossier.body', text: decided.content })),
    ...payloads,
  ]);
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
  let next = prepared.length;
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
      alreadyThere: decided.command.mode === 'record',
    });
    for (const [place, exchange] of planned.entries()) {
      const at = exchange.payload === null ? index : next++;
      exchanges.push({
        id: exchange.id,
        stream,
        back: planned.length - place,
        operation: exchange.operation,
        collapses: exchange.collapses,
        version,
        subject: subject.id,
        payload: exchange.payload === null ? null : (sealed[at] ?? null),
        hash: hashes[at] ?? null,
        actor: decided.command.actor,
      });
    }
  }

  const notes = prepared.flatMap(({ decided: { command } }) =>
    command.setAside !== undefined || command.mode === 'record'
      ? [{ code: command.snapshot.code, to: command.setAside ?? 'recorded-as-national', actor: command.actor }]
      : [],
  );
  const results = await engine.batch([
    ...(toRaise.length > 0 ? [rows.raise(toRaise.map(raised))] : []),
    rows.write(
      prepared.map((each, index) => dossierWrite(each, sealed[index] ?? '')),
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
  return {
    code: command.snapshot.code,
    version: held?.version ?? 0,
    revision: command.snapshot.revision ?? null,
    updated_at: Math.max(updatedAt, held?.updated_at ?? 0),
  };
}

const toMs = (value: string | null | undefined): number | null => (value == null ? null : epochMs(value));

function dossierWrite({ decided, subject, keys }: Prepared, body: string): rows.DossierWrite {
  const { command, held } = decided;
  const { snapshot } = command;
  const ordered = command.setAside === 'withdrawal' && held !== undefined;
  return {
    code: snapshot.code,
    subject: subject.id,
    // A withdrawal is ours: it must not make the province's next snapshot stale.
    revision: ordered ? held.revision : (snapshot.revision ?? null),
    updated_at: ordered ? held.updated_at : decided.updatedAt,
    content_mac: decided.mac,
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
    body,
  };
}
