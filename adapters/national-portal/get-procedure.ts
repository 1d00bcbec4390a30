import { completed, type QueryOperation } from '../adapter.ts';
import { fetchRows } from './catalogue.ts';
import { cataloguePolicy } from './policy.ts';
import type { Portal } from './portal.ts';
import type { Row } from './rows.ts';
import { service } from './wire.ts';

export interface GetProcedureInput {
  readonly code: string;
}

const levels: Readonly<Record<string, string>> = { 0: 'ministry', 1: 'province', 2: 'district', 3: 'commune' };
const channels: Readonly<Record<string, string>> = { 1: 'counter', 2: 'online', 3: 'postal' };

/** A procedure of the national base in our words. Texts are theirs; "" where they say nothing. */
export type Procedure = ReturnType<typeof procedureOf>;

/** `LayThuTuc`: one procedure whole (WIRE.md 1.8). Null when they have none of that code. */
export function getProcedure(portal: Portal): QueryOperation<GetProcedureInput, Procedure | null> {
  const catalogue = {
    name: 'get-procedure',
    service: service.getProcedure,
    fields: (input: GetProcedureInput) => ({ maTTHC: input.code }),
    key: 'MATTHC',
    item: procedureOf,
  };
  return {
    kind: 'query',
    name: catalogue.name,
    policy: cataloguePolicy,
    run: async (input, context) => {
      const outcome = await fetchRows(portal, catalogue, input, context);
      if (outcome.kind !== 'completed') return outcome;
      return completed(outcome.result.find((each) => each.code === input.code) ?? outcome.result[0] ?? null);
    },
  };
}

function procedureOf(row: Row) {
  return {
    code: row.text('MATTHC'),
    name: row.text('TENTTHC'),
    kind: row.text('LOAITTHC'),
    status: row.text('TRANGTHAI'),
    publishedBy: row.text('MACOQUANCONGBO'),
    decision: row.text('QUYETDINH'),
    description: row.text('MOTA'),
    requirements: row.text('YEUCAU'),
    keywords: row.text('TUKHOA'),
    receivingAddress: row.text('DIACHITIEPNHAN'),
    levels: row.rows('CAPTHUCHIEN').map((each) => wordFor(levels, each.text('CAPTHUCHIEN'))),
    fields: row
      .rows('LINHVUCTHUCHIEN')
      .map((each) => ({ code: each.text('MALINHVUC'), name: each.text('TENLINHVUC') })),
    agencies: row.rows('COQUANTHUCHIEN').map((each) => ({ code: each.text('MADONVI'), name: each.text('TENDONVI') })),
    workflow: row.rows('TRINHTUTHUCHIEN').map((each) => ({
      case: each.text('TRUONGHOP'),
      steps: each.rows('TRINHTU').map((step) => step.text('TENTRINHTU')),
    })),
    channels: row.rows('CACHTHUCTHUCHIEN').map((each) => ({
      channel: wordFor(channels, each.text('KENH')),
      durations: each.rows('THOIGIAN').map((time) => ({
        amount: time.text('THOIGIANGIAIQUYET'),
        unit: time.text('DONVITINH'),
        note: time.text('MOTA'),
        fees: time.rows('PHILEPHI').map((fee) => ({
          code: fee.text('MAPHILEPHI'),
          amount: fee.text('SOTIEN'),
          unit: fee.text('DONVI'),
          note: fee.text('MOTA'),
        })),
      })),
    })),
    components: row.rows('THANHPHANHOSO').map((each) => ({
      case: each.text('TRUONGHOP'),
      documents: each.rows('GIAYTO').map((paper) => ({
        code: paper.text('MAGIAYTO'),
        name: paper.text('TENGIAYTO'),
        form: paper.text('TENMAUDON'),
        url: paper.text('URL'),
        originals: paper.text('SOBANCHINH'),
        copies: paper.text('SOBANSAO'),
      })),
    })),
    results: row.rows('KETQUATHUCHIEN').map((each) => ({ code: each.text('MAKETQUA'), name: each.text('TENKETQUA') })),
    legalBasis: row
      .rows('CANCUPHAPLY')
      .map((each) => ({ number: each.text('SOVANBAN'), name: each.text('TENVANBAN') })),
  };
}

/** Our word for a code of theirs; one that is in no list stands as it came, marked so that nobody takes it for ours. */
function wordFor(words: Readonly<Record<string, string>>, code: string): string {
  return words[code] ?? `other:${code}`;
}
