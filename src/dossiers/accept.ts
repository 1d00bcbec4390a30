import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { epochMs } from '../../contracts/domain/time.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import { grouped } from '../store/group.ts';
import { unchanged, writeAll } from './accept-batch.ts';
import { contentText } from './content.ts';
import { type Judgement, judge } from './judge.ts';
import * as rows from './statements.ts';

/** A snapshot handed over, already parsed by the contract's schema. */
export interface AcceptCommand {
  readonly snapshot: DossierSnapshot;
  /** Who hands it over, for the journal. */
  readonly actor: string;
  /**
   * `record`: the nation has it already (first-day load), so nothing is sent; except where something of it is still to
   * be sent or confirmed, which this snapshot then replaces and shows.
   */
  readonly mode: 'send' | 'record';
  /** Set aside the judging of order: a withdrawal, or an operator's correction; journalled under this word. */
  readonly setAside?: 'withdrawal' | 'order-override';
  /** The held version that the snapshot was made from. It is taken over that one alone; any other answers `moved`. */
  readonly builtOn?: number;
  /** The held version says just this: it is sent only where its last delivery ended rejected or cancelled. */
  readonly heldAlready?: boolean;
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
  | { readonly kind: 'refused'; readonly code: string; readonly reason: 'from-the-future'; readonly aheadMs: number }
  /** Another version is held than the one that the snapshot was made from: nothing was written. */
  | { readonly kind: 'moved'; readonly code: string }
  /** The province was asked to hand it over once more: until it has, nothing is made from what is held. */
  | { readonly kind: 'awaited'; readonly code: string };

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
 * Decides in memory on what is held, and writes guarded by the version that it judged upon; where that moved on
 * meanwhile, it decides again.
 */
export function createAccept(parts: AcceptParts): (command: AcceptCommand) => Promise<Acceptance> {
  return grouped<AcceptCommand, Acceptance>(parts.engine, {
    key: (command) => command.snapshot.code,
    limit: COMMANDS_A_BATCH,
    run: (group) => acceptGroup(parts, group),
  });
}

export interface Judged {
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
    const toWrite: Judged[] = [];
    const toRaise: Judged[] = [];
    for (const index of open) {
      const command = group[index] as AcceptCommand;
      const judged: Judged = {
        index,
        command,
        content: contents[index] ?? '',
        mac: macs[index] ?? '',
        updatedAt: epochMs(command.snapshot.updatedAt),
        held: heldRows.get(command.snapshot.code),
      };
      const answer = place(parts.platform, judged);
      if (answer === 'write') toWrite.push(judged);
      else if (answer === 'raise') toRaise.push(judged);
      else answers[index] = answer;
    }
    const written =
      toWrite.length > 0 || toRaise.length > 0
        ? await writeAll(parts, toWrite, toRaise)
        : new Map<number, Acceptance>();
    for (const [index, answer] of written) answers[index] = answer;
    open = [...toWrite, ...toRaise].map((judged) => judged.index).filter((index) => answers[index] === undefined);
  }
  return answers as Acceptance[];
}

function place(platform: Platform, { command, mac, updatedAt, held }: Judged): Acceptance | 'write' | 'raise' {
  const { snapshot, setAside, builtOn, heldAlready } = command;
  const aheadMs = updatedAt - platform.now();
  if (aheadMs > FUTURE_TOLERANCE_MS)
    return { kind: 'refused', code: snapshot.code, reason: 'from-the-future', aheadMs };
  if (held !== undefined && held.salt === null) return { kind: 'refused', code: snapshot.code, reason: 'erased' };
  if (builtOn !== undefined && builtOn !== held?.version) return { kind: 'moved', code: snapshot.code };
  const { code } = snapshot;
  const awaited = held?.waits_for === 'owner';
  const sendAgain = held !== undefined && (held.refused > 0 || awaited);
  // What is held may be older than what the nation shows: nothing made from it is sent.
  if (setAside === 'withdrawal' && (awaited || held?.asks_first === 1)) return { kind: 'awaited', code };
  if (setAside === 'withdrawal') return heldAlready === true && !sendAgain ? unchanged(code, held) : 'write';
  const revision = snapshot.revision ?? null;
  if (setAside === 'order-override') {
    if (held === undefined || held.content_mac !== mac || held.withdrawn === 1 || sendAgain) return 'write';
    return held.revision === revision && held.updated_at === updatedAt ? unchanged(code, held) : 'raise';
  }
  const judgement: Judgement = judge(
    held && {
      revision: held.revision,
      updatedAt: held.updated_at,
      contentMac: held.content_mac,
      withdrawn: held.withdrawn === 1,
      // What they refused was the withdrawal, not what was handed over before it.
      sendAgain: held.withdrawn === 1 ? awaited : sendAgain,
    },
    { revision, updatedAt, contentMac: mac },
  );
  switch (judgement) {
    case 'accept':
    case 'resend':
      return 'write';
    case 'raise-revision':
      return 'raise';
    case 'unchanged':
      return unchanged(code, held);
    default:
      return { kind: 'refused', code, reason: judgement };
  }
}
