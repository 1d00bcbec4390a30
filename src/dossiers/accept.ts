import { beyondMs, epochMs } from '../../contracts/domain/time.ts';
import type { Platform } from '../platform.ts';
import { grouped } from '../store/group.ts';
import { slices, utf8Bytes } from '../store/limits.ts';
import { unchanged, writeAll } from './accept-batch.ts';
import { bytesOf, bytesWithHeld } from './accept-bytes.ts';
import type { Acceptance, AcceptCommand, AcceptParts, Handed, Judged } from './acceptance.ts';
import { contentText, settled } from './content.ts';
import { type Judgement, judge } from './judge.ts';
import * as rows from './statements.ts';

/** How far ahead of the gateway's clock a snapshot's time may be. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;
/** More than this share pages and a sync no better, and the process does nothing else meanwhile. */
const COMMANDS_A_BATCH = 256;
/** Rounds after which a dossier that keeps moving under us is given up; each round means somebody else's success. */
const ROUNDS = 20;

/**
 * Takes snapshots in. When the promise settles with `accepted`, dossier, exchanges and journal lines are on disk (I1).
 * Decides in memory on what is held, and writes guarded by the version that it judged upon; where that moved on
 * meanwhile, it decides again.
 */
export function createAccept(parts: AcceptParts): (command: AcceptCommand) => Promise<Acceptance> {
  const together = grouped<Handed, Acceptance>(parts.engine, {
    key: ({ command }) => command.snapshot.code,
    limit: COMMANDS_A_BATCH,
    bytes: (handed) => bytesOf(handed),
    run: (group) => acceptGroup(parts, group),
  });
  return async (command) => {
    const { snapshot, content } = settled(command.snapshot);
    const given = snapshot === command.snapshot ? undefined : contentText(command.snapshot);
    return together({ command: { ...command, snapshot }, content, given, contentBytes: utf8Bytes(content) });
  };
}

async function acceptGroup(parts: AcceptParts, group: readonly Handed[]): Promise<Acceptance[]> {
  const answers: (Acceptance | undefined)[] = new Array(group.length);
  const macs = await parts.vault.mac(
    'dossier.content',
    group.map(({ content }) => content),
  );
  const inOtherWords = group.flatMap(({ given }, index) => (given === undefined ? [] : [{ given, index }]));
  const givenMacs = new Map<number, string | undefined>();
  if (inOtherWords.length > 0) {
    const made = await parts.vault.mac(
      'dossier.content',
      inOtherWords.map(({ given }) => given),
    );
    for (const [place, { index }] of inOtherWords.entries()) givenMacs.set(index, made[place]);
  }
  let open = group.map((_, index) => index);
  for (let round = 0; open.length > 0; round++) {
    if (round === ROUNDS) throw new Error('a dossier was changed by others too often while it was being accepted');
    const heldRows = new Map(
      (
        await parts.engine.all<rows.HeldRow>(rows.held(open.map((index) => group[index]?.command.snapshot.code ?? '')))
      ).map((row) => [row.code, row]),
    );
    const toWrite: Judged[] = [];
    const toRaise: Judged[] = [];
    for (const index of open) {
      const handed = group[index] as Handed;
      const { command } = handed;
      const judged: Judged = {
        index,
        ...handed,
        mac: macs[index] ?? '',
        givenMac: givenMacs.get(index),
        updatedAt: epochMs(command.snapshot.updatedAt),
        updatedBeyond: beyondMs(command.snapshot.updatedAt),
        held: heldRows.get(command.snapshot.code),
      };
      const answer = place(parts.platform, judged);
      if (answer === 'write') toWrite.push(judged);
      else if (answer === 'raise') toRaise.push(judged);
      else answers[index] = answer;
    }
    for (const written of await write(parts, toWrite, toRaise))
      for (const [index, answer] of written) answers[index] = answer;
    open = [...toWrite, ...toRaise].map((judged) => judged.index).filter((index) => answers[index] === undefined);
  }
  return answers as Acceptance[];
}

/**
 * One batch, or some one after the other where what is held already takes more room than was known at hand-over. Where
 * a later one fails, what an earlier one wrote is met as `unchanged` when it is handed over again.
 */
async function write(
  parts: AcceptParts,
  toWrite: readonly Judged[],
  toRaise: readonly Judged[],
): Promise<ReadonlyMap<number, Acceptance>[]> {
  const written: ReadonlyMap<number, Acceptance>[] = [];
  const [first = [], ...others] = slices(toWrite, bytesWithHeld, parts.engine.limits);
  if (first.length > 0 || toRaise.length > 0) written.push(await writeAll(parts, first, toRaise));
  for (const slice of others) written.push(await writeAll(parts, slice, []));
  return written;
}

function place(platform: Platform, judged: Judged): Acceptance | 'write' | 'raise' {
  const { command, updatedAt, updatedBeyond, held } = judged;
  const { snapshot, setAside, builtOn, heldAlready } = command;
  // What is held from before contents were settled is known by its digest as it was given.
  const mac = held !== undefined && held.content_mac === judged.givenMac ? held.content_mac : judged.mac;
  const aheadMs = updatedAt - platform.wall();
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
    return held.revision === revision &&
      held.updated_at === updatedAt &&
      (held.updated_beyond ?? updatedBeyond) === updatedBeyond
      ? unchanged(code, held)
      : 'raise';
  }
  const judgement: Judgement = judge(
    held && {
      revision: held.revision,
      updatedAt: held.updated_at,
      updatedBeyond: held.updated_beyond,
      contentMac: held.content_mac,
      withdrawn: held.withdrawn === 1,
      // What they refused was the withdrawal, not what was handed over before it.
      sendAgain: held.withdrawn === 1 ? awaited : sendAgain,
    },
    { revision, updatedAt, updatedBeyond, contentMac: mac },
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
