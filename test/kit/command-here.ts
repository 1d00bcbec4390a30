import { afterEach, beforeEach, expect, vi } from 'vitest';
import { run } from '../../src/runtime/node/cli/program.ts';

/** How a command line ended, and what it wrote. */
export interface Ended {
  readonly status: number | string;
  readonly out: string;
  readonly errors: string;
}

/**
 * Runs command lines in this process, as each would end in one of its own; for a suite that calls it at its top. With
 * `key` as the caller's; without, as the environment says.
 */
export function commandsHere(): (args: readonly string[], key?: string) => Promise<Ended> {
  let [out, errors] = ['', ''];
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      errors += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return async (args, key) => {
    [out, errors] = ['', ''];
    process.exitCode = 0;
    if (key !== undefined) vi.stubEnv('LIENTHONG_KEY', key);
    await run(args);
    const status = process.exitCode;
    process.exitCode = 0;
    // No stack trace reaches a person.
    expect(errors).not.toMatch(/\n {4}at /);
    return { status, out, errors };
  };
}
