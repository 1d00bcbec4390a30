import { describe, expect, it } from 'vitest';
import { clockBreaches } from './clocks.ts';

const told = (statement: string) => clockBreaches(`sql(\`${statement}\`)`);

describe('a column written from the other clock is told', () => {
  it.each([
    ['of a list', 'insert into stream (id, due_at, sent_at) values (?1, {now}, {now})', 'stream.sent_at'],
    [
      'of a list, the other way',
      'insert into stream (id, due_at, sent_at) select ?1, {at}, {at} from x',
      'stream.due_at',
    ],
    [
      'behind brackets',
      'insert into lease (name, until) values (coalesce(?1, ?2), {at} + cast(?3 as bigint))',
      'lease.until',
    ],
    [
      'on conflict',
      'insert into lease (name, until) values (?1, ?2) on conflict (name) do update set until = {at}',
      'lease.until',
    ],
    ['by an update', 'update lane set tokens = 1, paused_at = {now} where name = ?1', 'lane.paused_at'],
    [
      'by an update, the other way',
      'update lane set open_until = case when a then b else {at} + open_ms end',
      'lane.open_until',
    ],
  ])('%s', (_case, statement, column) => {
    expect(told(statement)).toContainEqual(expect.stringContaining(column));
  });
  it('and one that is written from its own is not', () => {
    expect(told('insert into stream (id, due_at, sent_at) values (?1, {now}, {at})')).toEqual([]);
    expect(told('update lane set refilled_at = {now}, paused_at = {at} where open_until <= {now}')).toEqual([]);
  });
});

describe('a column held against the other clock is told', () => {
  it.each([
    ['select id from stream s where s.quiet_until <= {at}'],
    ['select code from dossier d where d.changed_at < {now}'],
    ['select id from call c where c.started_at > {now} - 5'],
    ['select key from idempotency where started_at <= {at} - 5'],
    ['select {now} - refilled_at from lane where {at} >= not_before'],
    ['select {now} as at from lane'],
  ])('%s', (statement) => {
    expect(told(statement)).not.toEqual([]);
  });
  it('and a name that two tables count differently is judged by the tables of the statement', () => {
    expect(told('select id from call c where c.started_at > {at} - 5')).toEqual([]);
    expect(told('select key from idempotency where started_at <= {now} - 5')).toEqual([]);
  });
});

it('a time without a name is told', () => {
  expect(clockBreaches('const end = platform.now() + 5;')).toHaveLength(1);
  expect(clockBreaches('const end = platform.steady() + 5;')).toEqual([]);
});
