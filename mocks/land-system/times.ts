import type { LandSettings } from './settings.ts';

/** VBDLIS was seen to tell UTC (WIRE-2 1.5); that iLIS tells Vietnamese time is assumed. */
const ZONE_MINUTES = { vbdlis: 0, ilis: 420 } as const satisfies Record<LandSettings['kind'], number>;

/** A moment as the system writes it. */
export function written(ms: number, { timesAs, kind, zoneMinutes: declared }: LandSettings): string | number {
  const zoneMinutes = declared ?? ZONE_MINUTES[kind];
  const local = new Date(ms + zoneMinutes * 60_000).toISOString().slice(0, 19);
  switch (timesAs) {
    case 'iso':
      return local;
    case 'iso-offset': {
      const ahead = Math.abs(zoneMinutes);
      const two = (part: number) => String(part).padStart(2, '0');
      return `${local}${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
    }
    case 'slashed':
      return `${local.slice(8, 10)}/${local.slice(5, 7)}/${local.slice(0, 4)} ${local.slice(11)}`;
    case 'epoch':
      return Math.floor(ms / 1_000) * 1_000;
    case 'dot-net':
      return `/Date(${ms})/`;
  }
}
