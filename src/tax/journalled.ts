import { dueState, slipState } from '../../contracts/domain/tax-state.ts';
import { type Journalled, movedByLines } from '../chronicle/journalled.ts';

const due = movedByLines('tax:', 'tax_due', dueState.options);
const slip = movedByLines('tax-slip:', 'tax_slip', slipState.options);

export const taxJournalled: Journalled = { kinds: [due.kind, slip.kind], held: [due.held, slip.held] };
