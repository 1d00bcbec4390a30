import { hash } from 'node:crypto';
import type { Counters } from './counters.ts';
import type { WireRecord } from './judge.ts';

/** One state that the portal took, in the order in which it took them. */
interface Applied {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly status: string;
  /** The number in a `[v=N]` marker of GhiChu or TrichYeuHoSo, where the sender put one. */
  readonly version: number | undefined;
  readonly digest: string;
  readonly mode: 'new' | 'update' | 'moved';
  /** How often the same content came again, with nothing else between. */
  repeats: number;
}

/** A progress row is identified by time, status and unit (WIRE.md 1.5). */
interface ProgressRow {
  readonly at: string;
  readonly status: string;
  readonly unit: string;
  repeats: number;
}

export interface HeldDossier {
  readonly code: string;
  readonly history: Applied[];
  readonly progress: ProgressRow[];
  creates: number;
  updates: number;
  olderAfterNewer: number;
  overlaps: number;
  newestVersion: number | undefined;
  status: string;
  procedure: string;
  channel: string;
  unit: string;
  applicant: string;
  submittedAt: string;
  receivedAt: string;
  dueAt: string;
  /** The last record as it came, while bodies are kept. */
  body: string | undefined;
}

/** Two different dossiers never share memory for the texts that repeat in all of them. */
class Interned {
  readonly #texts = new Map<string, string>();
  of(value: unknown): string {
    if (typeof value !== 'string') return '';
    const known = this.#texts.get(value);
    if (known !== undefined) return known;
    if (this.#texts.size < 50_000) this.#texts.set(value, value);
    return value;
  }
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

function markerIn(value: unknown): number | undefined {
  if (typeof value !== 'string' || !value.includes('[v=')) return undefined;
  const found = /\[v=(\d+)\]/.exec(value);
  return found === null ? undefined : Number(found[1]);
}

/** What the portal holds, and how it came to be so. */
export class DossierBook {
  readonly #counters: Counters;
  readonly #clock: () => number;
  readonly #held = new Map<string, HeldDossier>();
  readonly #interned = new Interned();

  constructor(counters: Counters, clock: () => number) {
    this.#counters = counters;
    this.#clock = clock;
  }

  get size(): number {
    return this.#held.size;
  }

  get(code: string): HeldDossier | undefined {
    return this.#held.get(code);
  }

  /** In the order in which they were created. */
  all(): IterableIterator<HeldDossier> {
    return this.#held.values();
  }

  /** As if the portal had lost it. */
  forget(code: string): boolean {
    return this.#held.delete(code);
  }

  clear(): void {
    this.#held.clear();
  }

  /** Takes a record that passed the judge; whether it may be new or must exist has been decided before. */
  apply(code: string, record: WireRecord, mode: 'new' | 'update', keepBody: boolean): void {
    const dossier = this.#held.get(code) ?? this.#create(code);
    const body = JSON.stringify(record);
    const digest = hash('sha1', body).slice(0, 20);
    const version = markerIn(record.GhiChu) ?? markerIn(record.TrichYeuHoSo);
    if (mode === 'new') {
      dossier.creates += 1;
      this.#counters.creates += 1;
    } else {
      dossier.updates += 1;
      this.#counters.updates += 1;
    }
    this.#judgeOrder(dossier, version, digest);
    const last = dossier.history.at(-1);
    if (last !== undefined && last.digest === digest) {
      last.repeats += 1;
      this.#counters.repeats += 1;
      return;
    }
    const status = this.#interned.of(record.TrangThaiHoSo);
    dossier.history.push({ at: this.#clock(), status, version, digest, mode, repeats: 0 });
    dossier.status = status;
    dossier.procedure = this.#interned.of(record.MaTTHC);
    dossier.channel = this.#interned.of(record.KenhThucHien);
    dossier.unit = this.#interned.of(record.DonViXuLy);
    dossier.applicant = asText(record.ChuHoSo);
    dossier.submittedAt = asText(record.NgayNopHoSo);
    dossier.receivedAt = asText(record.NgayTiepNhan);
    dossier.dueAt = this.#interned.of(record.NgayHenTra);
    dossier.body = keepBody ? body : undefined;
  }

  /** Somebody else changed it on the portal: a foreign hand, or a restore on our side. */
  move(code: string, status: string): void {
    const dossier = this.#held.get(code) ?? this.#create(code);
    dossier.status = status;
    dossier.history.push({ at: this.#clock(), status, version: undefined, digest: '', mode: 'moved', repeats: 0 });
  }

  /** The same row again changes nothing and is counted. */
  addProgress(dossier: HeldDossier, row: WireRecord): void {
    const at = asText(row.ThoiDiemXuLy);
    const status = asText(row.TrangThai);
    const unit = this.#interned.of(row.PhongBanXuLy);
    const known = dossier.progress.find((held) => held.at === at && held.status === status && held.unit === unit);
    if (known !== undefined) {
      known.repeats += 1;
      this.#counters.progressRepeats += 1;
      return;
    }
    const last = dossier.progress.at(-1);
    if (last !== undefined && at < last.at) this.#counters.progressOutOfOrder += 1;
    dossier.progress.push({ at, status: this.#interned.of(status), unit, repeats: 0 });
    this.#counters.progressRows += 1;
  }

  #judgeOrder(dossier: HeldDossier, version: number | undefined, digest: string): void {
    if (version === undefined) return;
    const newest = dossier.newestVersion;
    if (newest !== undefined && version < newest) {
      dossier.olderAfterNewer += 1;
      this.#counters.olderAfterNewer += 1;
    }
    if (dossier.history.some((held) => held.version === version && held.digest !== digest)) {
      this.#counters.versionConflicts += 1;
    }
    dossier.newestVersion = newest === undefined ? version : Math.max(newest, version);
  }

  #create(code: string): HeldDossier {
    const dossier: HeldDossier = {
      code,
      history: [],
      progress: [],
      creates: 0,
      updates: 0,
      olderAfterNewer: 0,
      overlaps: 0,
      newestVersion: undefined,
      status: '',
      procedure: '',
      channel: '',
      unit: '',
      applicant: '',
      submittedAt: '',
      receivedAt: '',
      dueAt: '',
      body: undefined,
    };
    this.#held.set(code, dossier);
    return dossier;
  }
}
