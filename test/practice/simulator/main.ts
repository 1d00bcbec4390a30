import { parseArgs } from 'node:util';
import { startPractice } from './server.ts';

/** `--port 0 --seed 1 --settings JSON`; prints where it is, and goes at SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    settings: { type: 'string', default: '{}' },
  },
});

const bureau = await startPractice({
  port: Number(values.port),
  seed: Number(values.seed),
  settings: JSON.parse(values.settings) as object,
});
process.stdout.write(`${JSON.stringify({ url: bureau.url, controlUrl: bureau.controlUrl, port: bureau.port })}\n`);

const stop = (): void => void bureau.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
