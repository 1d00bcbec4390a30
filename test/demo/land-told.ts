import type { LandBooks, Push, TaxMessage } from './land-offices.ts';

/** What one dossier was told by the other sides: amounts by the numbers of notices, and proofs, each once. */
export interface Told {
  /** Still to be paid before any proof; the later notice of a number counts. */
  readonly owedVnd: ReadonlyMap<string, number>;
  /** `number|đồng|time` of each proof. */
  readonly proofs: ReadonlySet<string>;
}

/** Not by the portal's key, or nothing that anybody could read: it must change nothing. */
export const isForged = ({ order }: Push): boolean => order.forged === true;
export const isSpoilt = ({ order }: Push): boolean =>
  order.spoilt !== undefined || (order.payment !== undefined && !/^\d+$/.test(order.payment.SoTien ?? ''));

export const isQuestion = ({ type }: TaxMessage): boolean => type !== '10' && type !== '11';
/** Whether its second phase has come, and is an answer. */
export const isAnswered = ({ finished, fields }: TaxMessage): boolean => finished && (fields.ERROR_CODE ?? '0') === '0';

const NOTICE = '14';
const BLOCK = /^(\w+)_SO_THONG_BAO$/;

/** The dues of an answer to the question for the notice, after what is exempt. */
function owedIn({ fields }: TaxMessage): readonly (readonly [string, number])[] {
  return Object.entries(fields).flatMap(([name, number]) => {
    const block = BLOCK.exec(name)?.[1];
    if (block === undefined || number === '') return [];
    return [[number, Number(fields[`${block}_PHAI_NOP`]) - Number(fields[`${block}_MIEN_GIAM`])] as const];
  });
}

/** By dossier. Answers to slips came before what the portal pushed. */
export function toldBy({ messages, pushes }: Pick<LandBooks, 'messages' | 'pushes'>, dossier: string): Told {
  const owedVnd = new Map<string, number>();
  const proofs = new Set<string>();
  for (const message of messages)
    if (message.dossier === dossier && message.type === NOTICE && isAnswered(message))
      for (const [number, amount] of owedIn(message)) owedVnd.set(number, amount);
  for (const push of pushes) {
    if (isForged(push) || isSpoilt(push)) continue;
    const { dossiers, dossier: of, payment } = push.order;
    for (const row of dossiers?.[dossier] ?? []) owedVnd.set(row.SO_QUYET_DINH ?? '', Number(row.SO_TIEN));
    if (of === dossier && payment !== undefined)
      proofs.add(`${payment.MaThongBaoThue}|${payment.SoTien}|${payment.ThoiGianThanhToan}`);
  }
  return { owedVnd, proofs };
}
