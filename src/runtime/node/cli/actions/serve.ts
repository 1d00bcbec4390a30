import { setFlagsFromString } from 'node:v8';
import { errorFacts, type Log } from '../../../../observability/log.ts';
import { type Gateway, type GatewayOptions, openGateway } from '../../gateway.ts';
import { nodeLog } from '../../logging.ts';
import { explain, FAILED, wrongUse } from '../failure.ts';
import { complain } from '../output.ts';
import { wholeConfig } from '../settings.ts';

/**
 * Runs the gateway until it is told to stop. Exit status 0 after a clean stop, 2 for a wrong configuration. `more` are
 * adapters and rooms besides those of the product.
 */
export async function serve(more: Pick<GatewayOptions, 'systems' | 'rooms'> = {}): Promise<void> {
  await start(more).catch(couldNotStart);
}

function couldNotStart(error: unknown): void {
  const { text, status } = explain(error);
  complain(`Không khởi động được (could not start). ${text}`);
  process.exitCode = status;
}

/**
 * Percent that the heap may grow over what is alive before old garbage is collected: V8's own, up to 300 on a machine with
 * much memory, made imports hold a hundred megabytes more.
 */
const HEAP_GROWING_PERCENT = 30;

async function start(more: Pick<GatewayOptions, 'systems' | 'rooms'>): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
  let log: Log | undefined;
  const config = await wholeConfig(
    (variable, problem) =>
      problem === undefined
        ? log?.info('a secret was read again: its file has changed', { reason: variable })
        : log?.warn('a secret was not read again, the last one stays in use', { reason: `${variable} ${problem}` }),
    more,
  );
  if (config.masterKey === undefined)
    throw wrongUse(
      'Thiếu MASTER_KEY: base64 của 32 byte ngẫu nhiên, ví dụ từ `openssl rand -base64 32`; giữ tách khỏi kho dữ liệu',
      'MASTER_KEY is missing: base64 of 32 random bytes; keep it apart from the store',
    );
  const { log: lines, flush } = nodeLog(config.logLevel);
  log = lines;
  let gateway: Gateway | undefined;
  let stopping = false;
  const end = async (): Promise<never> => {
    await gateway?.close().catch((error: unknown) => lines.error('stopping failed', { error: errorFacts(error) }));
    flush();
    process.exit(0);
  };
  // From the first moment, so that one who stops it while it starts finds everything closed as well; twice ends it at once.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (stopping) process.exit(FAILED);
      stopping = true;
      lines.info('stopping', { reason: signal });
      if (gateway !== undefined) void end();
    });
  try {
    gateway = await openGateway(config, {
      ...more,
      log: lines,
      onFirstKey: (key) =>
        complain(`\nKhóa quản trị đầu tiên, chỉ hiện một lần (first administrator key, shown once):\n  ${key}\n`),
    });
    if (stopping) await end();
    complain(`lienthong ${gateway.url}  ·  tài liệu API (documentation): ${gateway.url}/docs`);
  } catch (error) {
    // What a person mends on the machine is said in one sentence; where in the code it was met helps nobody.
    const { at: _at, cause: _cause, ...facts } = errorFacts(error);
    lines.error('the gateway could not start', { error: explain(error).unexpected ? errorFacts(error) : facts });
    flush();
    couldNotStart(error);
  }
}
