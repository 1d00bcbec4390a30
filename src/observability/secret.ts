const MASK = '***';

/** A text that shows itself only when asked by name: logging, JSON, templates and inspection give `***`. */
export class Secret {
  readonly #value: () => string;
  /** A function is asked at each use: for a secret that may change while the process runs. */
  constructor(value: string | (() => string)) {
    this.#value = typeof value === 'string' ? () => value : value;
  }
  /** The text itself. Each use of this is a place to look at in a review. */
  reveal(): string {
    return this.#value();
  }
  toString(): string {
    return MASK;
  }
  toJSON(): string {
    return MASK;
  }
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
