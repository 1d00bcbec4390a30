import { completed, isFault } from '../adapter.ts';
import { traced } from '../kit/coded-answer.ts';
import { fromFault, fromStatus } from '../kit/outcome.ts';
import type { LandConfig } from './config.ts';
import type { Line } from './line.ts';

/** Without a token (WIRE-2 3.4b). */
export const openLine = (config: LandConfig): Line => ({
  converse: async (_context, speak) => (await speak(undefined)).answer,
  /** No question of theirs is known: that something answers at the address, were it that nothing lies there, is the sign. */
  probe: async (context) => {
    const reply = await context.transport.send(
      { method: 'GET', url: config.url, headers: { accept: 'application/json', ...traced(context) } },
      context,
    );
    if (isFault(reply)) return fromFault(reply);
    const byStatus = fromStatus(reply, context);
    const answers = byStatus === undefined || (byStatus.kind === 'not-sent' && byStatus.reason === 'client-error');
    return answers || reply.status < 400 ? completed('answered') : byStatus;
  },
});
