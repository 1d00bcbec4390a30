import type { EventType } from '../../src/chronicle/event-type.ts';

/**
 * Every type of event that stands in an `event-types.ts` and that no room lists: nobody would read of it in the contract,
 * nor could anybody ask for it. `modules` are what those files export, by path.
 */
export function eventBreaches(
  modules: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  listed: readonly EventType[],
): string[] {
  return [...modules].flatMap(([file, exported]) =>
    Object.values(exported)
      .filter(isEventType)
      .filter((type) => !listed.includes(type))
      .map(({ name }) => `${file}: ${name} stands among the events of no room`),
  );
}

const isEventType = (value: unknown): value is EventType =>
  typeof value === 'object' && value !== null && 'name' in value && 'meaning' in value && 'data' in value;
