import type { LandOffices } from './land-offices.ts';
import { noticeRows, proofOf } from './land-requests.ts';
import type { LandAsk } from './land-stories.ts';

const SPOILT = ['base64', 'cut', 'utf-16', 'dtd', 'no-code'] as const;
const AGAIN = { repeat: 3, concurrency: 3 };
const MORE_VND = 250_000;
const LESS_VND = -100_000;

/** Has the portal push what it knows of a slip's notices, as the story of the dossier has it. */
export async function pushed(offices: LandOffices, ask: LandAsk, slipNumber: string): Promise<void> {
  const { dossier, dues, turn, story } = ask;
  const rows = noticeRows(dues, slipNumber);
  const notice = (more: object = {}, from = rows) => offices.notice(dossier, from, more);
  const paid = async (change: Parameters<typeof proofOf>[2] = {}, more: object = {}): Promise<void> => {
    for (const due of dues) await offices.proof(dossier, proofOf(due, slipNumber, change), more);
  };
  switch (story.push) {
    case 'proof-first':
      await paid();
      await notice();
      break;
    case 'repeated':
      await notice(AGAIN);
      await paid({}, AGAIN);
      break;
    case 'forged':
      await notice({ forged: true }, noticeRows(dues, slipNumber, MORE_VND));
      await paid({}, { forged: true });
      await notice();
      break;
    case 'raised':
      await notice();
      await notice({}, noticeRows(dues, slipNumber, MORE_VND));
      await paid({ moreVnd: MORE_VND });
      break;
    case 'spoilt':
      await notice({ spoilt: SPOILT[turn % SPOILT.length] }, noticeRows(dues, slipNumber, MORE_VND));
      await notice();
      await paid();
      break;
    case 'too-little':
      await notice();
      await paid({ moreVnd: LESS_VND });
      break;
    case 'twice':
      await notice();
      await paid();
      await paid({ hour: 10 });
      break;
    case 'odd-amount':
      await notice();
      for (const due of dues) await offices.proof(dossier, { ...proofOf(due, slipNumber), SoTien: '1.500.000' });
      await paid();
      break;
    case 'unpaid':
      await notice();
      break;
    case 'paid':
      await notice();
      await paid();
      break;
    case 'none':
      break;
  }
}
