import type { RoomDefinition } from '../room.ts';
import { sealingMetrics } from './metrics.ts';
import { createReading } from './reading.ts';
import { journalRoutes } from './routes.ts';
import { sealer, sealingLoop } from './sealer.ts';

/** Every change of state, sealed: any change to the past is detected (I8). */
export const sealing: RoomDefinition = {
  name: 'sealing',
  tags: { journal: 'Nhật ký: who did what to something, when and why' },
  scopes: { 'journal:read': { roles: ['operator', 'auditor'] } },
  create: (parts) => {
    const { log } = parts;
    const work = sealer({
      ...parts,
      digest: (texts) => parts.vault.digest(texts),
      onHead: (head) => log.info('the journal was sealed', { position: head.position, root: head.root }),
      onProblem: (message) => log.error(message),
    });
    return {
      metrics: sealingMetrics(parts),
      routes: journalRoutes(createReading(parts)),
      loops: [sealingLoop(work, { ...parts, failed: parts.failed('the journal could not be sealed') })],
    };
  },
};
