import { z } from 'zod';

export const inboundState = z.enum(['stored', 'acted', 'drift', 'refused']).meta({
  id: 'InboundState',
  description:
    '`stored`: kept, and not acted on yet. `acted`: done. `drift`: from the right sender and not understood, answered as failed and never acted on. `refused`: from nobody who may call, too large, or a hint or question that was not understood; kept for 30 days.',
});
export type InboundState = z.infer<typeof inboundState>;
