import { z } from 'zod';
import { breakState, dayState, runState } from '../../contracts/domain/reconciliation.ts';
import { oneOf, standsUnder } from '../chronicle/journalled.ts';
import { createChange } from '../payments/change.ts';
import type { RoomDefinition } from '../room.ts';
import { createAnswerFile } from './answer-file.ts';
import { createBreaks } from './breaks.ts';
import { createBudgetTotals } from './budget-totals.ts';
import { createDays } from './days.ts';
import { checkDossiers } from './dossiers/check-run.ts';
import { reconciliationEvents } from './event-types.ts';
import { createFetchOrders } from './fetch-orders.ts';
import { createFreshness } from './freshness.ts';
import { createOpening } from './opening.ts';
import { createDayReports } from './reports/day-report.ts';
import { REPORT_FONT } from './reports/report-font.ts';
import { answerRoutes } from './routes/answers.ts';
import { breakRoutes } from './routes/breaks.ts';
import { dayRoutes } from './routes/days.ts';
import { freshnessRoutes } from './routes/freshness.ts';
import { reportRoutes } from './routes/reports.ts';
import { ruleRoutes } from './routes/rules.ts';
import { runRoutes } from './routes/runs.ts';
import { statementMapRoutes } from './routes/statement-maps.ts';
import { statementRoutes } from './routes/statements.ts';
import { createRules } from './rules.ts';
import { carryOut } from './run.ts';
import { createRunning } from './running.ts';
import { createRuns } from './runs.ts';
import { createSchedule } from './schedule.ts';
import { declaredColumns } from './sources/declared-columns.ts';
import { readers } from './sources/readers.ts';
import { openSource } from './sources/sources.ts';
import { createStatementMaps } from './statement-maps.ts';
import { createStatementViews } from './statement-views.ts';
import {
  daySchema,
  dossierCheckSchema,
  mapSchema,
  reconciliationTables,
  ruleSchema,
  runSchema,
  signedSchema,
  statementSchema,
} from './tables.ts';
import { createTakeIn } from './take-in.ts';
import { createUpkeep } from './upkeep.ts';

/** What the other sides say moved, held against what is recorded here: every đồng agrees, or stands on a list. */
export const reconciliation: RoomDefinition = {
  name: 'reconciliation',
  migrations: [statementSchema, runSchema, daySchema, mapSchema, ruleSchema, dossierCheckSchema, signedSchema],
  tables: reconciliationTables,
  journalled: {
    kinds: [
      { prefix: 'stm_', begins: 'line', isState: (to) => to === 'taken' },
      { prefix: 'run_', begins: 'line', isState: oneOf(runState.options) },
      { prefix: 'day:', begins: 'unwritten', isState: oneOf(dayState.options) },
      // A run finds them by thousands: what people do about them is journalled.
      { prefix: 'brk_', begins: 'unwritten', isState: oneOf(breakState.options), isUnwritten: () => true },
    ],
    held: [
      { table: 'statement', prefix: '', state: 't.state', states: ['taken'], mayBeUnsaid: true },
      { table: 'reconciliation_day', id: 't.day', prefix: 'day:', state: 't.state', stays: standsUnder('day:') },
      { table: 'reconciliation_run', prefix: '', state: 't.state', stays: standsUnder('run_') },
    ],
  },
  scopes: {
    'reconciliation:write': { roles: ['finance'] },
    'reconciliation:heal': { roles: ['finance', 'operator'] },
    'reconciliation:close': { roles: ['finance'] },
    'reconciliation:approve': { roles: ['finance'] },
    'admin:statement-maps': { roles: ['finance'] },
    'reports:read': { roles: ['finance', 'operator', 'auditor'] },
    'admin:reconciliation-rules': { roles: ['finance'] },
    'reconciliation:read': { roles: ['finance', 'operator', 'auditor'] },
  },
  events: Object.values(reconciliationEvents),
  variables: {
    RECONCILE_AT: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 06:30')
      .optional(),
    NATIONAL_CHECK_DAYS: z.coerce.number().int().min(1).max(3_650).default(30),
  },
  tags: {
    reconciliation:
      'Đối soát: what was paid, held against what banks and platforms say; dossiers, held against what the portal shows',
    reports: 'Báo cáo: figures that leaders and the Government ask for',
  },
  create: (parts) => {
    const maps = createStatementMaps(parts);
    const declared = async (source: string) => {
      const map = await maps.one(source);
      return map && declaredColumns(map);
    };
    const takeIn = createTakeIn(parts, (given) => openSource(readers, given, declared));
    const fetchOrders = createFetchOrders(parts, takeIn);
    const change = createChange(parts);
    const money = createRunning(parts, 'money', async (run, { mine }) => {
      await carryOut(parts, change, run, mine);
      parts.wakeWatches();
    });
    const days = Number(parts.settings.NATIONAL_CHECK_DAYS);
    const dossiers = createRunning(parts, 'dossiers', (run, on) => checkDossiers(parts, run, { days, ...on }));
    const breaks = createBreaks(parts);
    const reports = createDayReports(parts);
    const font = () => parts.assets.read(REPORT_FONT);
    const runs = createRuns(parts, (about) => (about === 'money' ? money : dossiers).wake());
    const at = parts.settings.RECONCILE_AT;
    return {
      // Without a time nothing is run by itself.
      loops: [
        money,
        dossiers,
        createUpkeep(parts),
        ...(typeof at === 'string' && at !== '' ? [createSchedule(parts, { runs, fetchOrders, at })] : []),
      ],
      routes: [
        ...statementRoutes({ takeIn, fetchOrders, views: createStatementViews(parts), today: runs.today }),
        ...answerRoutes({ answerFile: createAnswerFile(parts), budgetTotalsOf: createBudgetTotals(parts) }),
        ...statementMapRoutes({ maps }),
        ...ruleRoutes({ rules: createRules(parts) }),
        ...runRoutes({ runs, breaks }),
        ...breakRoutes({ breaks, opening: createOpening(parts) }),
        ...dayRoutes({ days: createDays(parts, reports) }),
        ...freshnessRoutes({ freshness: createFreshness(parts) }),
        ...reportRoutes({ reports, font }),
      ],
    };
  },
};
