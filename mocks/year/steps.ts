import type { Step } from '../../contracts/domain/dossier.ts';
import type { DossierStatus } from '../../contracts/domain/status.ts';
import { vietnamText } from './calendar.ts';
import type { DossierPlan, Stage } from './plan.ts';

interface StepPattern {
  /** Before the stage's own moment. */
  readonly secondsBefore: number;
  readonly status: DossierStatus;
  readonly unit: string;
  readonly position: string;
  readonly note: string;
}

const DESK = 'Bộ phận Một cửa';
const ROOM = 'Phòng chuyên môn';
const LEAD = 'Lãnh đạo đơn vị';

const pattern = (
  secondsBefore: number,
  status: DossierStatus,
  unit: string,
  position: string,
  note: string,
): StepPattern => ({
  secondsBefore,
  status,
  unit,
  position,
  note,
});

const work: readonly StepPattern[] = [
  pattern(90, 'processing', LEAD, 'Lãnh đạo', 'Phân công xử lý'),
  pattern(0, 'processing', ROOM, 'Chuyên viên', 'Thẩm định hồ sơ'),
];
const workAgain: readonly StepPattern[] = [
  pattern(0, 'processing', ROOM, 'Chuyên viên', 'Nhận giấy tờ bổ sung, tiếp tục xử lý'),
];

/** The progress rows that each stage brings. */
const patterns: Readonly<Record<DossierStatus, readonly StepPattern[]>> = {
  registered: [],
  accepted: [pattern(0, 'accepted', DESK, 'Công chức', 'Tiếp nhận hồ sơ')],
  refused: [
    pattern(120, 'registered', DESK, 'Công chức', 'Kiểm tra hồ sơ'),
    pattern(60, 'registered', LEAD, 'Lãnh đạo', 'Duyệt thông báo từ chối'),
    pattern(0, 'refused', DESK, 'Công chức', 'Từ chối tiếp nhận: hồ sơ không thuộc thẩm quyền'),
  ],
  processing: work,
  supplementing: [pattern(0, 'supplementing', ROOM, 'Chuyên viên', 'Yêu cầu bổ sung giấy tờ')],
  'awaiting-payment': [pattern(0, 'awaiting-payment', DESK, 'Công chức', 'Thông báo nghĩa vụ tài chính')],
  withdrawn: [pattern(0, 'withdrawn', DESK, 'Công chức', 'Công dân rút hồ sơ')],
  stopped: [pattern(0, 'stopped', LEAD, 'Lãnh đạo', 'Dừng xử lý hồ sơ')],
  completed: [pattern(0, 'completed', LEAD, 'Lãnh đạo', 'Kết thúc xử lý hồ sơ')],
  'result-returned': [pattern(0, 'result-returned', DESK, 'Công chức', 'Trả kết quả')],
};

function patternsOf(plan: DossierPlan, { status }: Stage, workedBefore: boolean): readonly StepPattern[] {
  if (status !== 'processing' || plan.course !== 'supplemented') return patterns[status];
  return workedBefore ? workAgain : work.slice(1);
}

/** All progress rows up to and including the stage, in order of time. */
export function stepsUpTo(plan: DossierPlan, stageIndex: number): Step[] {
  const steps: Step[] = [];
  const seen = new Set<DossierStatus>();
  let before: Stage | undefined;
  const dueAt = vietnamText(plan.dueAt);
  for (const stage of plan.stages.slice(0, stageIndex + 1)) {
    const chosen = patternsOf(plan, stage, seen.has('processing'));
    for (const { secondsBefore, status, unit, position, note } of chosen) {
      const at = vietnamText(stage.at - secondsBefore * 1_000);
      const startedAt = vietnamText(before?.at ?? stage.at);
      steps.push({ at, actor: 'Trần Thị Thử', position, unit, status, note, startedAt, dueAt });
    }
    seen.add(stage.status);
    before = stage;
  }
  return steps;
}
