import { serve } from '../../src/runtime/node/cli/actions/serve.ts';
import { practice } from './adapter/index.ts';
import { practiceRoom } from './room/room.ts';

/** The gateway with the practice bureau connected: `node test/practice/main.ts`, configured by `PRACTICE_*`. */
await serve({ systems: [practice as never], rooms: [practiceRoom] });
