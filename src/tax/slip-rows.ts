import type { SlipState } from '../../contracts/domain/tax-state.ts';
import type { TransferSlip } from '../../contracts/domain/transfer-slip.ts';
import { type Statement, sql } from '../store/engine.ts';

export const LAND_TAX = 'land-tax';

export interface SlipRow {
  readonly id: string;
  readonly dossier: string;
  readonly subject: string;
  readonly occasion: TransferSlip['occasion'];
  readonly defer_debt: number;
  readonly state: SlipState;
  readonly code: string | null;
  readonly exchange: string;
  readonly created_at: number;
  readonly content: string;
}
const SLIP =
  's.id, s.dossier, s.subject, s.occasion, s.defer_debt, s.state, s.code, s.exchange, s.created_at, s.content';
export const slipById = (id: string): Statement => sql(`select ${SLIP} from tax_slip s where s.id = ?1`, id);
export const slipsOf = (dossier: string): Statement =>
  sql(`select ${SLIP} from tax_slip s where s.dossier = ?1 order by s.created_at, s.id`, dossier);
