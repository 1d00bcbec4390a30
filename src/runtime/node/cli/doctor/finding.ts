/** What one check found. Both texts hold Vietnamese first and English in brackets. */
export interface Finding {
  readonly check: string;
  /** `none`: nothing to judge, such as a system that is not configured. */
  readonly verdict: 'ok' | 'bad' | 'none';
  readonly found: string;
  /** What to do about it. */
  readonly mend?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, verdict: 'ok', found });
export const none = (check: string, found: string): Finding => ({ check, verdict: 'none', found });
export const bad = (check: string, found: string, mend: string): Finding => ({ check, verdict: 'bad', found, mend });

/** A check that itself fails is a finding, so that the others are still made. */
export async function attempt(
  check: string,
  work: () => Promise<readonly Finding[]> | readonly Finding[],
): Promise<readonly Finding[]> {
  try {
    return await work();
  } catch (error) {
    return [
      bad(
        check,
        `không kiểm tra được (could not be checked): ${error instanceof Error ? error.message : String(error)}`,
        'xem lỗi nêu trên; sửa rồi chạy lại (see that error; mend it and run this again)',
      ),
    ];
  }
}
