import type { Statement } from '../../store/engine.ts';

/** What an idempotency key holds of an act: its exchange, and the resource that answers are made from. No body. */
export interface HeldAct {
  readonly resource: string;
  readonly exchange: string;
}

/** A key as the commit that begins an act writes it. It keeps its act until a day after that is final. */
export interface ActKey {
  /** For that commit: the key takes the act only where the row `only` carries the token. */
  bind(
    act: HeldAct,
    only: { readonly table: string; readonly column: string; readonly row: string },
    token: string,
  ): Statement;
  /** For its end: a key whose act did not begin after all is free of it. */
  unbind(exchange: string): Statement;
  /** Nothing was begun under it: it is free at once. */
  release(): Promise<void>;
  /** For a new act after one that never took effect. Undefined: somebody else was quicker. */
  renew(lost: HeldAct): Promise<ActKey | undefined>;
}
