import { landState } from '../../contracts/domain/land-state.ts';
import { oneOf } from '../chronicle/journalled.ts';
import { payableDossier } from '../dossiers/payable.ts';
import { alsoTold } from '../dossiers/views.ts';
import { newId } from '../platform.ts';
import { fill, type RoomDefinition, type RoomParts } from '../room.ts';
import { sql } from '../store/engine.ts';
import { actsOf, LAND_SYSTEM, type LandAct, type LandActRow, landActs, landOperation, newLandAct } from './acts.ts';
import { type LandRow, landOf } from './change.ts';
import { landEvents } from './event-types.ts';
import { inTimeline } from './in-timeline.ts';
import { type LandDesk, type LandFound, landRoutes } from './routes.ts';
import { landSchema, landTables } from './tables.ts';
import { landTypes, wordOf } from './words.ts';

/** Dossiers at the province's land system: what it is told, what it says, and the two loops beside the normal line. */
export const land: RoomDefinition = {
  name: 'land',
  migrations: [landSchema],
  journalled: {
    kinds: [{ prefix: 'land:', begins: 'line', isState: oneOf(landState.options) }],
    // It begins before anything is said of it.
    held: [
      {
        ...{ table: 'land_dossier', id: 't.code', prefix: 'land:', state: 't.state', states: landState.options },
        mayBeUnsaid: true,
      },
    ],
  },
  tables: landTables,
  events: Object.values(landEvents),
  scopes: {
    'land:write': { roles: ['system'] },
    'land:read': { roles: ['system', 'operator', 'auditor'] },
  },
  tags: { land: 'Đất đai: dossiers at the province’s land system' },
  create: (parts) => ({
    operations: new Map(
      (Object.keys(landActs) as LandAct[]).map((act) => [`${LAND_SYSTEM}/${act}`, landOperation(parts)]),
    ),
    handlers: new Map(landTypes.map((type) => [`${LAND_SYSTEM}/${type}`, wordOf(parts, type)])),
    fills: [fill(alsoTold, inTimeline(parts.engine))],
    routes: landRoutes(deskOf(parts)),
  }),
};

function deskOf(parts: RoomParts): LandDesk {
  const { engine, platform, systems } = parts;
  return {
    async find(code) {
      const [row] = await engine.all<LandRow>(landOf(code));
      if (row === undefined) return undefined;
      const acts = await engine.all<LandActRow>(actsOf(code));
      const words = await engine.all<LandFound['words'][number]>(
        sql(
          'select w.message, w.what, w.said_ms, w.received_at from land_word w where w.dossier = ?1 order by w.received_at, w.message limit 1000',
          code,
        ),
      );
      return { row, acts, words };
    },
    async tell(act, code, input, actor, remember) {
      if (systems.get(LAND_SYSTEM)?.adapter === undefined) return 'system-not-configured';
      if ((await payableDossier(parts, code)) === undefined) return 'unknown-dossier';
      const made = await newLandAct(parts, act, code, input, actor);
      const token = newId(platform, 't');
      await engine.batch([
        ...made.statements(token),
        remember(made.id, { table: 'land_act', column: 'id', row: made.id, token }),
      ]);
      parts.wake(`${LAND_SYSTEM}/command`);
      return 'told';
    },
  };
}
