import type { Random } from '../kit/random.ts';

/** Cards of several kinds, drawn without putting back: when all are drawn, each kind came exactly as often as asked. */
export class Deck {
  readonly #left: number[];
  #total: number;

  constructor(counts: readonly number[]) {
    this.#left = [...counts];
    this.#total = counts.reduce((sum, count) => sum + count, 0);
  }

  get left(): number {
    return this.#total;
  }

  /** The number of the kind drawn. Throws on an empty deck. */
  draw(random: Random): number {
    let place = Math.floor(random.next() * this.#total);
    for (let kind = 0; kind < this.#left.length; kind += 1) {
      const count = this.#left[kind] ?? 0;
      if (place < count) {
        this.#left[kind] = count - 1;
        this.#total -= 1;
        return kind;
      }
      place -= count;
    }
    throw new RangeError('the deck is empty');
  }
}

/** Splits a whole number in proportion to the weights, by the largest remainders: the parts always sum to it. */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map(Math.floor);
  const missing = total - parts.reduce((all, part) => all + part, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((left, right) => right.remainder - left.remainder || left.index - right.index);
  for (const { index } of byRemainder.slice(0, missing)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

/** Draws with putting back, by weight. */
export class Wheel<Item> {
  readonly #items: readonly Item[];
  readonly #sums: readonly number[];

  constructor(items: readonly Item[], weightOf: (item: Item) => number) {
    let sum = 0;
    this.#items = items.filter((item) => weightOf(item) > 0);
    this.#sums = this.#items.map((item) => {
      sum += weightOf(item);
      return sum;
    });
  }

  /** Throws when nothing has a weight. */
  spin(random: Random): Item {
    const place = random.next() * (this.#sums.at(-1) ?? 0);
    const item = this.#items[this.#sums.findIndex((sum) => place < sum)];
    if (item === undefined) throw new RangeError('nothing to draw from');
    return item;
  }
}
