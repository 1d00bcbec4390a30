import { replayState } from '../../contracts/domain/replay.ts';
import { movedByLines } from '../chronicle/journalled.ts';
import type { RoomDefinition } from '../room.ts';
import { createExchanges } from './exchanges.ts';
import { createInterventions } from './interventions/interventions.ts';
import { createVoidWords } from './interventions/void-words.ts';
import { createReplayRunner } from './replays/replay-runner.ts';
import { createReplays } from './replays/replays.ts';
import { exchangeRoutes } from './routes/exchanges.ts';
import { replayRoutes } from './routes/replays.ts';

const replay = movedByLines('rpl_', 'replay', replayState.options);

/** What people see of delivery and do about it: single exchanges, and many at once. */
export const exchanges: RoomDefinition = {
  name: 'exchanges',
  tags: {
    exchanges: 'Lượt gửi: every command to a national system, with its attempts',
    replays: 'Gửi lại hàng loạt: stored jobs that send many exchanges again',
  },
  scopes: {
    'exchanges:read': { roles: ['system', 'finance', 'operator', 'auditor'] },
    'exchanges:act': { roles: ['operator'] },
    'replays:read': { roles: ['operator', 'auditor'] },
    'replays:write': { roles: ['operator'] },
    'replays:approve': { roles: ['operator'] },
    reveal: { roles: ['operator', 'auditor'] },
  },
  journalled: { kinds: [replay.kind], held: [replay.held] },
  tables: {
    replay: {
      numbers: ['sees_all', 'rate_per_second', 'matched', 'done', 'skipped'],
      wall: ['created_at', 'approved_at', 'ended_at'],
      clear: ['id', 'state', 'position', 'created_by', 'approved_by', 'stopped_by', 'written_by'],
      words: ['filter', 'reason'],
    },
  },
  create: (parts) => {
    const runner = createReplayRunner(parts);
    return {
      routes: [
        ...exchangeRoutes({
          exchanges: { views: createExchanges(parts), interventions: createInterventions(parts) },
          purposes: parts.purposes,
        }),
        ...replayRoutes({ replays: createReplays({ ...parts, wake: runner.wake }) }),
      ],
      loops: [
        runner,
        createVoidWords({
          ...parts,
          failed: parts.failed('words of one person about what is settled could not be ended'),
        }),
      ],
    };
  },
};
