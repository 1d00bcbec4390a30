import type { Applicant, DossierSnapshot, Fee, Identity } from '../../contracts/domain/dossier.ts';
import type { DossierStatus } from '../../contracts/domain/status.ts';
import { priceVnd } from '../facts/procedures.ts';
import { type Random, seededRandom, seedOf } from '../kit/random.ts';
import { vietnamText } from './calendar.ts';
import type { DossierPlan } from './plan.ts';
import { stepsUpTo } from './steps.ts';

export interface BodyOptions {
  /** Puts `[v=N]` into the note, by which a simulator sees an older state follow a newer one. */
  readonly markVersions?: boolean;
}

/** The full snapshot that the province would hand over at a stage; the same plan and stage give the same body. */
export function bodyAt(plan: DossierPlan, stageIndex: number, options: BodyOptions = {}): DossierSnapshot {
  const stage = plan.stages[stageIndex];
  if (stage === undefined) throw new RangeError(`${plan.code} has no stage ${stageIndex}`);
  const { procedure, unit, code } = plan;
  const random = seededRandom(seedOf(plan.seed, plan.serial));
  const timeOf = (...statuses: DossierStatus[]): string | null => {
    const found = plan.stages.find(({ status }, index) => index <= stageIndex && statuses.includes(status));
    return found === undefined ? null : vietnamText(found.at);
  };
  const person = applicantOf(random, plan);
  const byPost = random.chance(0.08);
  const digitised = random.chance(0.7);
  const reused = random.chance(0.3);
  const receivedAt = timeOf('accepted');
  const revision = stageIndex + 1;
  const done = timeOf('completed');
  return {
    code,
    nationalCode: null,
    revision,
    updatedAt: vietnamText(stage.at),
    procedure: { code: procedure.code, name: procedure.name, field: procedure.field },
    agency: { code: unit.code, name: unit.name, level: plan.level },
    channel: plan.channel,
    submittedVia: 'province',
    status: stage.status,
    summary: capitalised(procedure.name.replace('Thủ tục ', '')),
    receiptNumber: receivedAt === null ? null : `BN-${code}`,
    note: options.markVersions ? `[v=${revision}]` : null,
    applicant: person,
    submittedAt: timeOf('registered') ?? receivedAt,
    receivedAt,
    dueAt: vietnamText(plan.dueAt),
    finishedAt: done,
    returnedAt: timeOf('result-returned'),
    refusedAt: timeOf('refused'),
    closedAt: timeOf('result-returned', 'refused', 'withdrawn', 'stopped'),
    returnMethod: byPost ? 'post' : 'office',
    returnNote: null,
    steps: stepsUpTo(plan, stageIndex),
    fees: feesOf(plan, stageIndex),
    attachments: procedure.papers.map((_, index) => ({
      id: `a${index + 1}`,
      name: `giay-to-${index + 1}.pdf`,
      componentCode: `GT0${index + 1}`,
      url: `https://example.vn/ho-so/${plan.serial}/a${index + 1}`,
      digitised,
      reuse: reused && index > 0 ? ('reused' as const) : ('none' as const),
      fromNationalStore: false,
      replacesResultCode: null,
      deleted: false,
    })),
    otherDocuments:
      plan.channel === 'online'
        ? []
        : [{ name: procedure.papers[0] ?? 'Giấy tờ kèm theo', copies: 1, kind: 'original' }],
    results:
      done === null
        ? []
        : [
            {
              id: 'r1',
              name: procedure.result.name,
              componentCode: 'KQ01',
              code: procedure.result.code,
              url: `https://example.vn/ho-so/${plan.serial}/r1`,
            },
          ],
    supplements: supplementsOf(plan, stageIndex),
    connectedDatabases: person.identityVerified ? ['7'] : [],
  };
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const digits = (serial: number): string => String(serial % 1_000_000).padStart(6, '0');

function applicantOf(random: Random, plan: DossierPlan): Applicant {
  const number = digits(plan.serial);
  const enterprise = plan.procedure.applicant === 'enterprise';
  const place = random.next();
  const identity: Identity = enterprise
    ? { type: 'tax-code', number: `0000${number}` }
    : place < 0.97
      ? { type: 'citizen-id', number: `024000${number}` }
      : place < 0.99
        ? { type: 'old-citizen-id', number: `024${number}` }
        : { type: 'passport', number: `M0${number}` };
  const shown = String(plan.serial).padStart(4, '0');
  return {
    kind: enterprise ? 'enterprise' : 'citizen',
    name: enterprise ? `Công ty TNHH Mẫu ${shown}` : `Nguyễn Văn Mẫu ${shown}`,
    identities: [identity],
    phone: `0900${number}`,
    fax: null,
    email: `mau${shown}@example.vn`,
    address: plan.unit.name.replace('UBND ', ''),
    nationalAccountId: plan.channel === 'online' ? `mau-${shown}` : null,
    identityVerified: identity.type === 'citizen-id' && random.chance(0.8),
  };
}

/** Online, a lệ phí costs half; at the desk one pays on handing in. */
function feesOf(plan: DossierPlan, stageIndex: number): Fee[] {
  const { charge } = plan.procedure;
  if (charge === undefined) return [];
  const online = plan.channel === 'online';
  const statuses = plan.stages.slice(0, stageIndex + 1).map(({ status }) => status);
  const last = statuses.at(-1);
  const waits =
    plan.course === 'paying' ? !statuses.includes('processing') : last === 'registered' || last === 'refused';
  const { kind, code, name } = charge;
  const amount = { amount: priceVnd(charge, online), currency: 'VND' as const };
  return [{ kind, code, name, amount, paidBy: waits ? null : online ? 'online' : 'direct' }];
}

function supplementsOf(plan: DossierPlan, stageIndex: number): NonNullable<DossierSnapshot['supplements']> {
  const asked = plan.stages.findIndex(({ status }) => status === 'supplementing');
  const request = plan.stages[asked];
  if (request === undefined || asked > stageIndex) return [];
  const answered = asked < stageIndex ? plan.stages[asked + 1] : undefined;
  return [
    {
      id: 's1',
      requestedBy: 'Trần Thị Thử',
      content: 'Bổ sung giấy tờ còn thiếu',
      requestedAt: vietnamText(request.at),
      receivedBy: answered === undefined ? null : 'Trần Thị Thử',
      receivedNote: answered === undefined ? null : 'Đã nhận đủ giấy tờ',
      receivedAt: answered === undefined ? null : vietnamText(answered.at),
      fulfilled: answered !== undefined,
      documents: [{ name: 'Giấy tờ bổ sung', copies: 1, kind: 'copy' }],
      fees: [],
      previousDueAt: vietnamText(plan.dueAt),
      newDueAt: null,
    },
  ];
}
