import { randomUUID } from 'node:crypto';
import { OpenCalls } from '../kit/open-calls.ts';
import { NO_SESSIONS } from '../kit/sessions.ts';
import { type CommonCounters, commonCounters, Simulation, type SimulationOptions } from '../kit/simulation.ts';
import { type AnswersAs, type LandTaxSettings, settingsFrom } from './settings.ts';

export interface Counters extends CommonCounters {
  /** Slips taken, each of them an effect; those whose SEQ_ID had one already; questions, counted once a SEQ_ID. */
  slips: number;
  doubleSlips: number;
  questions: number;
  repeatedQuestions: number;
  badSignatures: number;
  /** Complete answers that went out otherwise than signed. */
  spoiltAnswers: number;
}
const freshCounters = (): Counters => ({
  ...commonCounters(),
  slips: 0,
  doubleSlips: 0,
  questions: 0,
  repeatedQuestions: 0,
  badSignatures: 0,
  spoiltAnswers: 0,
});

/** What its sender said of a message. */
export interface Said {
  readonly type: string;
  readonly id: string;
  readonly refersTo: string;
  readonly dossier: string;
  readonly certificate: string;
  readonly slip: string;
}
/** What an answer says where it is not as usual: any field of it, such as ERROR_CODE or TSDD_PHAI_NOP. */
export type Fields = Readonly<Record<string, string>>;
export interface Message extends Said {
  readonly guid: string;
  readonly at: number;
  readonly xml: string;
  /** The second phase has come, whatever the settings say. */
  finished: boolean;
  fields: Fields;
  /** How its next complete answer comes, instead of as the settings say. */
  nextAs: AnswersAs | undefined;
}

export interface StateOptions extends SimulationOptions {
  readonly settings?: Partial<LandTaxSettings>;
}

const SLIPS: readonly string[] = ['10', '11'];
export const isSlip = (type: string): boolean => SLIPS.includes(type);

/** What the gateway between land and tax holds, and what it counts. */
export class LandTaxState extends Simulation {
  override readonly settings: LandTaxSettings;
  override readonly counters: Counters = freshCounters();
  override readonly sessions = NO_SESSIONS;
  readonly messages = new Map<string, Message>();
  readonly openCalls: OpenCalls;

  constructor(options: StateOptions = {}) {
    super(options);
    this.settings = settingsFrom(options.settings ?? {});
    this.openCalls = new OpenCalls(this.counters, () => undefined);
  }

  override reset(): void {
    this.begin(freshCounters());
    this.openCalls.forgetOutstanding();
    this.messages.clear();
  }

  /** Messages that stand under a SEQ_ID. */
  under(id: string): readonly Message[] {
    return [...this.messages.values()].filter((message) => message.id === id);
  }

  /** Takes a message under a new GUID: a slip again is a second slip. */
  take(said: Said, xml: string, guid: string = randomUUID()): Message {
    const again = this.under(said.id).length > 0;
    const { counters } = this;
    if (isSlip(said.type)) {
      counters.slips += 1;
      if (again) counters.doubleSlips += 1;
    } else if (again) counters.repeatedQuestions += 1;
    else counters.questions += 1;
    const message: Message = { ...said, guid, xml, at: this.clock(), finished: false, fields: {}, nextAs: undefined };
    this.messages.set(guid, message);
    return message;
  }

  /** How an answer about it comes now. */
  takeSigning(message: Message): AnswersAs {
    const as = (this.isFinished(message) && message.nextAs) || this.settings.answersAs;
    if (this.isFinished(message)) {
      message.nextAs = undefined;
      if (as !== 'signed') this.counters.spoiltAnswers += 1;
    }
    return as;
  }

  isFinished({ finished, at }: Message): boolean {
    const { answerAfterMs } = this.settings;
    return finished || (answerAfterMs !== null && this.clock() >= at + answerAfterMs);
  }

  /** The second phase of one question, or of all; `firstAs`: it is told otherwise once, before it is told well. */
  finish(guid?: string, fields: Fields = {}, firstAs?: AnswersAs): number {
    const meant = [...this.messages.values()].filter((each) => guid === undefined || each.guid === guid);
    for (const message of meant) {
      message.finished = true;
      message.fields = { ...message.fields, ...fields };
      message.nextAs = firstAs;
    }
    return meant.length;
  }
}
