import type { WireRecord } from './judge.ts';

/** One status that the province reported for a dossier born on the portal. */
interface ReportedStatus {
  readonly at: number;
  readonly status: string;
  readonly localCode: string;
  readonly handledAt: string;
  readonly content: string;
}

export interface NationalDossier {
  readonly code: string;
  readonly statuses: ReportedStatus[];
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The dossiers born on the portal, and what the province said of them. */
export class NationalBook {
  readonly #clock: () => number;
  readonly #held = new Map<string, NationalDossier>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#held.size;
  }

  get(code: string): NationalDossier | undefined {
    return this.#held.get(code);
  }

  all(): IterableIterator<NationalDossier> {
    return this.#held.values();
  }

  add(code: string): NationalDossier {
    const held = this.#held.get(code) ?? { code, statuses: [] };
    this.#held.set(code, held);
    return held;
  }

  applyStatus(data: WireRecord): void {
    this.add(asText(data.MaHoSo)).statuses.push({
      at: this.#clock(),
      status: asText(data.TrangThai),
      localCode: asText(data.MaHoSoDonVi),
      handledAt: asText(data.NgayXuLy),
      content: asText(data.NoiDung),
    });
  }

  clear(): void {
    this.#held.clear();
  }
}
