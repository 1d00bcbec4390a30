import type { z } from 'zod';
import type { obligationView, receiptView, slipView } from '../../contracts/v1/tax.ts';
import { isSlip } from '../../mocks/land-tax/state.ts';
import { until } from '../kit/gateway-process.ts';
import { type Answered, postUnder } from '../kit/practice.ts';
import { slipOf } from '../kit/tax-office.ts';
import { toldEvents } from './outcome.ts';
import type { TaxGround } from './tax-ground.ts';
import { type PaymentSeen, paymentsSeen } from './till-verdict.ts';

type SlipSeen = z.input<typeof slipView>;
type DueSeen = z.input<typeof obligationView>;
type ReceiptSeen = z.input<typeof receiptView>;

/** One dossier with one slip, as the province asks for it and sees it. */
export class TaxDossier {
  readonly ground: TaxGround;
  readonly code: string;

  constructor(ground: TaxGround, code: string) {
    this.ground = ground;
    this.code = code;
  }

  /** Under the same key as before; undefined where the connection was lost. */
  ask(): Promise<Answered<SlipSeen> | undefined> {
    return postUnder<SlipSeen>(this.ground.gateway, '/v1/tax/transfer-slips', `${this.code}-slip`, slipOf(this.code));
  }

  /** The same key until it is answered. */
  async sent(): Promise<SlipSeen> {
    return until('the slip is taken on', async () => {
      const answer = await this.ask();
      return answer?.status === 202 ? answer.body : undefined;
    });
  }

  async slip(id: string): Promise<SlipSeen> {
    const { status, body } = await this.ground.gateway.json<SlipSeen>('GET', `/v1/tax/transfer-slips/${id}`);
    if (status !== 200) throw new Error(`the slip was answered ${status}`);
    return body;
  }

  async becomes(id: string, state: SlipSeen['state']): Promise<SlipSeen> {
    let last = '';
    return until(
      `${this.code} becomes ${state}`,
      async () => {
        const seen = await this.slip(id);
        last = JSON.stringify(seen);
        return seen.state === state ? seen : undefined;
      },
      { withinMs: 20_000, everyMs: 50 },
    ).catch((error: unknown) => {
      throw new Error(`${error}; it is ${last}`);
    });
  }

  /** Whether it came to its end by itself, or nobody knows of it. */
  async knows(id: string): Promise<SlipSeen['state']> {
    return until('the slip has its end', async () => {
      const { state } = await this.slip(id);
      return ['answered', 'uncertain'].includes(state) ? state : undefined;
    });
  }

  /** Both questions were taken. */
  async asked(id: string): Promise<void> {
    await until(`the questions of ${this.code} are taken`, async () => {
      const { questions } = await this.slip(id);
      return (questions.length === 2 && questions.every(({ state }) => state === 'asked')) || undefined;
    });
  }

  async #items<Item>(what: string): Promise<readonly Item[]> {
    const path = `/v1/tax/${what}?dossierCode=${this.code}`;
    return (await this.ground.gateway.json<{ items: Item[] }>('GET', path)).body.items;
  }
  dues = (): Promise<readonly DueSeen[]> => this.#items('obligations');
  receipts = (): Promise<readonly ReceiptSeen[]> => this.#items('receipts');
  payments = (): Promise<readonly PaymentSeen[]> => paymentsSeen(this.ground.gateway, this.code);

  /** Waits for so many of them; none of what was acknowledged is missing then. */
  async holds(what: 'dues' | 'receipts', count: number): Promise<void> {
    const come = async () => (await this[what]()).length >= count || undefined;
    await until(`${this.code} has ${count} ${what}`, come, { withinMs: 20_000, everyMs: 50 });
  }

  told(type: string, name: string, value: string, atLeast: number): Promise<number> {
    return toldEvents(this.ground, type, { [name]: value }, atLeast);
  }
}

/** What of a dossier whose slip has come to its end is not as it should be; none when both sides agree. */
export async function differences(dossier: TaxDossier, slip: SlipSeen): Promise<readonly string[]> {
  const { ground, code } = dossier;
  const lines: string[] = [];
  const check = (what: string, is: unknown, should: unknown): void => {
    if (JSON.stringify(is) !== JSON.stringify(should))
      lines.push(`${code}: ${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
  };
  const taken = ground.taken(code);
  const questions = taken.filter(({ type }) => !isSlip(type));
  check('slips there', taken.length - questions.length, 1);
  // A question may be asked again, but is always the same one.
  check('questions there', [...new Set(questions.map(({ type, id }) => `${type} ${id}`))].length, 2);
  check('their types', [...new Set(questions.map(({ type }) => type))].sort(), ['14', '16']);
  check('their slip', [...new Set(questions.map(({ refersTo }) => refersTo))], [slip.id]);
  check('questions here', slip.questions.map(({ question, state }) => `${question} ${state}`).sort(), [
    'notice answered',
    'obligation answered',
  ]);
  check('sums agree', slip.sumsAgree, true);
  const dues = (await dossier.dues()).filter(({ notice }) => slip.obligations.some((due) => due.notice === notice));
  check('dues', dues.map(({ kind, state, due }) => `${kind} ${state} ${due.amount}`).sort(), [
    'land-use open 10000000',
    'registration-fee open 2500000',
  ]);
  for (const { id } of dues) check('a due told', await dossier.told('tax.obligation', 'obligation', id, 1), 1);
  check('its end told', await dossier.told('tax.slip-answered', 'dossierCode', code, 1), 1);
  return lines;
}
