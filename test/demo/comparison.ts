import type { z } from 'zod';
import type { breakView, runView } from '../../contracts/v1/reconciliation.ts';
import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';
import { number } from '../../src/runtime/node/cli/output.ts';
import { sidesTable } from './sides.ts';

type Run = z.output<typeof runView>;
type Break = z.output<typeof breakView>;

const BASE = '/v1/reconciliation';
const LOOK_EVERY_MS = 500;
/** Of so many dossiers the portal loses one, and somebody else moves another. */
const LOSES_ONE_OF = 600;

/** What came of holding the day's dossiers against the portal, after it had lost some and moved some. */
export interface ComparedDay {
  readonly run: Run;
  readonly lost: readonly string[];
  readonly moved: readonly string[];
  readonly breaks: readonly Break[];
}

/** The portal loses dossiers and shows others in another stage; a run finds them and sends them again. */
export async function compareDay(
  client: GatewayClient,
  portalControlUrl: string,
  codes: readonly string[],
  date: string,
  signal: AbortSignal,
): Promise<ComparedDay> {
  const lost = codes.filter((_, at) => at % LOSES_ONE_OF === 7);
  const moved = codes.filter((_, at) => at % LOSES_ONE_OF === 11);
  const act = async (code: string, method: string, body?: object): Promise<void> => {
    const path = `${portalControlUrl}/dossiers/${encodeURIComponent(code)}`;
    const answer = await fetch(path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`the simulated portal answered ${answer.status}`);
  };
  for (const code of lost) await act(code, 'DELETE');
  // Nothing of this day is handed over as stopped ("8").
  for (const code of moved) await act(code, 'PUT', { status: '8' });
  const { body } = await client.json<Run>('POST', `${BASE}/runs`, { date, about: 'dossiers' });
  for (;;) {
    const { body: run } = await client.json<Run>('GET', `${BASE}/runs/${body.id}`);
    if (run.state !== 'running') {
      const breaks: Break[] = [];
      for await (const each of client.items<Break>(`${BASE}/runs/${run.id}/breaks`)) breaks.push(each);
      return { run, lost, moved, breaks };
    }
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const found = ({ breaks }: ComparedDay, kind: string, codes: readonly string[]): number =>
  codes.filter((code) => breaks.some((each) => each.kind === kind && each.dossierCode === code)).length;

/** Each that was lost or moved stands on the list by its kind, nothing else does but what never arrived, and all were sent again. */
export const isCompared = (day: ComparedDay): boolean =>
  day.run.state === 'done' &&
  found(day, 'missing-nationally', day.lost) === day.lost.length &&
  found(day, 'stage', day.moved) === day.moved.length &&
  day.breaks.filter(({ kind }) => kind === 'missing-nationally' || kind === 'stage').length ===
    day.lost.length + day.moved.length &&
  day.run.dossiers?.healed === day.lost.length + day.moved.length;

/** The part of the closing table about dossiers and portal. */
export function comparisonLines(day: ComparedDay): string[] {
  const { head, both, ours, last, rule } = sidesTable;
  const { checked = 0, agree = 0, healed = 0 } = day.run.dossiers ?? {};
  const planted = day.lost.length + day.moved.length;
  return [
    rule,
    ...head('SO HỒ SƠ VỚI CỔNG QUỐC GIA', '(dossiers, held against the portal)'),
    ours('hồ sơ đã so (dossiers looked at)', checked),
    ours('hiện đúng (shown as they are held)', agree),
    both('cổng đã mất (lost by the portal)', [day.lost.length, found(day, 'missing-nationally', day.lost)]),
    both('người khác đã đổi (moved by somebody else)', [day.moved.length, found(day, 'stage', day.moved)]),
    ours('đã gửi lại (sent again)', healed),
    rule,
    last(
      'MỌI HỒ SƠ HIỆN ĐÚNG HOẶC ĐÃ GỬI LẠI (shown, or sent again)',
      `${number(healed)} / ${number(planted)} ${isCompared(day) ? '✓' : '✗'}`,
    ),
  ];
}
