import { isSealedWords } from '../../../../crypto/kept-words.ts';
import { type CountRow, counts } from '../../../../delivery/counting.ts';
import { LIST, type SubscriptionRow } from '../../../../events/statements.ts';
import { SUBSCRIBER } from '../../../../events/subscriber.ts';
import { sql } from '../../../../store/engine.ts';
import { number } from '../output.ts';
import type { ReadOnlyStore } from '../read-only-store.ts';
import { bad, type Finding, ok } from './finding.ts';

/** How delivery stands: what was refused or given up, what waits for a person, receivers that fail, systems that are left alone. */
export async function delivery(store: ReadOnlyStore): Promise<readonly Finding[]> {
  return [...(await exchanges(store)), ...(await lanes(store)), ...(await webhooks(store))];
}

const WORDS: Readonly<Record<string, string>> = {
  rejected: 'bị từ chối (rejected)',
  dead: 'đã bỏ cuộc (given up)',
  parked: 'chờ người xử lý (wait for a person)',
};

async function exchanges(store: ReadOnlyStore): Promise<readonly Finding[]> {
  const standing = (await store.scan<CountRow>(counts())).filter((row) => row.standing in WORDS);
  const parked = await store.scan<{ system: string; n: number }>(
    sql(
      `select s.system, count(*) as n from stream s where s.waits_for = 'person' group by s.system order by s.system`,
    ),
  );
  const found = new Map<
    string,
    { readonly system: string; readonly what: string; n: number; readonly causes: Set<string> }
  >();
  const add = (system: string, what: string, n: number, cause: string): void => {
    const held = found.get(`${system} ${what}`) ?? { system, what, n: 0, causes: new Set<string>() };
    held.n += n;
    if (cause !== '' && cause !== what) held.causes.add(cause);
    found.set(`${system} ${what}`, held);
  };
  for (const { system, standing: what, n, cause } of standing) if (system !== SUBSCRIBER) add(system, what, n, cause);
  for (const { system, n } of parked) add(system, 'parked', n, '');
  if (found.size === 0)
    return [ok('exchanges', 'không có gì bị từ chối, bỏ cuộc hay chờ người (none rejected, given up or parked)')];
  return [...found.values()].map(({ system, what, n, causes }) =>
    bad(
      'exchanges',
      `${system}: ${number(n)} ${WORDS[what]}${causes.size === 0 ? '' : `: ${[...causes].join(', ')}`}`,
      what === 'parked'
        ? 'xem GET /v1/dossiers?delivery=parked và GET /v1/exchanges?state=uncertain; tìm hiểu rồi quyết định từng việc (look at them and decide on each)'
        : `xem GET /v1/exchanges?system=${system}&state=${what}; sửa nguyên nhân rồi gửi lại hoặc nộp bản mới (look at them; mend the cause, then retry them or hand a newer state over)`,
    ),
  );
}

interface LaneRow {
  readonly name: string;
  readonly system: string;
  readonly breaker: string;
  readonly cause: string | null;
  readonly paused_by: string | null;
  readonly paused_reason: string | null;
}

/** What a person wrote is sealed, and read here without keys. */
export const why = (reason: string | null): string =>
  reason !== null && isSealedWords(reason)
    ? 'lý do đã niêm phong, xem: lienthong systems (sealed: the server shows it)'
    : (reason ?? '?');

async function lanes(store: ReadOnlyStore): Promise<readonly Finding[]> {
  const wrong = await store.scan<LaneRow>(
    sql(
      `select l.name, l.system, l.breaker, l.breaker_cause as cause, l.paused_by, l.paused_reason from lane l
        where l.paused_by is not null or l.breaker <> 'closed' order by l.name`,
    ),
  );
  if (wrong.length === 0)
    return [ok('lanes', 'không hệ thống nào bị tạm dừng hay ngắt (none is paused or left alone)')];
  return wrong.map(({ name, system, cause, paused_by: by, paused_reason: reason }) =>
    by === null
      ? bad(
          'lanes',
          `${name}: đang ngắt vì bên kia lỗi (left alone because the other side fails): ${cause ?? '?'}`,
          system === SUBSCRIBER
            ? 'báo người phụ trách nơi nhận webhook (tell whoever runs that receiver)'
            : `xem lỗi và hỏi đơn vị vận hành ${system}; thử lại: lienthong systems probe ${system} (ask its operators, then probe it)`,
        )
      : bad(
          'lanes',
          `${name}: tạm dừng bởi (paused by) ${by}: ${why(reason)}`,
          system === SUBSCRIBER
            ? 'sửa nguyên nhân rồi cho đăng ký nhận tin chạy tiếp (mend the cause, then resume the subscription)'
            : `sửa nguyên nhân rồi: lienthong systems resume ${system} --reason … (mend the cause, then resume it)`,
        ),
  );
}

async function webhooks(store: ReadOnlyStore): Promise<readonly Finding[]> {
  const rows = await store.scan<SubscriptionRow>(sql(`${LIST} where s.ended_at is null order by s.id`));
  const wrong = rows.filter((row) => row.failing > 0 || row.given_up > 0);
  if (wrong.length === 0)
    return [ok('webhooks', `${number(rows.length)} đăng ký, không cái nào lỗi (subscriptions; none fails)`)];
  return wrong.map((row) =>
    bad(
      'webhooks',
      `${row.id}: không nhận được tin (does not take events), ${number(row.waiting)} đang chờ (wait), ${number(row.given_up)} đã bỏ cuộc (given up)`,
      `sửa nơi nhận; tin đã bỏ cuộc: GET /v1/exchanges?system=${SUBSCRIBER}&state=dead rồi retry (mend the receiver; what was given up is listed there and sent again by retry)`,
    ),
  );
}
