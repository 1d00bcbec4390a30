import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dossierSnapshot } from '../../contracts/domain/dossier.ts';
import { midnight } from './calendar.ts';
import { makeDay, type Submission } from './day.ts';
import { apportion } from './deck.ts';
import { cells2022 } from './published.ts';

const day = makeDay({ date: '2022-12-01', dossiers: 2_800, seed: 1 });
const all: readonly Submission[] = [...day.submissions()];

function tally(values: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

describe('shares', () => {
  test('level by outcome is the published year, exact to a dossier', () => {
    const shares = apportion(
      2_800,
      cells2022.map(({ count }) => count),
    );
    const wanted = Object.fromEntries(
      cells2022.flatMap(({ level, outcome }, index) =>
        shares[index] === 0 ? [] : [[`${level} ${outcome}`, shares[index]]],
      ),
    );
    expect(tally(day.plans.map(({ level, outcome }) => `${level} ${outcome}`))).toEqual(wanted);
  });

  test('channels are the published ones', () => {
    expect(tally(day.plans.map(({ channel }) => channel))).toEqual({ online: 1_322, counter: 1_441, postal: 37 });
  });

  test('every way a dossier can go occurs', () => {
    expect(
      Object.keys(
        tally(makeDay({ date: '2022-12-01', dossiers: 10_000, seed: 2 }).plans.map(({ course }) => course)),
      ).sort(),
    ).toEqual(['open', 'paying', 'plain', 'quick', 'refused', 'stopped', 'supplemented', 'withdrawn']);
  });
});

describe('bodies', () => {
  test('all are accepted by the contract', () => {
    for (const { body } of all) {
      const read = dossierSnapshot.safeParse(body);
      expect(read.success, JSON.stringify(read.error?.issues)).toBe(true);
    }
  });

  test('come in order of time, all of them on the day, each dossier with growing revision and time', () => {
    const start = midnight('2022-12-01');
    const last = new Map<string, Submission>();
    let previous = 0;
    for (const submission of all) {
      expect(submission.at).toBeGreaterThanOrEqual(Math.max(previous, start));
      expect(submission.at).toBeLessThan(start + 18 * 3_600_000);
      expect(Date.parse(submission.body.updatedAt)).toBe(submission.at);
      expect(submission.body.revision).toBe(submission.revision);
      const before = last.get(submission.code);
      if (before !== undefined) {
        expect(submission.revision).toBe(before.revision + 1);
        expect(submission.at).toBeGreaterThan(before.at);
        expect(before.last).toBe(false);
      }
      previous = submission.at;
      last.set(submission.code, submission);
    }
    expect(last.size).toBe(2_800);
    expect([...last.values()].every((submission) => submission.last)).toBe(true);
    expect(all).toHaveLength(day.submissionCount);
  });

  test('steps only grow, are never told twice, and settled dossiers have three to six', () => {
    const told = new Map<string, string[]>();
    for (const { code, body } of all) {
      const keys = (body.steps ?? []).map(({ at, status, unit }) => `${at} ${status} ${unit}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toEqual(
        [...keys].sort((left, right) => Date.parse(left.slice(0, 25)) - Date.parse(right.slice(0, 25))),
      );
      expect(keys.slice(0, told.get(code)?.length ?? 0)).toEqual(told.get(code) ?? []);
      told.set(code, keys);
    }
    for (const steps of told.values()) {
      expect(steps.length).toBeGreaterThanOrEqual(3);
      expect(steps.length).toBeLessThanOrEqual(6);
    }
  });

  test('early, on time and late are true by the day and by the clock', () => {
    const outcomes = new Map(day.plans.map(({ code, outcome }) => [code, outcome]));
    for (const { code, last, body } of all) {
      if (!last || body.finishedAt == null || body.dueAt == null) continue;
      const byClock = Math.sign(Date.parse(body.finishedAt) - Date.parse(body.dueAt));
      const byDay = Math.sign(Date.parse(body.finishedAt.slice(0, 10)) - Date.parse(body.dueAt.slice(0, 10)));
      const wanted = { early: -1, 'on-time': 0, late: 1, open: 9, 'open-late': 9 }[outcomes.get(code) ?? 'open'];
      expect([byClock, byDay]).toEqual([wanted, wanted]);
    }
  });

  test('a lệ phí costs half online, a phí the same', () => {
    const amounts = (kind: string, code: string, online: boolean): Set<number> =>
      new Set(
        all.flatMap(({ body }) =>
          (body.channel === 'online') === online && body.procedure.code === code
            ? (body.fees ?? []).flatMap((fee) => (fee.kind === kind ? [fee.amount.amount] : []))
            : [],
        ),
      );
    expect([amounts('charge', '1.001193', false), amounts('charge', '1.001193', true)]).toEqual([
      new Set([8_000]),
      new Set([4_000]),
    ]);
    expect([amounts('fee', '2.000815', false), amounts('fee', '2.000815', true)]).toEqual([
      new Set([4_000]),
      new Set([4_000]),
    ]);
  });

  test('every person in them is invented and looks it', () => {
    for (const { body } of all) {
      expect(body.applicant.name).toMatch(/^(Nguyễn Văn Mẫu|Công ty TNHH Mẫu) \d{4,}$/);
      expect(body.applicant.phone).toMatch(/^0900\d{6}$/);
      expect(body.applicant.email).toMatch(/@example\.vn$/);
      for (const { number } of body.applicant.identities ?? []) expect(number).toMatch(/^(024|0000|M0)/);
    }
  });
});

test('the same seed makes the same day, another seed another; asked twice it tells the same', () => {
  const digest = (submissions: Iterable<Submission>): string => {
    const hash = createHash('sha256');
    for (const { body } of submissions) hash.update(JSON.stringify(body));
    return hash.digest('hex').slice(0, 16);
  };
  const small = (seed: number) => makeDay({ date: '2022-12-01', dossiers: 200, seed });
  expect(digest(small(7).submissions())).toBe(digest(small(7).submissions()));
  expect(digest(small(7).submissions())).not.toBe(digest(small(8).submissions()));
  expect(digest(day.submissions())).toBe(digest(all));
});

test('versions can be marked, and the latest states are the last submissions', () => {
  const marked = makeDay({ date: '2022-12-01', dossiers: 50, seed: 1, markVersions: true });
  const last = new Map([...marked.submissions()].map((submission) => [submission.code, submission]));
  for (const submission of marked.latest()) {
    expect(submission.body.note).toBe(`[v=${submission.revision}]`);
    expect(submission).toEqual(last.get(submission.code));
  }
});

// Seconds of this thread at work, not of the wall's clock: what else the machine does takes nothing away.
test('more than 20,000 bodies a second, at the best of five tries', () => {
  const speeds = Array.from({ length: 5 }, () => {
    const begun = process.threadCpuUsage();
    let bodies = 0;
    for (const { body } of day.submissions()) bodies += Number(body.code.length > 0);
    const { user, system } = process.threadCpuUsage(begun);
    return bodies / ((user + system) / 1_000_000);
  });
  expect(Math.max(...speeds)).toBeGreaterThan(20_000);
});
