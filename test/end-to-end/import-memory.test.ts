import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { snapshotOf } from '../kit/delivery/bench.ts';
import { freshKeys, startGateway } from '../kit/gateway-process.ts';

const MIB = 1024 * 1024;
/** What a gateway at rest takes is beside it: the program, its schemas, the pages of the store. */
const ABOVE_REST_MB = 250;

/** Shapes of an import that hold no dossier, each told piece by piece. */
const shapes: Readonly<Record<string, () => Generator<string>>> = {
  *'lines of nearly four mebibytes'() {
    for (let line = 0; line < 100; line++) yield `"${'x'.repeat(4 * MIB - 10)}"\n`;
  },
  *'lines of nearly one mebibyte'() {
    for (let line = 0; line < 250; line++) yield `"${'x'.repeat(MIB - 10)}"\n`;
  },
  *'a line without an end'() {
    for (let part = 0; part < 200; part++) yield 'x'.repeat(MIB);
    yield '\n';
  },
  *'deep lines'() {
    for (let line = 0; line < 60; line++) yield `${'['.repeat(MIB / 2 - 10)}${']'.repeat(MIB / 2 - 10)}\n`;
  },
  *'lines of unknown members'() {
    for (let line = 0; line < 60; line++)
      yield `{${Array.from({ length: 60_000 }, (_, n) => `"k${line}x${n}":0`).join(',')}}\n`;
  },
  *'lines without anything'() {
    for (let part = 0; part < 4; part++) yield '\n'.repeat(MIB / 4);
  },
};

it('memory holds a round of an import, whatever its lines are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-import-'));
  const gateway = await startGateway({ databaseFile: join(folder, 'store.db'), keys: freshKeys() });
  const memoryMb = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))?.[1]) / 1024;
  try {
    const atRest = memoryMb('VmRSS');
    for (const [name, pieces] of Object.entries(shapes)) {
      const source = pieces();
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          const { done, value } = source.next();
          if (done === true) controller.close();
          else controller.enqueue(Buffer.from(value));
        },
      });
      const answer = await send(body);
      const outcomes = [...answer.matchAll(/"outcome":"([a-z-]+)"/g)].map((found) => found[1]);
      expect(new Set(outcomes).size, name).toBe(name === 'lines without anything' ? 0 : 1);
      expect(memoryMb('VmHWM') - atRest, name).toBeLessThan(ABOVE_REST_MB);
    }
    expect(await send(`${JSON.stringify(snapshotOf('D1', 1))}\n`)).toContain('"accepted"');
  } finally {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  async function send(body: ReadableStream<Uint8Array> | string): Promise<string> {
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/x-ndjson' } };
    return (await gateway.fetch('/v1/dossiers/import', init as RequestInit)).text();
  }
}, 120_000);
