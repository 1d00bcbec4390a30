import { apportion } from '../../mocks/year/deck.ts';
import type { DossierPlan } from '../../mocks/year/plan.ts';

/** How the tax department takes a slip and answers what is asked after it. */
export type SlipStory =
  | 'good'
  | 'late'
  | 'clock-off'
  | 'foreign-key'
  | 'wrapped'
  | 'unsigned'
  | 'altered'
  | 'odd-sum'
  | 'refused'
  | 'lost'
  | 'none';
/** What the portal pushes of the notices that came of it. */
export type PushStory =
  | 'paid'
  | 'repeated'
  | 'proof-first'
  | 'forged'
  | 'raised'
  | 'spoilt'
  | 'too-little'
  | 'twice'
  | 'odd-amount'
  | 'unpaid'
  | 'none';
/** How the land system takes the dossier along. */
export type LineStory = 'finished' | 'supplemented' | 'tax-returned' | 'wrong-result' | 'forged' | 'open';

export interface LandStory {
  readonly slip: SlipStory;
  readonly push: PushStory;
  readonly line: LineStory;
}
const story = (slip: SlipStory, push: PushStory, line: LineStory): LandStory => ({ slip, push, line });

const TAXED: readonly LandStory[] = [
  story('good', 'paid', 'finished'),
  story('late', 'repeated', 'finished'),
  story('foreign-key', 'proof-first', 'finished'),
  story('good', 'forged', 'forged'),
  story('refused', 'paid', 'tax-returned'),
  story('wrapped', 'raised', 'finished'),
  story('late', 'spoilt', 'supplemented'),
  story('unsigned', 'too-little', 'open'),
  story('lost', 'paid', 'finished'),
  story('clock-off', 'twice', 'wrong-result'),
  story('altered', 'odd-amount', 'finished'),
  story('odd-sum', 'none', 'open'),
  story('good', 'unpaid', 'open'),
];
/** Of what no tax comes. */
const UNTAXED: readonly LandStory[] = [story('none', 'none', 'finished'), story('none', 'none', 'wrong-result')];

const LAND = 'G13-DD01';
const CORRECTION = '1.004193';
/** So few that the day takes no longer for them. */
const MOST = 60;

export interface LandAsk {
  readonly dossier: string;
  readonly story: LandStory;
  /** Among those with the same list of stories. */
  readonly turn: number;
  readonly dues: readonly Due[];
}
/** What the tax department asks for; made. */
export interface Due {
  /** Of their fields. */
  readonly block: 'LPTB' | 'TNCN' | 'TSDD';
  readonly name: string;
  readonly dueVnd: number;
  readonly exemptVnd: number;
}

/** Land dossiers of the day, each procedure by its share of them; who was refused goes to no land system. */
export function landAsks(plans: readonly DossierPlan[]): readonly LandAsk[] {
  const land = plans.filter(({ procedure, course }) => procedure.field.code === LAND && course !== 'refused');
  const byProcedure = [...Map.groupBy(land, ({ procedure }) => procedure.code)].sort(([a], [b]) => (a < b ? -1 : 1));
  const shares = apportion(
    Math.min(MOST, land.length),
    byProcedure.map(([, theirs]) => theirs.length),
  );
  const chosen = byProcedure.flatMap(([, theirs], index) => theirs.slice(0, shares[index]));
  const turns = new Map<readonly LandStory[], number>();
  return chosen
    .sort((a, b) => a.serial - b.serial)
    .map(({ code, serial, procedure }) => {
      const stories = procedure.code === CORRECTION ? UNTAXED : TAXED;
      const turn = turns.get(stories) ?? 0;
      turns.set(stories, turn + 1);
      const own = stories[turn % stories.length] ?? story('none', 'none', 'open');
      return { dossier: code, story: own, turn, dues: own.slip === 'none' ? [] : duesOf(serial, procedure.code) };
    });
}

/** A change of who holds it is taxed as income; whoever is given the use of land pays for that. */
function duesOf(serial: number, procedure: string): readonly Due[] {
  const valueVnd = (100 + ((serial * 37) % 900)) * 1_000_000;
  const fee = valueVnd / 200;
  return [
    {
      ...{ block: 'LPTB', name: 'Lệ phí trước bạ nhà, đất', dueVnd: fee },
      exemptVnd: serial % 5 === 0 ? fee / 2 : 0,
    },
    procedure === '1.004199'
      ? { block: 'TNCN', name: 'Thuế thu nhập cá nhân', dueVnd: valueVnd / 50, exemptVnd: 0 }
      : { block: 'TSDD', name: 'Tiền sử dụng đất', dueVnd: valueVnd / 20, exemptVnd: 0 },
  ];
}
