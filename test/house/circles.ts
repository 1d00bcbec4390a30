/**
 * Circles of files that import one another, each a shortest way round from its first name. Every file that stands in
 * a circle is in at least one of them; a file that imports itself is a circle of its own.
 */
export function circlesOf(imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const circles: (readonly string[])[] = [];
  const told = new Set<string>();
  for (const file of [...imports.keys()].sort()) {
    if (told.has(file)) continue;
    const way = shortestWayRound(file, imports);
    if (way === undefined) continue;
    for (const each of way) told.add(each);
    circles.push(way);
  }
  return circles;
}

function shortestWayRound(start: string, imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (const file of open)
    for (const next of imports.get(file) ?? []) {
      if (next === start) {
        const way = [file];
        for (let at = file; at !== start; ) {
          at = cameFrom.get(at) ?? start;
          way.unshift(at);
        }
        return way;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      open.push(next);
    }
  return undefined;
}
