/** What each section is given. */
export interface Ground {
  /** Its own empty folder, removed afterwards. */
  readonly folder: string;
  /** Dossiers of the backlog. */
  readonly backlog: number;
  /** Makes (once a run) or finds a store with delivered history, and answers its folder: to be copied, never opened. */
  history(): Promise<string>;
}

/** Measures and prints one table or more; stops what it starts. */
export type Section = (ground: Ground) => Promise<void>;

/** How long each load lasts. */
export const SECONDS = 8;
