import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import { dossierStatus } from '../../contracts/domain/status.ts';
import type { Random } from '../../mocks/kit/random.ts';
import type { GatewayProcess } from '../kit/gateway-process.ts';

/** What the province knows of one dossier that it hands over again and again. */
export interface Tracked {
  readonly serial: number;
  readonly code: string;
  /** The newest revision that it ever sent, answered or not. */
  sent: number;
  /** The newest revision that was answered 202 or 200. */
  acknowledged: number;
  /** Revisions whose answer was lost: each may or may not be held. */
  readonly unanswered: Set<number>;
}

const BEGAN = Date.UTC(2022, 11, 1, 1, 0, 0);
const MINUTE_MS = 60_000;
const STATUSES = ['accepted', 'processing', 'supplementing', 'processing', 'completed', 'processing'] as const;
/** New steps of each revision, in turn: none, few, and more than one progress exchange carries (ten). */
const NEW_STEPS = [1, 1, 0, 2, 1, 3, 0, 11];

const rfc3339 = (at: number): string => `${new Date(at + 7 * 60 * MINUTE_MS).toISOString().slice(0, 19)}+07:00`;
const wireTime = (at: number): string => rfc3339(at).slice(0, 19).replace(/\D/g, '');

/** Step times of a dossier at a revision, oldest first. */
function stepTimes(serial: number, revision: number): number[] {
  let count = 0;
  for (let each = 1; each <= revision; each++) count += NEW_STEPS[(serial + each) % NEW_STEPS.length] ?? 0;
  return Array.from({ length: count }, (_, index) => BEGAN + index * MINUTE_MS);
}

const statusAt = (serial: number, revision: number) => STATUSES[(serial + revision) % STATUSES.length] ?? 'processing';

/** The whole snapshot of a dossier at a revision: always the same one. */
export function snapshotAt(serial: number, code: string, revision: number): DossierSnapshot {
  const number = String(serial).padStart(6, '0');
  return {
    code,
    revision,
    updatedAt: rfc3339(BEGAN + revision * 1000),
    procedure: { code: '1.001193', name: 'Thủ tục đăng ký khai sinh', field: { code: 'G15-TP01', name: 'Hộ tịch' } },
    agency: { code: 'H02.15.03', name: 'UBND phường Trần Phú', level: 'commune' },
    channel: 'online',
    status: statusAt(serial, revision),
    summary: `Đăng ký khai sinh [v=${revision}]`,
    applicant: {
      kind: 'citizen',
      name: `Nguyễn Văn Mẫu ${number}`,
      identities: [{ type: 'citizen-id', number: `024000${number}` }],
      phone: `0900${number}`,
    },
    receivedAt: rfc3339(BEGAN),
    steps: stepTimes(serial, revision).map((at) => ({
      at: rfc3339(at),
      actor: 'Trần Thị Thử',
      unit: 'Bộ phận Một cửa',
      status: 'processing',
      note: 'Xử lý hồ sơ',
    })),
  };
}

/** How the nation must show a dossier at a revision. */
export function nationallyAt(serial: number, revision: number): { status: string; steps: string[] } {
  return {
    status: String(dossierStatus.options.indexOf(statusAt(serial, revision)) + 1),
    steps: stepTimes(serial, revision).map(wireTime),
  };
}

export interface Province {
  readonly dossiers: readonly Tracked[];
  /** Handed over and waiting for the answer now. */
  readonly inFlight: number;
  /** 202, 200, lost, 503, and whatever else came, counted. */
  readonly answers: Readonly<Record<string, number>>;
  /** Opens the gate to a gateway that runs, or shuts it. */
  serveBy(gateway: GatewayProcess | undefined): void;
  /** Ends the load and waits for what is in flight. */
  stop(): Promise<void>;
}

/**
 * The provincial system under way: some workers, each with dossiers of its own, so that one dossier is never handed
 * over twice at once. After a lost answer it either repeats the same revision or goes on to the next, by chance.
 */
export function startProvince(options: {
  readonly random: Random;
  readonly dossiers: number;
  readonly workers: number;
  /** Longest rest of a worker between two dossiers. */
  readonly restMs: number;
}): Province {
  const { random } = options;
  const dossiers: Tracked[] = Array.from({ length: options.dossiers }, (_, serial) => ({
    serial,
    code: `H02.15.03-221201-${String(serial).padStart(4, '0')}`,
    sent: 0,
    acknowledged: 0,
    unanswered: new Set<number>(),
  }));
  const answers: Record<string, number> = {};
  let inFlight = 0;
  let stopped = false;
  let gateway: GatewayProcess | undefined;
  let gate = Promise.withResolvers<void>();

  async function handOver(to: GatewayProcess, dossier: Tracked): Promise<void> {
    const repeat = dossier.unanswered.has(dossier.sent) && random.chance(0.5);
    const revision = repeat ? dossier.sent : dossier.sent + 1;
    dossier.sent = revision;
    inFlight++;
    let answer: string;
    try {
      const { status } = await to.json(
        'PUT',
        `/v1/dossiers/${dossier.code}`,
        snapshotAt(dossier.serial, dossier.code, revision),
      );
      answer = String(status);
      if (status === 200 || status === 202) {
        dossier.acknowledged = revision;
        dossier.unanswered.clear();
      } else if (status >= 500) dossier.unanswered.add(revision);
    } catch {
      answer = 'lost';
      dossier.unanswered.add(revision);
    } finally {
      inFlight--;
    }
    answers[answer] = (answers[answer] ?? 0) + 1;
  }

  async function work(index: number): Promise<void> {
    const mine = dossiers.filter(({ serial }) => serial % options.workers === index);
    while (!stopped) {
      await gate.promise;
      const to = gateway;
      if (stopped || to === undefined) continue;
      const dossier = mine[random.int(0, mine.length - 1)];
      if (dossier !== undefined) await handOver(to, dossier);
      await new Promise((resolve) => setTimeout(resolve, random.next() * options.restMs));
    }
  }
  const workers = Array.from({ length: options.workers }, (_, index) => work(index));

  return {
    dossiers,
    answers,
    get inFlight() {
      return inFlight;
    },
    serveBy(to) {
      const open = gateway !== undefined;
      gateway = to;
      if (to === undefined && open) gate = Promise.withResolvers<void>();
      if (to !== undefined) gate.resolve();
    },
    async stop() {
      stopped = true;
      gate.resolve();
      await Promise.all(workers);
    },
  };
}
