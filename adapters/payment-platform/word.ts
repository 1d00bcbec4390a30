import type { PaymentWord, TheirFact } from '../../contracts/domain/payment.ts';
import { code, state } from './codes.ts';
import type { Told } from './wire.ts';

type Fact = Extract<TheirFact['kind'], 'paid' | 'failed'>;
type Open = Extract<PaymentWord['open'], 'not-created' | 'pending' | 'unlisted'>;
type Meaning = Fact | Open;

/** What a notice means by its code (DESIGN: "Their words"): a code that no list names is never a failure. */
export function meaningOfNotice(given: string, status: string): Meaning {
  switch (given) {
    case code.done:
      // A notice is not known to have a TrangThaiGD; one that says otherwise than its code is believed in neither.
      return status === '' || status === state.paid ? 'paid' : 'unlisted';
    case code.failed:
      return status === '' || status === state.failed ? 'failed' : 'unlisted';
    default:
      return meaningOfCode(given);
  }
}

/** What QUERY's answer means by code and TrangThaiGD together. */
export function meaningOfAnswer(given: string, status: string): Meaning {
  if (given === code.failed) return meaningOfNotice(given, status);
  if (given !== code.done) return meaningOfCode(given);
  if (status === state.paid) return 'paid';
  if (status === state.failed) return 'failed';
  return status === state.pending ? 'pending' : 'unlisted';
}

function meaningOfCode(given: string): Open {
  if (given === code.notFound) return 'not-created';
  // It exists, and its end is not said: they are asked.
  return given === code.exists ? 'pending' : 'unlisted';
}

const isFact = (meaning: Meaning): meaning is Fact => meaning === 'paid' || meaning === 'failed';

/** The word in ours. `theirCode` as a person would look it up. */
export function wordOf(told: Told, meaning: Meaning, theirCode: string): PaymentWord {
  const { MaThamChieu: reference, SoTien, MaTienTe, MaGiaoDich, ThoiGianGD } = told;
  if (!isFact(meaning)) return { reference, facts: [], open: meaning, code: theirCode };
  const fact: TheirFact = {
    kind: meaning,
    amount: SoTien === null ? null : { amount: SoTien, currency: MaTienTe },
    transaction: MaGiaoDich || null,
    at: ThoiGianGD || null,
  };
  return { reference, facts: [fact], open: null, code: theirCode };
}

/** What a bare code says, about which there is nothing else. */
export const bareWord = (reference: string, theirCode: string): PaymentWord => ({
  reference,
  facts: [],
  open: meaningOfCode(theirCode),
  code: theirCode,
});
