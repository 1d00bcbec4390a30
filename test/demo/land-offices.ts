import { callControl } from './control.ts';
import type { LandControls } from './land-processes.ts';

/** What the tax department's side holds of a slip or of a question after it. */
export interface TaxMessage {
  readonly type: string;
  readonly guid: string;
  readonly dossier: string;
  readonly slip: string;
  readonly finished: boolean;
  readonly fields: Readonly<Record<string, string>>;
}
type Row = Readonly<Record<string, string>>;
/** What the portal pushed once. */
export interface Push {
  /** 1 for the first time, and so on. */
  readonly turn: number;
  readonly order: {
    readonly forged?: boolean;
    readonly spoilt?: string;
    /** Of a notice. */
    readonly dossiers?: Readonly<Record<string, readonly Row[]>>;
    /** Of a proof. */
    readonly dossier?: string;
    readonly payment?: Row;
  };
}
export interface LandHeld {
  readonly receiptNumber: string;
  readonly state: string;
  readonly repeats: number;
  readonly wrongResults: readonly unknown[];
}
export interface LandBooks {
  readonly messages: readonly TaxMessage[];
  readonly landTax: Readonly<Record<'slips' | 'doubleSlips' | 'questions' | 'badSignatures' | 'spoiltAnswers', number>>;
  readonly pushes: readonly Push[];
  /** What the department says is owed, by dossier. */
  readonly owed: Readonly<Record<string, readonly Row[]>>;
  readonly dossiers: readonly LandHeld[];
  readonly callbacks: readonly { readonly call: string; readonly receiptNumber: string; readonly taken: boolean }[];
}
/** How an answer of the tax department is sealed. */
export type Sealing = 'good' | 'another-key' | 'stolen-certificate' | 'unsigned' | 'altered' | 'wrapped' | 'md5';

/** The levers of the tax department, of the gateway before it, and of the land system. */
export class LandOffices {
  readonly #controls: LandControls;

  constructor(controls: LandControls) {
    this.#controls = controls;
  }

  /** The second phase of a question comes; `firstAs` seals it otherwise once. */
  async finish(guid: string, fields: Row, firstAs?: string): Promise<void> {
    await callControl(this.#controls.landTax, 'POST', 'answers', { guid, fields, firstAs });
  }

  async messagesOf(dossier: string): Promise<readonly TaxMessage[]> {
    const { messages } = await callControl<{ messages: TaxMessage[] }>(this.#controls.landTax, 'GET', 'messages');
    return messages.filter((message) => message.dossier === dossier);
  }

  /** The answer to the slip of this dossier is lost, after it took effect. */
  async loseSlipReply(dossier: string): Promise<void> {
    const match = { service: 'slip', code: dossier };
    await callControl(this.#controls.landTax, 'POST', 'faults', { kind: 'lose-reply', match, times: 1 });
  }

  async notice(dossier: string, rows: readonly Row[], more: object = {}): Promise<void> {
    await callControl(this.#controls.tax, 'POST', 'notices', { dossiers: { [dossier]: rows }, ...more });
  }

  async proof(dossier: string, payment: Row, more: object = {}): Promise<void> {
    await callControl(this.#controls.tax, 'POST', 'proofs', { dossier, payment, ...more });
  }

  /** What the department will say of a dossier, and how it seals that. */
  async tellDues(dossier: string, rows: readonly Row[], settings: { sealing: Sealing; clockOffMs: number }) {
    await callControl(this.#controls.tax, 'PUT', `land/${dossier}`, { rows });
    await callControl(this.#controls.tax, 'POST', 'settings', settings);
  }

  /** The land system calls the one-gate. */
  async tell(receiptNumber: string, name: string, fields: object = {}): Promise<void> {
    await callControl(this.#controls.landSystem, 'POST', 'callbacks', { call: name, receiptNumber, fields });
  }

  async books(): Promise<LandBooks> {
    const { tax, landTax, landSystem } = this.#controls;
    const [{ messages }, { counters }, { pushes }, { land: owed }, { dossiers }, { callbacks }] = await Promise.all([
      callControl<Pick<LandBooks, 'messages'>>(landTax, 'GET', 'messages'),
      callControl<{ counters: LandBooks['landTax'] }>(landTax, 'GET', 'state'),
      callControl<Pick<LandBooks, 'pushes'>>(tax, 'GET', 'pushes'),
      callControl<{ land: LandBooks['owed'] }>(tax, 'GET', 'book'),
      callControl<Pick<LandBooks, 'dossiers'>>(landSystem, 'GET', 'dossiers'),
      callControl<Pick<LandBooks, 'callbacks'>>(landSystem, 'GET', 'callbacks'),
    ]);
    return { messages, landTax: counters, pushes, owed, dossiers, callbacks };
  }
}
