import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshKeys, startGateway } from './gateway-process.ts';

/** A process writes what it compiled when it ends in order: one does so before the first that is killed. */
export async function setup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-compile-'));
  try {
    const gateway = await startGateway({ databaseFile: join(folder, 'lienthong.db'), keys: freshKeys() });
    await gateway.stop();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
