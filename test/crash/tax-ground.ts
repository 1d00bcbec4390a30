import type { LandTaxState, Message } from '../../mocks/land-tax/state.ts';
import { type PushReply, pushNotice, pushProof } from '../../mocks/tax/pushes.ts';
import type { TaxState } from '../../mocks/tax/state.ts';
import { smallDossier } from '../kit/body.ts';
import { until } from '../kit/gateway-process.ts';
import { codeOf, startTaxSides } from '../kit/tax-office.ts';
import { type KilledGateways, killedGateways, SHORT_WAITS } from './killed-gateways.ts';

/** The two simulators of the tax side, a store, and gateways that are started on it one after the other. */
export interface TaxGround extends KilledGateways {
  readonly tax: TaxState;
  readonly landTax: LandTaxState;
  /** Hands a new dossier over. */
  dossier(): Promise<string>;
  /** All that the tax side took of a dossier, oldest first. */
  taken(dossier: string): readonly Message[];
  /** The portal pushes until it hears 0 or 1, and answers every `error_code` that it heard. */
  notice(order: Parameters<typeof pushNotice>[1]): Promise<readonly number[]>;
  proof(order: Parameters<typeof pushProof>[1]): Promise<readonly number[]>;
}

/** Milliseconds after which the tax office has answered a question, unless told otherwise. */
export const ANSWERED_AFTER_MS = 100;

export async function taxGround(): Promise<TaxGround> {
  const killed = await killedGateways('tax');
  const { tax, landTax, environment } = await startTaxSides(SHORT_WAITS);
  Object.assign(killed.env, environment);
  landTax.state.settings.answerAfterMs = ANSWERED_AFTER_MS;
  const { settings } = tax.state;
  settings.noticeUrl = `${killed.publicUrl}/callbacks/tax/nhantbthuedvcqg`;
  settings.proofUrl = settings.noticeUrl;

  async function pushed(push: () => Promise<readonly PushReply[]>): Promise<readonly number[]> {
    const heard: number[] = [];
    return until(
      'the portal hears that its push was taken',
      async () => {
        const code = codeOf(await push());
        if (!Number.isNaN(code)) heard.push(code);
        return code === 0 || code === 1 ? heard : undefined;
      },
      { withinMs: 20_000, everyMs: 50 },
    );
  }

  let dossiers = 0;
  const closeGateways = killed.close;
  const ground: TaxGround = Object.assign(killed, {
    ...{ tax: tax.state, landTax: landTax.state },
    async dossier() {
      dossiers += 1;
      const code = `H02.15.03-221205-${String(dossiers).padStart(4, '0')}`;
      const { status } = await killed.gateway.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1));
      if (status !== 202) throw new Error(`the dossier was answered ${status}`);
      return code;
    },
    taken: (dossier: string) => [...landTax.state.messages.values()].filter((each) => each.dossier === dossier),
    notice: (order: Parameters<typeof pushNotice>[1]) => pushed(() => pushNotice(tax.state, order)),
    proof: (order: Parameters<typeof pushProof>[1]) => pushed(() => pushProof(tax.state, order)),
    async close() {
      await closeGateways();
      await Promise.all([tax, landTax].map((each) => each.close()));
    },
  });
  await ground.start();
  return ground;
}
