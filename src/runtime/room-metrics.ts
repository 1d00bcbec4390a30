import type { Gauge, Measure, RoomMetrics } from '../observability/metrics.ts';
import type { Platform } from '../platform.ts';
import { joined } from './joined.ts';

/** Scrapes within this time share one reading. */
const SHARED_MS = 5_000;

/**
 * What all rooms measure, as one. A room that cannot be measured, or measures what it does not declare, is left out and
 * told of; the others stand, and it is asked again by the next scrape. Throws where two rooms declare the same name.
 */
export function metricsOfRooms(parts: {
  readonly rooms: readonly { readonly name: string; readonly metrics: RoomMetrics | undefined }[];
  readonly platform: Pick<Platform, 'steady'>;
  readonly failed: (room: string, error: unknown) => void;
}): RoomMetrics {
  const { platform, failed } = parts;
  const gauges = joined(
    'the metric',
    parts.rooms.map(({ metrics }) => new Map(Object.entries(metrics?.gauges ?? {}))),
  );
  const readers = parts.rooms.flatMap(({ name, metrics }) => (metrics === undefined ? [] : [reader(name, metrics)]));

  function reader(room: string, metrics: RoomMetrics): () => Promise<readonly Measure[]> {
    let last: { readonly at: number; readonly measures: Promise<readonly Measure[]> } | undefined;
    return () => {
      const now = platform.steady();
      if (last === undefined || now - last.at > SHARED_MS) {
        const measures = held(metrics).catch((error: unknown) => {
          last = undefined;
          failed(room, error);
          return [];
        });
        last = { at: now, measures };
      }
      return last.measures;
    };
  }

  return {
    gauges: Object.fromEntries(gauges),
    read: async () => (await Promise.all(readers.map((read) => read()))).flat(),
  };
}

/** A reading, held to what is declared: a scraper knows a name by its labels, and a page of numbers shows nothing else. */
async function held({ gauges, read }: RoomMetrics): Promise<readonly Measure[]> {
  const measures = await read();
  for (const { name, labels, value } of measures) {
    if (!isOf(gauges[name], labels)) throw new Error(`${name} is not declared with just these labels`);
    if (!Number.isFinite(value)) throw new Error(`${name} is measured as no number`);
  }
  return measures;
}

const isOf = (gauge: Gauge | undefined, labels: Measure['labels']): boolean =>
  gauge !== undefined &&
  gauge.labels.length === Object.keys(labels).length &&
  gauge.labels.every((label) => labels[label] !== undefined);
