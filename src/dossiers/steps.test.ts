import { describe, expect, it } from 'vitest';
import type { Step } from '../../contracts/domain/dossier.ts';
import { newSteps, stepKey, stepsOf } from './steps.ts';

const step = (more: Partial<Step> = {}): Step => ({
  at: '2026-06-01T08:30:00+07:00',
  status: 'accepted',
  unit: 'Bộ phận Một cửa',
  ...more,
});

describe('a step', () => {
  it('is the same whoever did it, whatever was noted, and however its time is written', () => {
    const key = stepKey(step());
    expect(stepKey(step({ actor: 'Trần Thị Thử', note: 'Tiếp nhận' }))).toBe(key);
    expect(stepKey(step({ at: '2026-06-01T01:30:00Z' }))).toBe(key);
    expect(stepKey(step({ unit: 'Bộ phận Một cửa'.normalize('NFD') }))).toBe(key);
  });

  it.each([
    [{ at: '2026-06-01T08:30:01+07:00' }],
    [{ status: 'processing' }],
    [{ unit: 'Phòng khác' }],
    [{ unit: null }],
  ] as [Partial<Step>][])('is another with %o', (more) => {
    expect(stepKey(step(more))).not.toBe(stepKey(step()));
  });

  it('is known by a key that names nobody', () => {
    expect(stepKey(step({ unit: 'Nguyễn Văn Mẫu' }))).toMatch(/^[0-9a-z.]+$/);
  });

  it('has a key of its own among very many units', () => {
    const keys = new Set(Array.from({ length: 50_000 }, (_, n) => stepKey(step({ unit: `Phòng ${n}` }))));
    expect(keys.size).toBe(50_000);
  });
});

describe('new steps', () => {
  const at = (n: number) => step({ at: new Date(Date.UTC(2026, 5, 1) + n * 1_000).toISOString() });
  it('go by time, ten together, each once', () => {
    const { groups, keys } = newSteps([...Array.from({ length: 23 }, (_, n) => at(22 - n)), at(3)], new Set());
    expect(groups.map((group) => group.length)).toEqual([10, 10, 3]);
    expect(groups.flat()).toEqual(Array.from({ length: 23 }, (_, n) => stepKey(at(n))));
    expect(new Set(keys).size).toBe(23);
  });

  it('are those that no earlier snapshot had', () => {
    const { groups, keys } = newSteps([at(1), at(2)], new Set([stepKey(at(1))]));
    expect(groups).toEqual([[stepKey(at(2))]]);
    expect(keys).toEqual([stepKey(at(2))]);
  });

  it('are found again in their snapshot by their keys, in the order of the keys, the first of equal ones', () => {
    const steps = [at(2), { ...at(1), note: 'a' }, at(3), { ...at(1), note: 'b' }];
    expect(stepsOf(steps, [stepKey(at(1)), stepKey(at(2))])).toEqual([{ ...at(1), note: 'a' }, at(2)]);
    expect(stepsOf(steps, [stepKey(at(9))])).toEqual([]);
  });
});
