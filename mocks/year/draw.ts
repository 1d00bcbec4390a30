import type { Channel } from '../../contracts/domain/status.ts';
import { type Level, type Procedure, procedures } from '../facts/procedures.ts';
import type { Random } from '../kit/random.ts';
import { codeDay } from './calendar.ts';
import { Wheel } from './deck.ts';
import { made2022, published2022 } from './published.ts';
import { districts2022, type UnitRow, units2022 } from './units.ts';

export const channels: readonly Channel[] = ['online', 'counter', 'postal'];

/** How the new dossiers of the year came; the postal part is made. */
export const channelCounts: readonly number[] = [
  published2022.online,
  published2022.counterOrPostal - made2022.postal,
  made2022.postal,
];

const wheels = new Map<string, Wheel<Procedure>>();

/** A procedure of the level whose time lies between the bounds, by its share; no electronic certification. */
export function drawProcedure(random: Random, level: Level, minDays = 1, maxDays = 99): Procedure {
  const key = `${level} ${minDays} ${maxDays}`;
  let wheel = wheels.get(key);
  if (wheel === undefined) {
    const fitting = procedures.filter(
      (procedure) => procedure.level === level && procedure.days >= minDays && procedure.days <= maxDays,
    );
    wheel = new Wheel(fitting, ({ weight }) => weight);
    wheels.set(key, wheel);
  }
  return wheel.spin(random);
}

/** The electronic certification of a level; there is none at the provincial one. */
export function eCertificationOf(level: Level): Procedure {
  const found = procedures.find((procedure) => procedure.eCertification && procedure.level === level);
  if (found === undefined) throw new RangeError(`no electronic certification at the level ${level}`);
  return found;
}

const departments = units2022().filter(({ kind }) => kind === 'department');
const communesOf = new Map(
  districts2022.map(({ code }) => [code, units2022().filter(({ parent }) => parent === code)]),
);
const districtUnits = new Map(units2022().flatMap((unit) => (unit.kind === 'district' ? [[unit.code, unit]] : [])));
const districtWheel = new Wheel(districts2022, ({ communes }) => communes);

/** A unit of the level; at the lower two it may be asked to lie in one district. */
export function drawUnit(random: Random, level: Level, district = districtWheel.spin(random).code): UnitRow {
  if (level === 'province') return random.pick(departments);
  const unit = districtUnits.get(district);
  if (unit === undefined) throw new RangeError(`no district ${district}`);
  return level === 'district' ? unit : random.pick(communesOf.get(district) ?? []);
}

/** Running numbers per unit and day of reception: `H02.15.03-221201-0001` (WIRE.md 7.1). */
export class CodeCounter {
  readonly #last = new Map<string, number>();

  next(unit: UnitRow, receivedDay: number): string {
    const stem = `${unit.code}-${codeDay(receivedDay)}`;
    const number = (this.#last.get(stem) ?? 0) + 1;
    this.#last.set(stem, number);
    return `${stem}-${String(number).padStart(4, '0')}`;
  }

  /** Forgets days that are over. */
  clear(): void {
    this.#last.clear();
  }
}
