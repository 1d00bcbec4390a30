import type { SubjectKey } from '../crypto/vault.ts';
import type { Statement } from '../store/engine.ts';

/** A stored message of a system, opened for the room that acts on it. */
export interface StoredMessage {
  readonly id: string;
  readonly system: string;
  /** What it concerns, such as a national dossier code. */
  readonly ref: string;
  /** Its place among the stored messages of this reference: the newest has the highest. */
  readonly seq: number;
  /** Its content is sealed under this subject; what acting keeps of it belongs there too. */
  readonly subject: SubjectKey;
  /** Epoch milliseconds of the store's clock. */
  readonly receivedAt: number;
  readonly data: unknown;
}

/**
 * What acting on one type of message writes. The statements run in the batch that first marked the inbound row with
 * `token`: each must write only where `inbound.id = message.id and inbound.written_by = token`, so that a message that
 * somebody else acted on meanwhile changes nothing.
 */
export type InboundHandler = (message: StoredMessage, token: string) => Promise<readonly Statement[]>;

/** By `system/type` of the message. */
export type InboundHandlers = ReadonlyMap<string, InboundHandler>;

/** A question of a system, for the room that answers it. */
export interface AskedQuestion {
  readonly system: string;
  /** What it concerns, such as a payment code. */
  readonly ref: string;
  readonly data: unknown;
}

/**
 * What is answered to one type of question, as things stand now, and what answering writes. The statements run in one
 * batch before the answer goes out; where the answer comes too late none of them runs. The same may be asked again at
 * any time: that an answer was made does not mean that it arrived.
 */
export type Asker = (
  question: AskedQuestion,
) => Promise<{ readonly answer: unknown; readonly statements: readonly Statement[] }>;

/** By `system/type` of the question. */
export type Askers = ReadonlyMap<string, Asker>;
