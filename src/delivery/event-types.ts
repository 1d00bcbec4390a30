import { z } from 'zod';
import { type EventType, eventType } from '../chronicle/event-type.ts';

const exchangeData = z
  .strictObject({
    /** Empty for a question that no exchange of ours led to. */
    exchange: z.string(),
    operation: z.string(),
    key: z.string(),
    version: z.int().nullable(),
    cause: z.string().nullable(),
    code: z.string().nullable(),
  })
  .meta({ id: 'ExchangeEventData' });
export type ExchangeEventData = z.infer<typeof exchangeData>;
const systemData = z
  .strictObject({ lane: z.string().nullable(), reason: z.string().nullable() })
  .meta({ id: 'SystemEventData' });

export const exchangeDelivered = eventType('exchange.delivered', {
  meaning: 'The system has taken the newest state of what `key` names',
  data: exchangeData,
});
export const exchangeRejected = eventType('exchange.rejected', {
  meaning: 'The system said no; `code` is its own code',
  data: exchangeData,
});
export const exchangeDead = eventType('exchange.dead', {
  meaning: 'Given up after the stated time; waits for a person',
  data: exchangeData,
});
export const exchangeUnanswered = eventType('exchange.unanswered', {
  meaning: 'Taken, but the answer did not come in the stated time; a person has to look',
  data: exchangeData,
});
export const exchangeOverdue = eventType('exchange.overdue', {
  meaning: 'Not taken for longer than the stated time; it goes on being tried',
  data: exchangeData,
});
export const exchangeUncertain = eventType('exchange.uncertain', {
  meaning: 'It may have taken effect and a person has to find out',
  data: exchangeData,
});

/** An event of one exchange that a room declares and delivery raises in the commit of a settlement. */
export const exchangeEventType = (name: string, meaning: string) => eventType(name, { meaning, data: exchangeData });
export type ExchangeEventType = typeof exchangeDelivered;

export type SystemEventType = typeof breakerOpened;
export const breakerOpened = eventType('system.breaker-opened', {
  meaning: 'The system fails and is left alone for a while',
  data: systemData,
});
export const breakerClosed = eventType('system.breaker-closed', {
  meaning: 'The system answers again',
  data: systemData,
});
export const toldToWait = eventType('system.told-to-wait', {
  meaning:
    'The system asked to be left alone for more than a minute; `askedSeconds` is more than `seconds` where it was cut',
  data: z
    .strictObject({
      lane: z.string(),
      reason: z.string(),
      until: z.string(),
      seconds: z.int(),
      askedSeconds: z.int(),
    })
    .meta({ id: 'ToldToWaitEventData' }),
});
export const systemPaused = eventType('system.paused', {
  meaning: 'Nothing is sent to the system until it is resumed',
  data: systemData,
});
export const systemResumed = eventType('system.resumed', {
  meaning: 'Sending to the system goes on',
  data: systemData,
});

/** What delivery itself raises, of every subject alike. */
export const deliveryEvents: readonly EventType[] = [
  exchangeDelivered,
  exchangeRejected,
  exchangeDead,
  exchangeUnanswered,
  exchangeOverdue,
  exchangeUncertain,
  breakerOpened,
  breakerClosed,
  toldToWait,
  systemPaused,
  systemResumed,
];
