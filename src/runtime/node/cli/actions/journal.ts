import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { dossierColumns } from '../../../../dossiers/held.ts';
import type { Restored } from '../../../../journal/anchor.ts';
import { exportJournal } from '../../../../journal/export.ts';
import { type Comparison, type HeldAgainst, holdAgainst } from '../../../../journal/held.ts';
import { type Backwards, PROBLEM_TEXTS, type Verdict } from '../../../../journal/verdict.ts';
import { verifyJournal } from '../../../../journal/verify.ts';
import { type ExportVerdict, verifyExport } from '../../../../journal/verify-export.ts';
import { journalled } from '../../../journalled.ts';
import { fileAnchor } from '../../anchor-file.ts';
import { nodeClock } from '../../clock.ts';
import { syncDirectoryOf, syncFile } from '../../durable-file.ts';
import { anchorFile, keyringFile, openToRead, sealKeys } from '../../keys.ts';
import { nodePlatform } from '../../platform.ts';
import { databaseFile } from '../../store.ts';
import { noteUpkeep, upkeepFile } from '../../upkeep-file.ts';
import { nodeDigest } from '../../vault.ts';
import { FAILED, Failure, wrongUse } from '../failure.ts';
import { complain, number, say, sayJson } from '../output.ts';
import { progressLine } from '../progress.ts';
import { mustBeMigrated, openReadOnly } from '../read-only-store.ts';
import { storeConfig } from '../settings.ts';

type Keys = readonly string[] | undefined;

export async function verify(options: { readonly publicKey?: Keys; readonly json: boolean }): Promise<void> {
  const config = storeConfig();
  const file = databaseFile(config);
  const { publicKeys, ring } = await believedBy(options.publicKey);
  const store = openReadOnly(file);
  const progress = progressLine();
  const startedAt = Date.now();
  try {
    mustBeMigrated(store);
    const verdict = await verifyJournal(store, {
      digest: nodeDigest,
      kinds: journalled.kinds,
      publicKeys,
      anchor: fileAnchor(anchorFile(config, file)),
      ...(ring === undefined ? {} : { ring }),
      consecutive: true,
      onProgress: (lines) => progress.show(undefined, `${number(lines)} dòng (lines)`),
    });
    // What the journal says counts for nothing where it is not sound.
    const against = verdict.ok
      ? await holdAgainst(store, { digest: nodeDigest, journalled, also: await withKeys(options.publicKey) })
      : undefined;
    progress.end();
    if (verdict.ok && against?.count === 0)
      noteSound(upkeepFile(config, file, 'verified'), startedAt, verdict.head?.n ?? 0);
    conclude(verdict, options.json, against);
  } finally {
    progress.end();
    store.close();
  }
}

export async function exportTo(to: string, options: { readonly publicKey?: Keys }): Promise<void> {
  const publicKeys = await keysOf(options.publicKey);
  if (to !== '-' && existsSync(to))
    throw new Failure(`${to} đã có, không ghi đè`, 'it exists already, nothing is overwritten');
  const store = openReadOnly(databaseFile(storeConfig()));
  try {
    mustBeMigrated(store);
    const text = Readable.from(exportJournal(store, { publicKey: publicKeys.join(' '), now: Date.now() }));
    if (to === '-') return await pipeline(text, process.stdout, { end: false });
    const part = `${to}.part`;
    try {
      await pipeline(text, createWriteStream(part, { mode: 0o600 }));
      syncFile(part);
      renameSync(part, to);
      syncDirectoryOf(to);
    } finally {
      rmSync(part, { force: true });
    }
    complain(`Đã xuất (exported): ${to}`);
    complain(
      `Kiểm tra nơi khác (check it elsewhere): lienthong journal verify-export ${to} ${publicKeys.map((key) => `--public-key ${key}`).join(' ')}`,
    );
  } finally {
    store.close();
  }
}

export async function verifyFile(
  file: string,
  options: { readonly publicKey?: Keys; readonly anchors?: string; readonly json: boolean },
): Promise<void> {
  for (const needed of [file, options.anchors])
    if (needed !== undefined && !existsSync(needed)) throw wrongUse(`Không có tệp ${needed}`, 'there is no such file');
  const own = options.publicKey ?? (storeConfig().masterKey === undefined ? [] : await keysOf(undefined));
  const verdict = await verifyExport(createReadStream(file, 'utf8'), {
    digest: nodeDigest,
    kinds: journalled.kinds,
    publicKeys: own,
    ...(options.anchors === undefined ? {} : { anchor: fileAnchor(options.anchors) }),
  });
  conclude(verdict, options.json);
}

export async function showPublicKey(): Promise<void> {
  for (const key of await keysOf(undefined)) say(key);
}

/** The keys that may have signed: given, or made from `MASTER_KEY` and kept in its key ring; never taken from the database that is judged. */
async function believedBy(
  given: Keys,
): Promise<{ readonly publicKeys: readonly string[]; readonly ring?: string | undefined }> {
  if (given !== undefined && given.length > 0) return { publicKeys: given };
  const { masterKey, ...config } = storeConfig();
  if (masterKey === undefined)
    throw wrongUse(
      'Cần MASTER_KEY, hoặc --public-key nhận từ người giữ MASTER_KEY',
      'MASTER_KEY is needed, or --public-key as its keeper hands it out (journal public-key)',
    );
  return sealKeys({ ...config, masterKey }, databaseFile(config));
}

/** What only who has the keys can compare: nothing where a public key alone is given, or nothing was sealed yet. */
async function withKeys(given: Keys): Promise<readonly Comparison[]> {
  const { masterKey, ...config } = storeConfig();
  const file = databaseFile(config);
  if ((given?.length ?? 0) > 0 || masterKey === undefined || !existsSync(keyringFile(config, file))) return [];
  const { vault } = await openToRead({ ...config, masterKey }, file, nodePlatform(nodeClock()));
  return [dossierColumns(vault)];
}

const keysOf = async (given: Keys): Promise<readonly string[]> => (await believedBy(given)).publicKeys;

/** Says the verdict and sets the exit status: 1 when the journal is not sound. */
function noteSound(path: string, at: number, seal: number): void {
  try {
    noteUpkeep(path, { at, seal });
  } catch (error) {
    complain(
      `Không ghi lại được rằng nhật ký đã kiểm tra (that it was verified could not be noted): ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function conclude(verdict: Verdict | ExportVerdict, json: boolean, against?: HeldAgainst): void {
  if (!verdict.ok || (against?.count ?? 0) > 0) process.exitCode = FAILED;
  if (json) {
    sayJson(against === undefined ? verdict : { ...verdict, ok: against.count === 0, differences: against });
    return;
  }
  if (verdict.ok) {
    say(
      `✓ Nhật ký nguyên vẹn (the journal is sound): ${number(verdict.lines)} dòng (lines), ${number(verdict.seals)} niêm phong (seals), ${number(verdict.unsealed)} dòng chưa niêm phong (not yet sealed)`,
    );
    if (verdict.head !== undefined) say(`  đầu (head): ${verdict.head.n} ${verdict.head.root}`);
    for (const restored of verdict.restores)
      say(
        `  đã dựng lại từ bản sao lúc (restored from a backup at) ${new Date(restored.at).toISOString()}, đi tiếp từ niêm phong (going on from seal) ${restored.n}${ofBackup(restored)}`,
      );
    if (verdict.backwards.count > 0) sayBackwards(verdict.backwards);
    if (against !== undefined) sayAgainst(against);
  } else {
    const { vi, en } = PROBLEM_TEXTS[verdict.problem];
    const where = [
      ...(verdict.position === undefined ? [] : [`vị trí (position) ${verdict.position}`]),
      ...(verdict.line === undefined ? [] : [`dòng (line) ${verdict.line}`]),
    ].join(', ');
    say(`✗ ${vi} (${en})${where === '' ? '' : `: ${where}`}`);
    say(`  ${verdict.detail}`);
  }
  if ('keyFrom' in verdict && verdict.keyFrom === 'export')
    say(
      '  Lưu ý: khóa lấy từ chính tệp xuất, chưa chứng minh ai đã niêm phong; hãy dùng --public-key (the key was taken from the export itself, which does not prove who sealed it: give --public-key)',
    );
}

/** What was put back, so that it can be compared with the backup that is kept. */
const ofBackup = ({ mark }: Restored): string =>
  mark === undefined
    ? ', ký bởi máy chủ bản trước (signed by a server of before)'
    : `, bản sao (of the backup) ${mark.backup}`;

/** Not a fault: a clock that was set back leaves this, and the journal says so itself. Neither is it passed over. */
function sayBackwards({ count, first }: Backwards): void {
  say(
    `  Lưu ý: ${number(count)} dòng mang giờ sớm hơn dòng đứng trước; đồng hồ bị chỉnh lùi thì như vậy, hãy đối chiếu với lần chỉnh giờ đã biết (lines with an earlier time than the line before them: a clock that was set back leaves such lines, compare with the steps you know of)`,
  );
  for (const { line, position, byMs } of first)
    say(
      `    dòng (line) ${line}${position === undefined ? '' : `, vị trí (position) ${position}`}: −${number(Math.round(byMs / 1000))} s`,
    );
}

function sayAgainst({ count, first }: HeldAgainst): void {
  if (count === 0) {
    say(
      '✓ Kho khớp nhật ký ở những bảng được đối chiếu (the store says what the journal says, in the tables that are compared: see the runbook)',
    );
    return;
  }
  say(
    `✗ Kho nói khác nhật ký ở ${number(count)} chỗ (the store says something else than the journal, times: ${count})`,
  );
  for (const { table, ref, detail } of first) say(`  ${table} ${ref}: ${detail}`);
}
