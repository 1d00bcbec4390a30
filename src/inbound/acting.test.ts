import { describe, expect, it } from 'vitest';
import type { Tell, Verifier } from '../../adapters/adapter.ts';
import { textOf, utf8 } from '../../adapters/kit/bytes.ts';
import { scriptedPortal } from '../../test/kit/portal.ts';
import { type Ground, ground } from '../../test/kit/room.ts';
import { createSystems } from '../delivery/systems.ts';
import type { InboundHandler } from '../room.ts';
import { createInbound, type Inbound } from './inbound.ts';

const note = (verifier: Verifier): Tell => ({
  kind: 'tell',
  path: 'note',
  methods: ['GET'],
  verifier,
  maximumBytes: 100,
  parse: async ({ query }) => ({ type: 'note', ref: query.ref ?? '', dedupeKey: query.text ?? '', data: query }),
  reply: (result) => ({ status: 200, contentType: 'text/plain', body: utf8(result) }),
});

function room(on: Ground, handler: InboundHandler, verifier: Verifier = { kind: 'peer', allow: ['10.0.0.0/8'] }) {
  const adapter = { ...scriptedPortal({}), callbacks: [note(verifier)] };
  const systems = createSystems([{ name: 'ministry', title: adapter.title, adapter }]);
  return createInbound({ ...on, systems, handlers: new Map([['ministry/note', handler]]) });
}
async function tell(inbound: Inbound, ref: string, text = 'x'): Promise<string> {
  const reply = await inbound.receive('ministry', 'note', {
    ...{ method: 'GET', headers: {}, remoteAddress: '10.0.0.1' },
    readQuery: () => ({ query: { ref, text }, whole: true }),
    readBody: async () => new Uint8Array(),
  });
  return textOf(reply?.body ?? utf8('nothing'));
}
const states = async (on: Ground) => (await on.rows('select state from inbound')).map(({ state }) => state);
const soon = () => new Promise((resolve) => setTimeout(resolve, 10));
/** Something that ends when it is told to. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

describe('what is told', () => {
  it.each<[string, Verifier]>([
    ['of a peer', { kind: 'peer', allow: ['10.0.0.0/8'] }],
    ['of anybody, a mere hint after which the system is asked,', { kind: 'query' }],
  ])('%s is answered at once, though acting never ends', async (_name, verifier) => {
    const on = await ground();
    let begun = 0;
    const inbound = room(
      on,
      () => {
        begun += 1;
        return new Promise<never>(() => undefined);
      },
      verifier,
    );
    expect(await tell(inbound, 'a')).toBe('stored');
    expect(begun).toBe(0);
    expect(await tell(inbound, 'a')).toBe('duplicate');
    await soon();
    expect(begun).toBe(1);
    // Nor does the look for what is left act on it a second time here.
    expect(await inbound.actOnStored()).toBe(0);
    expect(begun).toBe(1);
    expect(await states(on)).toEqual(['stored']);
  });

  it('I1: a stop waits for what is being acted on; what comes after that stays stored for the next start', async () => {
    const on = await ground();
    const { opened, open } = gate();
    const inbound = room(on, async () => {
      await opened;
      return [];
    });
    inbound.loop.start();
    await tell(inbound, 'a');
    await soon();
    let stopped = false;
    const stopping = inbound.loop.stop(1_000).then(() => {
      stopped = true;
    });
    expect(await tell(inbound, 'b')).toBe('stored');
    await soon();
    expect(stopped).toBe(false);
    open();
    await stopping;
    expect((await states(on)).sort()).toEqual(['acted', 'stored']);
    expect(await room(on, async () => []).actOnStored()).toBe(1);
  });

  it('holds no stop up for ever: what never ends is left stored', async () => {
    const on = await ground();
    // Long waits are short here.
    const platform = {
      ...on.platform,
      after: (ms: number, run: () => void) => on.platform.after(ms > 1_000 ? 20 : ms, run),
    };
    const inbound = room({ ...on, platform }, () => new Promise<never>(() => undefined));
    inbound.loop.start();
    await tell(inbound, 'a');
    await soon();
    await inbound.loop.stop(1_000);
    expect(await states(on)).toEqual(['stored']);
  });

  it('I1: in a flood is acted on a few at a time, and all of it in the end', async () => {
    const on = await ground();
    let [now, most] = [0, 0];
    const inbound = room(on, async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return [];
    });
    const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => tell(inbound, `r${n}`)));
    expect(replies).toEqual(Array(200).fill('stored'));
    await inbound.settled();
    expect(await states(on)).toEqual(Array(200).fill('acted'));
    expect(most).toBeLessThanOrEqual(17);
  });
});
