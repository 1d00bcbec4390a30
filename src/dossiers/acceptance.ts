import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { Vault } from '../crypto/vault.ts';
import type { Platform } from '../platform.ts';
import type { Engine } from '../store/engine.ts';
import type * as rows from './statements.ts';

/** A snapshot handed over, already parsed by the contract's schema. */
export interface AcceptCommand {
  readonly snapshot: DossierSnapshot;
  /** Who hands it over, for the journal. */
  readonly actor: string;
  /**
   * `record`: the nation has it already (first-day load), so nothing is sent; except where something of it is still to
   * be sent or confirmed, which this snapshot then replaces and shows.
   */
  readonly mode: 'send' | 'record';
  /** Set aside the judging of order: a withdrawal, or an operator's correction; journalled under this word. */
  readonly setAside?: 'withdrawal' | 'order-override';
  /** The held version that the snapshot was made from. It is taken over that one alone; any other answers `moved`. */
  readonly builtOn?: number;
  /** The held version says just this: it is sent only where its last delivery ended rejected or cancelled. */
  readonly heldAlready?: boolean;
}

export type Acceptance =
  | {
      readonly kind: 'accepted';
      readonly code: string;
      readonly version: number;
      readonly exchange: string | null;
      readonly created: boolean;
    }
  | {
      readonly kind: 'unchanged';
      readonly code: string;
      readonly version: number;
      readonly exchange: string | null;
      readonly state: string | null;
    }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly reason: 'stale-revision' | 'conflicting-revision' | 'revision-required' | 'erased';
    }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: 'from-the-future'; readonly aheadMs: number }
  /** Another version is held than the one that the snapshot was made from: nothing was written. */
  | { readonly kind: 'moved'; readonly code: string }
  /** The province was asked to hand it over once more: until it has, nothing is made from what is held. */
  | { readonly kind: 'awaited'; readonly code: string };

export interface AcceptParts {
  readonly engine: Engine;
  readonly vault: Vault;
  readonly platform: Platform;
  /** Told after commit that the portal's lane has new work. */
  readonly wake: (lane: string) => void;
}

/** A command whose snapshot is settled (`settled`), with its content as text (`contentText`). */
export interface Handed {
  readonly command: AcceptCommand;
  readonly content: string;
  /** The content as it was given, where that differs: digests of what was held before contents were settled are of it. */
  readonly given: string | undefined;
  /** UTF-8 bytes of the content, counted once. */
  readonly contentBytes: number;
}

/** One of a group, beside what is held of its dossier. */
export interface Judged extends Handed {
  readonly index: number;
  readonly mac: string;
  /** Digest of the content as it was given, where that differs. */
  readonly givenMac: string | undefined;
  readonly updatedAt: number;
  /** The digits of `updatedAt` beyond its milliseconds. */
  readonly updatedBeyond: string;
  readonly held: rows.HeldRow | undefined;
}
