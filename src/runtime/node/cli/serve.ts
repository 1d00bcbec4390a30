import { readFileSync } from 'node:fs';
import { type Config, ConfigError, parseConfig } from '../../../config.ts';
import { errorFacts } from '../../../observability/log.ts';
import { definitions } from '../../systems.ts';
import { openGateway } from '../gateway.ts';
import { nodeLog } from '../logging.ts';

/** The environment of this process as a configuration. Prints every wrong variable and answers undefined. */
export function readConfig(): Config | undefined {
  try {
    return parseConfig(process.env, { systems: definitions, readFile: (path) => readFileSync(path, 'utf8') });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(
      `Cấu hình chưa đúng (wrong configuration):\n${error.wrong.map(({ variable, message }) => `  ${variable}: ${message}`).join('\n')}\n`,
    );
    return undefined;
  }
}

/** Runs the gateway until it is told to stop. Exit status 0 after a clean stop, 2 for a wrong configuration. */
export async function serve(): Promise<void> {
  const config = readConfig();
  if (config === undefined) {
    process.exitCode = 2;
    return;
  }
  const { log, flush } = nodeLog(config.logLevel);
  try {
    const gateway = await openGateway(config, {
      log,
      onFirstKey: (key) =>
        process.stderr.write(
          `\nKhóa quản trị đầu tiên, chỉ hiện một lần (first administrator key, shown once):\n  ${key}\n\n`,
        ),
    });
    process.stderr.write(`lienthong ${gateway.url}  ·  tài liệu API (documentation): ${gateway.url}/docs\n`);
    let stopping = false;
    const stop = (signal: string): void => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info('stopping', { reason: signal });
      void gateway.close().finally(() => {
        flush();
        process.exit(0);
      });
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
  } catch (error) {
    log.error('the gateway could not start', { error: errorFacts(error) });
    flush();
    process.stderr.write(
      `Không khởi động được (could not start): ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}
