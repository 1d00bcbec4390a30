import { z } from 'zod';
import type { Adapter, LaneClass, LanePolicy, OperationPolicy } from '../../../adapters/adapter.ts';

const timeOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day such as 22:30');

const operation = z
  .strictObject({
    timeoutMs: z.int().min(100).max(600_000),
    quietMs: z.int().min(0).max(86_400_000),
    inlineTries: z.int().min(1).max(5),
    scheduleMs: z.array(z.int().min(1)).min(1),
    giveUpAgeMs: z.int().min(1),
    batchSize: z.int().min(1).max(100),
    longestHintMs: z.int().min(1_000).max(86_400_000),
    pollMs: z.array(z.int().min(1)).min(1),
  })
  .partial();

const lane = z
  .strictObject({
    ratePerSecond: z.number().positive(),
    burst: z.number().min(1),
    concurrency: z.int().min(1).max(1000),
    breaker: z
      .strictObject({
        windowMs: z.int().min(100),
        minimumCalls: z.int().min(1),
        minimumKeys: z.int().min(1),
        failureRatio: z.number().gt(0).max(1),
        openMs: z.int().min(1),
        maxOpenMs: z.int().min(1),
      })
      .partial(),
    downtime: z.array(
      z.strictObject({
        days: z.array(z.int().min(0).max(6)),
        from: timeOfDay,
        to: timeOfDay,
      }),
    ),
  })
  .partial();

/**
 * What `<SYSTEM>_POLICY` may hold. Plain fields hold for every operation and lane of the system; `operations` and
 * `lanes` say more for one of them. All times are milliseconds.
 */
export const policyOverride = z.strictObject({
  ...operation.shape,
  ...lane.shape,
  operations: z.record(z.string(), operation).optional(),
  lanes: z
    .strictObject(
      { query: lane.optional(), command: lane.optional(), interactive: lane.optional() },
      {
        error: (issue) =>
          issue.code === 'unrecognized_keys'
            ? `no lane is called ${issue.keys.join(', ')}; the lanes are query, command, interactive`
            : undefined,
      },
    )
    .optional(),
});
export type PolicyOverride = z.infer<typeof policyOverride>;

/** The adapter's own policy of an operation, with the configured one laid over it. */
export function operationPolicy(defaults: OperationPolicy, name: string, override: PolicyOverride): OperationPolicy {
  return {
    ...defaults,
    ...pick(override, operation.shape),
    ...pick(override.operations?.[name] ?? {}, operation.shape),
  } as OperationPolicy;
}

export function lanePolicy(adapter: Adapter, name: LaneClass, override: PolicyOverride): LanePolicy {
  const own = override.lanes?.[name] ?? {};
  const defaults = adapter.lanes[name];
  return {
    ...defaults,
    ...pick(override, lane.shape),
    ...pick(own, lane.shape),
    breaker: { ...defaults.breaker, ...override.breaker, ...own.breaker },
  } as LanePolicy;
}

function pick(from: Readonly<Record<string, unknown>>, shape: object): Record<string, unknown> {
  return Object.fromEntries(Object.keys(shape).flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}
