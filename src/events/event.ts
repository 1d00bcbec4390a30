/** An event that has its place in the feed. */
export interface PlacedEvent {
  readonly id: string;
  readonly type: string;
  readonly system: string | null;
  /** What it concerns, such as a dossier code. */
  readonly ref: string;
  /** As its type says; never a person. */
  readonly data: unknown;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly position: number;
}

/** The document that a subscriber is sent of an event. It is a part of the contract, so it is handed in. */
export type EventBody = (event: PlacedEvent) => unknown;

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly system: string | null;
  readonly ref: string;
  readonly data: string;
  readonly at: number;
  readonly position: number;
}
export const EVENT = 'id, type, system, ref, data, at, position';

export const placedEvent = ({ data, ...row }: EventRow): PlacedEvent => ({ ...row, data: JSON.parse(data) });
