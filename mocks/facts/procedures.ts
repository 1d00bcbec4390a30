import { readFacts } from './csv.ts';

/**
 * A few dozen procedures of a province: the catalogue of the simulated portal and what the synthetic year is made of.
 * Codes and names have the real form (WIRE.md 7.1); days, prices and shares are made and stand for nothing.
 */
export type Level = 'province' | 'district' | 'commune';

export interface Charge {
  /** `fee` is phí, `charge` is lệ phí. */
  readonly kind: 'fee' | 'charge';
  readonly code: string;
  readonly name: string;
  readonly amountVnd: number;
}

export interface Procedure {
  readonly code: string;
  readonly name: string;
  readonly field: { readonly code: string; readonly name: string };
  readonly level: Level;
  /** Working days from reception to the due time. */
  readonly days: number;
  /** Relative share among the dossiers of its level; none for electronic certification, which has its own counts. */
  readonly weight: number;
  readonly charge: Charge | undefined;
  readonly papers: readonly string[];
  readonly result: { readonly code: string; readonly name: string };
  readonly applicant: 'citizen' | 'enterprise';
  readonly eCertification: boolean;
}

type Column =
  | 'code'
  | 'name'
  | 'field_code'
  | 'field_name'
  | 'level'
  | 'days'
  | 'weight'
  | 'charge_kind'
  | 'charge_code'
  | 'charge_name'
  | 'amount_vnd'
  | 'result_code'
  | 'result_name'
  | 'papers';

const enterpriseFields: ReadonlySet<string> = new Set(['G05-DN01', 'G10-CT01', 'G11-NN01', 'G13-MT01']);

export const procedures: readonly Procedure[] = readFacts<Column>('procedures.csv').map((row) => ({
  code: row.code,
  name: row.name,
  field: { code: row.field_code, name: row.field_name },
  level: row.level as Level,
  days: Number(row.days),
  weight: Number(row.weight),
  charge:
    row.charge_code === ''
      ? undefined
      : {
          kind: row.charge_kind === 'charge' ? 'charge' : 'fee',
          code: row.charge_code,
          name: row.charge_name,
          amountVnd: Number(row.amount_vnd),
        },
  papers: row.papers.split('|'),
  result: { code: row.result_code, name: row.result_name },
  applicant: enterpriseFields.has(row.field_code) ? 'enterprise' : 'citizen',
  eCertification: row.code.startsWith('2.000815.H02'),
}));

/** What one charge costs in đồng; online service halves a lệ phí and leaves a phí. */
export function priceVnd(charge: Charge, online: boolean): number {
  return online && charge.kind === 'charge' ? Math.floor(charge.amountVnd / 2) : charge.amountVnd;
}
