/** What several rooms give under names of their own. Throws where two give the same: one would be lost without a word. */
export function joined<Value>(
  what: string,
  maps: readonly (ReadonlyMap<string, Value> | undefined)[],
): ReadonlyMap<string, Value> {
  const all = new Map<string, Value>();
  for (const map of maps)
    for (const [name, value] of map ?? []) {
      if (all.has(name)) throw new Error(`two rooms bring ${what} for ${name}`);
      all.set(name, value);
    }
  return all;
}
