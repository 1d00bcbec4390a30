import { z } from 'zod';
import type { Metrics } from '../../observability/metrics.ts';
import type { Readiness } from '../../observability/readiness.ts';
import { json, type Route, route, text } from '../../routes/route.ts';

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const readiness = z
  .object({
    status: z.enum(['ready', 'not-ready']),
    checks: z.array(
      z.object({
        name: z.string(),
        ok: z.boolean(),
        ageMs: z.number().nullable().meta({ description: 'Since its last sign of life' }),
        reason: z
          .enum(['disk-full', 'disk-error', 'read-only', 'no-store'])
          .nullable()
          .meta({ description: 'What keeps the store from being written, where it is known' }),
      }),
    ),
  })
  .meta({ id: 'Readiness' });

/** What those who run the process ask: does it live, can it work, how does it do. */
export const processRoutes = (parts: {
  readonly readiness: Readiness;
  readonly metrics: Metrics;
}): readonly Route[] => [
  route(
    {
      method: 'get',
      path: '/healthz',
      operationId: 'getHealth',
      scope: 'public',
      unlimited: 'whoever watches over the process asks from the address of others; the answer is a constant',
      summary: 'Whether the process lives',
      description: 'Answers as long as the process can answer at all. A failure means: restart it.',
      tags: ['process'],
      responses: { 200: json(health, 'It lives') },
    },
    () => ({ status: 200, body: { status: 'ok' } }),
  ),
  route(
    {
      method: 'get',
      path: '/readyz',
      operationId: 'getReadiness',
      scope: 'public',
      unlimited: 'whoever watches over the process asks from the address of others; the store is asked once for all',
      summary: 'Whether the process can take work',
      description:
        'Ready means that the store was written within the last seconds, the dispatcher, the sealer and the sequencer of events show signs of life, and the process is not stopping. A failure means: send nothing here for now.',
      tags: ['process'],
      responses: { 200: json(readiness, 'It can take work'), 503: json(readiness, 'It cannot; the checks say why') },
    },
    async () => {
      const checks = [...(await parts.readiness.checks())];
      return checks.every((check) => check.ok)
        ? { status: 200, body: { status: 'ready', checks } }
        : { status: 503, body: { status: 'not-ready', checks }, headers: { 'retry-after': '5' } };
    },
  ),
  route(
    {
      method: 'get',
      path: '/metrics',
      operationId: 'getMetrics',
      scope: 'metrics:read',
      summary: 'Measures for Prometheus',
      description:
        'Requests, calls to each system, exchanges by state and cause, snapshots, backlog, breakers, disk, age of backup and seal, event loop and memory.',
      tags: ['process'],
      responses: { 200: text('text/plain; version=0.0.4; charset=utf-8', 'Prometheus text format') },
    },
    async () => {
      const page = await parts.metrics.render();
      return { status: 200, text: page.text, headers: { 'content-type': page.contentType } };
    },
  ),
];
