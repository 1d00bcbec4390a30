import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFailureDetector } from './breaker.ts';

const policy = {
  windowMs: 10_000,
  minimumCalls: 6,
  minimumKeys: 3,
  failureRatio: 0.5,
  openMs: 1_000,
  maxOpenMs: 8_000,
};

describe('the failure detector', () => {
  it('opens at the ratio, over enough calls and enough keys, and not before', async () => {
    const detector = createFailureDetector(policy);
    const said: boolean[] = [];
    for (const [n, failed] of [true, false, true, false, false, true].entries())
      said.push(await detector.record(failed, failed ? [`D${n}`] : [], 1_000 + n));
    expect(said).toEqual([false, false, false, false, false, true]);
  });

  it('needs failures of several keys: one that always fails does not stop the others', async () => {
    const detector = createFailureDetector(policy);
    for (let n = 0; n < 100; n++) expect(await detector.record(true, [`D${n % 2}`], 1_000 + n)).toBe(false);
    expect(await detector.record(true, ['D2'], 1_200)).toBe(true);
  });

  it('forgets what left the window, calls and keys alike', async () => {
    const detector = createFailureDetector(policy);
    for (let n = 0; n < 5; n++) expect(await detector.record(true, [`D${n}`], 1_000)).toBe(false);
    expect(await detector.record(true, ['D9'], 12_500)).toBe(false);
    for (let n = 0; n < 8; n++) expect(await detector.record(true, ['D9'], 12_600)).toBe(false);
    expect(await detector.record(true, ['D8'], 12_700)).toBe(false);
    expect(await detector.record(true, ['D7'], 12_800)).toBe(true);
  });

  it('begins anew after a reset, and after it opened', async () => {
    const detector = createFailureDetector(policy);
    for (let n = 0; n < 5; n++) await detector.record(true, [`D${n}`], 1_000);
    detector.reset();
    for (let n = 0; n < 5; n++) expect(await detector.record(true, [`D${n}`], 1_001)).toBe(false);
    expect(await detector.record(true, ['D5'], 1_002)).toBe(true);
    expect(await detector.record(true, ['D6'], 1_003)).toBe(false);
    detector.close();
  });

  it('agrees with a plain count of a window, whatever comes', async () => {
    const bucketMs = policy.windowMs / 10;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            failed: fc.boolean(),
            key: fc.integer({ min: 0, max: 5 }),
            afterMs: fc.constantFrom(0, 100, 1_500, 6_000),
          }),
          {
            maxLength: 60,
          },
        ),
        async (calls) => {
          const detector = createFailureDetector(policy);
          let now = 1_000_000;
          let seen: { failed: boolean; key: string; bucket: number; at: number }[] = [];
          for (const { failed, key, afterMs } of calls) {
            now += afterMs;
            seen.push({ failed, key: `D${key}`, bucket: Math.floor(now / bucketMs), at: now });
            const inside = seen.filter(({ bucket }) => bucket > Math.floor(now / bucketMs) - 10);
            const failures = inside.filter((call) => call.failed);
            const keys = new Set(
              seen.filter((call) => call.failed && call.at > now - policy.windowMs).map((call) => call.key),
            );
            const expected =
              failed &&
              inside.length >= policy.minimumCalls &&
              failures.length / inside.length >= policy.failureRatio &&
              keys.size >= policy.minimumKeys;
            expect(await detector.record(failed, failed ? [`D${key}`] : [], now)).toBe(expected);
            if (expected) seen = [];
          }
          detector.close();
        },
      ),
      { numRuns: 200 },
    );
  });
});
