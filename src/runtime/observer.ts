import type { DeliveryObserver } from '../delivery/observer.ts';
import type { Log, LogFields } from '../observability/log.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Puts what delivery tells into the log and the metrics. Fields that the log does not list are folded into `reason`. */
export function observerOf(log: Log, metrics: Metrics): DeliveryObserver {
  return {
    call({ system, operation, purpose, call, exchanges, outcome, code, durationMs }) {
      metrics.call({
        system,
        operation: purpose === 'send' ? operation : `${operation}/${purpose}`,
        outcome,
        durationMs,
      });
      const fields: LogFields = {
        system,
        operation,
        call,
        outcome,
        durationMs,
        count: exchanges.length,
        ...(exchanges.length === 1 ? { exchange: exchanges[0] } : {}),
        ...(code === null ? {} : { code }),
      };
      if (outcome === 'completed' || outcome === 'accepted') log.debug('a call ended', fields);
      else log.info('a call ended without success', fields);
    },
    settled: (ended) => metrics.settled(ended),
    notice(level, message, fields) {
      const { lane, system, exchange, operation, call, reason, cause, code } = fields;
      const text = (value: string | number | null | undefined): string | undefined =>
        value == null ? undefined : String(value);
      const known = new Set(['lane', 'system', 'exchange', 'operation', 'call', 'reason', 'cause', 'code']);
      const rest = Object.entries(fields).flatMap(([name, value]) =>
        known.has(name) || value === null ? [] : [`${name}=${value}`],
      );
      const line: LogFields = {
        lane: text(lane),
        system: text(system),
        exchange: text(exchange),
        operation: text(operation),
        call: text(call),
        code: text(code),
        reason: [text(reason) ?? text(cause), ...rest].filter((part) => part !== undefined).join(' ') || undefined,
      };
      log[level](message, line);
    },
  };
}
