/** What we say to them. */
export type LandCall = 'receive' | 'supplement' | 'returned' | 'wrongResult';

interface Kind {
  /** Variables without which it cannot be spoken to. */
  readonly needs: readonly ('USERNAME' | 'PASSWORD' | 'CLIENT_ID' | 'CLIENT_SECRET')[];
  /** How we are known there: not at all, or by the bearer of a session. */
  readonly line: 'open' | 'session';
  /** Of their times without an offset. */
  readonly timeZone: string;
  readonly path: Readonly<Record<LandCall, string>>;
}

/** All that the two land systems differ in (WIRE-2 3.4b). */
export const kinds = {
  vbdlis: {
    needs: [],
    line: 'open',
    // So its times were seen to reach a one-gate (WIRE-2 1.5).
    timeZone: 'UTC',
    path: {
      receive: '/tiepnhan',
      supplement: '/capnhattrangthaibosunghoso',
      returned: '/capnhattrangthaitraketquahoso',
      wrongResult: '/phanhoihososaiketqua',
    },
  },
  ilis: {
    needs: ['USERNAME', 'PASSWORD', 'CLIENT_ID', 'CLIENT_SECRET'],
    line: 'session',
    // [assumed]
    timeZone: 'Asia/Ho_Chi_Minh',
    path: {
      receive: '/TiepNhanHoSo',
      supplement: '/BoSungHoSo',
      returned: '/CapNhatTrangThaiHoSo',
      wrongResult: '/phanhoihososaiketqua',
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
