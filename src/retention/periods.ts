import { z } from 'zod';

const days = z.int().min(1).max(36_500).optional();

/**
 * How long content is kept, days. What is not given is kept: an erasure cannot be undone, and how long a dossier has to
 * be kept is for the province's own schedule of records to say, which the gateway cannot know.
 */
export const retentionPeriods = z.strictObject({
  /** From the closing of a dossier: everything of it, what was sent and answered included. */
  dossierDays: days,
  /** From the arrival of a message; what the province has not taken up is kept. */
  inboundDays: days,
  /** From a call that answered a question of ours in a way that was kept. */
  callDays: days,
});
export type RetentionPeriods = z.infer<typeof retentionPeriods>;

/** `RETENTION`: the periods as JSON. */
export const retentionVariable = z
  .string()
  .transform((text, context) => {
    try {
      const parsed = retentionPeriods.safeParse(JSON.parse(text));
      if (parsed.success) return parsed.data;
    } catch {}
    context.addIssue(
      `must be JSON with any of ${Object.keys(retentionPeriods.shape).join(', ')}, each a whole number of days from 1 to 36500`,
    );
    return z.NEVER;
  })
  .optional();
