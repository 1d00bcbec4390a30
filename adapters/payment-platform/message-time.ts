import { vietnamTime } from '../../contracts/domain/time.ts';
import { nationalTime } from '../kit/national-time.ts';

/** ThoiGianGD of a moment in epoch milliseconds: yyyyMMddHHmmss in Vietnam, of 24 hours. To them it is opaque text afterwards. */
export const messageTime = (ms: number): string => nationalTime(vietnamTime(ms));
