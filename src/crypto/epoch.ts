const VIETNAM_OFFSET_MS = 7 * 3_600_000;

/** The retention epoch (`YYYYMM` as a number, months of Asia/Ho_Chi_Minh) of a moment in epoch milliseconds. */
export function epochOf(at: number): number {
  const local = new Date(at + VIETNAM_OFFSET_MS);
  return local.getUTCFullYear() * 100 + local.getUTCMonth() + 1;
}

/** The epoch `months` later (or earlier, where negative). */
export function epochAfter(epoch: number, months: number): number {
  const count = Math.floor(epoch / 100) * 12 + (epoch % 100) - 1 + months;
  return Math.floor(count / 12) * 100 + (count % 12) + 1;
}
