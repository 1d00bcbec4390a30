import { expect, it } from 'vitest';
import { eventBody } from './view.ts';

it('is the same text, byte for byte, for every receiver: it is what is signed', () => {
  const at = Date.UTC(2026, 0, 15, 1);
  const data = { lane: null, reason: 'maintenance' };
  const event = { position: 7, at, data, ref: 'tax', system: 'tax', type: 'system.paused', id: 'evt_1' };
  expect(JSON.stringify(eventBody(event))).toBe(
    '{"id":"evt_1","type":"system.paused","timestamp":"2026-01-15T08:00:00+07:00","position":7,"system":"tax","ref":"tax","data":{"lane":null,"reason":"maintenance"}}',
  );
});
