import { describe, expect, it } from 'vitest';
import { idFrom, newId, type Platform } from './platform.ts';

function platformAt(times: readonly number[]): Platform {
  let next = 0;
  return {
    wall: () => times[Math.min(next++, times.length - 1)] ?? 0,
    steady: () => 0,
    random: () => 0,
    bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    after: () => () => {},
  };
}

describe('ids', () => {
  it('made later by one process sort later, also within one millisecond', () => {
    const platform = platformAt([5, 5, 5, 6, 1_800_000_000_000]);
    const ids = Array.from({ length: 5 }, () => newId(platform, 'evt'));
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^evt_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it('sort behind the beginning of their moment', () => {
    const id = newId(platformAt([1_800_000_000_000]), 'call');
    expect(id.startsWith(idFrom('call', 1_800_000_000_000))).toBe(true);
    expect(id > idFrom('call', 1_800_000_000_000)).toBe(true);
    expect(id < idFrom('call', 1_800_000_000_001)).toBe(true);
  });
});
