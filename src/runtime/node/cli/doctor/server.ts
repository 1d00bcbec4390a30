import { bad, type Finding, none, ok } from './finding.ts';

/** What the address answers: undefined when nobody does. */
export async function askServer(url: string): Promise<{ readonly status: number; readonly body: unknown } | undefined> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  } catch {
    return undefined;
  }
}

const WHY: Readonly<Record<string, string>> = {
  'disk-full': 'đĩa đã đầy (the disk is full)',
  'disk-error': 'đĩa báo lỗi hoặc đã đầy (the disk reports errors or is full)',
  'read-only': 'kho chỉ đọc được (the store is read-only)',
  'no-store': 'tệp kho bị hỏng (the database file is damaged)',
};

export function server(url: string, answer: Awaited<ReturnType<typeof askServer>>): Finding {
  if (answer === undefined) return none('server', `không có máy chủ nào chạy tại (no server runs at) ${url}`);
  const checks = (answer.body as { checks?: { name: string; ok: boolean; reason?: string | null }[] } | undefined)
    ?.checks;
  if (checks === undefined)
    return bad(
      'server',
      `${url} do chương trình khác trả lời (something else answers there)`,
      'đổi PORT hoặc dừng chương trình kia (change PORT, or stop the other program)',
    );
  const wrong = checks.filter((check) => !check.ok);
  const failing = wrong.map(({ name, reason }) => (reason == null ? name : `${name}: ${WHY[reason] ?? reason}`));
  const why = wrong.find(({ reason }) => reason != null)?.reason;
  return failing.length === 0 && answer.status === 200
    ? ok('server', `${url} sẵn sàng (ready)`)
    : bad(
        'server',
        `${url} chưa sẵn sàng (not ready): ${failing.join(', ')}`,
        why === 'disk-full'
          ? 'dọn chỗ trống trên đĩa của kho (make room on the disk of the store)'
          : 'xem nhật ký của máy chủ; kiểm tra đĩa và quyền ghi (see the server’s log; check the disk and permissions)',
      );
}
