import { expect, test } from 'vitest';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { bodyAt } from './body.ts';
import { midnight } from './calendar.ts';
import { cells2022, published2022 } from './published.ts';
import { districts2022 } from './units.ts';
import { makeYear } from './year.ts';

/** FNV-1a over what decides each dossier. It changes only when the year is made differently on purpose. */
const GOLDEN = 'd3130424';

test('the published parts agree with their sums, and not with the printed total', () => {
  const { byLevel, handled, carriedOver, received, online, counterOrPostal, settled, open } = published2022;
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const parts = Object.values(byLevel);
  expect(sum(parts.map((part) => part.handled))).toBe(handled);
  expect(sum(parts.map((part) => part.settled))).toBe(settled);
  for (const part of parts) expect(part.early + part['on-time'] + part.late).toBe(part.settled);
  expect([received + carriedOver, online + counterOrPostal, settled + open]).toEqual([handled, received, handled]);
  expect(handled - published2022.handledAsPrinted).toBe(100);
  expect(sum(cells2022.map(({ count }) => count))).toBe(handled);
});

test('the synthetic year equals the published one part by part', { timeout: 60_000 }, () => {
  const cells = new Map<string, number>();
  const districts = new Map<string, number>();
  let total = 0;
  let carried = 0;
  let online = 0;
  let openLate = 0;
  let digest = 0x811c9dc5;
  let previous = 0;
  const [yearStart, yearEnd] = [midnight('2022-01-01'), midnight('2023-01-01')];
  for (const plan of makeYear({ seed: 2022 })) {
    total += 1;
    const key = `${plan.level} ${plan.outcome}`;
    cells.set(key, (cells.get(key) ?? 0) + 1);
    carried += Number(plan.carriedOver);
    online += Number(!plan.carriedOver && plan.channel === 'online');
    if (plan.procedure.eCertification) districts.set(plan.unit.district, (districts.get(plan.unit.district) ?? 0) + 1);
    const first = plan.stages[0]?.at ?? 0;
    const last = plan.stages.at(-1)?.at ?? 0;
    if (first < previous || first < yearStart !== plan.carriedOver || last >= yearEnd)
      throw new Error(`out of the year: ${plan.code}`);
    previous = first;
    openLate += Number(plan.outcome === 'open-late' && plan.dueAt < yearEnd);
    for (const char of `${plan.code}${plan.outcome}${plan.channel}${plan.procedure.code}`) {
      digest = Math.imul(digest ^ char.charCodeAt(0), 0x01000193) >>> 0;
    }
    if (plan.serial % 5_000 === 0) dossierSnapshot.parse(bodyAt(plan, plan.stages.length - 1));
  }
  expect(total).toBe(published2022.handled);
  for (const { level, outcome, count } of cells2022) expect(cells.get(`${level} ${outcome}`)).toBe(count);
  expect([carried, online, openLate]).toEqual([
    published2022.carriedOver,
    published2022.online,
    published2022.openLate,
  ]);
  for (const { code, eCertifications } of districts2022) expect(districts.get(code)).toBe(eCertifications);
  expect(digest.toString(16)).toBe(GOLDEN);
});
