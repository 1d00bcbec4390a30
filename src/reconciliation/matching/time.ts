const DAY_MS = 86_400_000;
const at = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** Days from one to the other, negative where the other is earlier. */
export const daysBetween = (from: string, to: string): number => Math.round((at(to) - at(from)) / DAY_MS);

export const dayBefore = (day: string): string => new Date(at(day) - DAY_MS).toISOString().slice(0, 10);
