import type { z } from 'zod';
import type { landView } from '../../contracts/v1/land.ts';
import { until } from '../kit/gateway-process.ts';
import { postUnder } from '../kit/practice.ts';
import type { LandGround } from './land-ground.ts';
import { toldEvents } from './outcome.ts';

type LandSeen = z.input<typeof landView>;
export type LandAct = LandSeen['acts'][number]['act'];

/** Paths below `/v1/land/dossiers`, what is said, how often the land system has it, and by which of its calls. */
const acts = {
  'receive-dossier': {
    ...{ path: () => '', service: 'tiepnhan', there: () => 1 },
    body: (dossierCode: string) => ({
      ...{ dossierCode, provinceId: '24', communeId: '07231', receivedBy: 'CB01' },
      ...{ receivedAt: '2022-12-05T08:00:00+07:00', dueAt: '2022-12-20T17:00:00+07:00' },
      applicant: { name: 'NGUYEN VAN A', identityNumber: '024000000000' },
      process: { code: 'QT01', name: 'Đăng ký biến động' },
    }),
  },
  'supplement-dossier': {
    ...{ path: (code: string) => `/${code}/supplement`, service: 'capnhattrangthaibosunghoso' },
    there: ({ supplements }: Held) => supplements.length,
    body: () => ({ dueAt: '2022-12-25T17:00:00+07:00', papers: [{ name: 'Trích lục', originals: 1 }] }),
  },
  'dossier-returned': {
    ...{ path: (code: string) => `/${code}/returned`, service: 'capnhattrangthaitraketquahoso' },
    there: ({ returnedAt }: Held) => (returnedAt === undefined ? 0 : 1),
    body: () => ({ returnedAt: '2022-12-21T08:00:00+07:00' }),
  },
  'wrong-result': {
    ...{ path: (code: string) => `/${code}/wrong-result`, service: 'phanhoihososaiketqua' },
    there: ({ wrongResults }: Held) => wrongResults.length,
    body: () => ({ content: 'Sai diện tích' }),
  },
} as const satisfies Record<LandAct, object>;
type Held = NonNullable<ReturnType<LandGround['land']['book']['get']>>;

export const serviceOf = (act: LandAct): string => acts[act].service;

/** One dossier at the land system, as the province hands it over and sees it. */
export class LandDossier {
  readonly ground: LandGround;
  readonly code: string;

  constructor(ground: LandGround, code: string) {
    this.ground = ground;
    this.code = code;
  }

  /** Under the same key as before, until it is taken on; undefined where the connection was lost. */
  ask(act: LandAct) {
    const { path, body } = acts[act];
    const key = `${this.code}-${act}`;
    return postUnder<LandSeen>(this.ground.gateway, `/v1/land/dossiers${path(this.code)}`, key, body(this.code));
  }

  async taken(act: LandAct): Promise<void> {
    await until(`${act} is taken on`, async () => (await this.ask(act))?.status === 202 || undefined);
  }

  async seen(): Promise<LandSeen> {
    return (await this.ground.gateway.json<LandSeen>('GET', `/v1/land/dossiers/${this.code}`)).body;
  }

  /** Waits until this act, of which there is one, has come to this. */
  async becomes(act: LandAct, state: string): Promise<LandSeen['acts'][number]> {
    let last = '';
    return until(
      `${act} of ${this.code} becomes ${state}`,
      async () => {
        const seen = await this.seen();
        last = JSON.stringify(seen);
        const [first, ...others] = (seen.acts ?? []).filter((each) => each.act === act);
        if (others.length > 0) throw new Error(`it was taken on more than once: ${last}`);
        return first?.state === state ? first : undefined;
      },
      { withinMs: 20_000, everyMs: 50 },
    ).catch((error: unknown) => {
      throw new Error(`${error}; it is ${last}`);
    });
  }

  /** It was received; `as`: what they made of it since, by themselves. */
  async received(as?: Held['state']): Promise<void> {
    await this.taken('receive-dossier');
    await this.becomes('receive-dossier', 'done');
    const held = this.ground.land.book.get(this.code);
    if (held !== undefined && as !== undefined) held.state = as;
  }

  /** How often the land system has it. */
  there(act: LandAct): number {
    const held = this.ground.land.book.get(this.code);
    return held === undefined ? 0 : acts[act].there(held);
  }

  told(type: string, said: Readonly<Record<string, string>>, atLeast: number): Promise<number> {
    return toldEvents(this.ground, type, said, atLeast);
  }
}
