import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startVietcombank } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18082' },
    seed: { type: 'string', default: '1' },
    merchant: { type: 'string' },
    passcode: { type: 'string' },
    'credit-url': { type: 'string' },
    'credit-secret': { type: 'string' },
    settings: { type: 'string', default: '{}' },
  },
});

const { merchant, passcode, 'credit-url': creditUrl, 'credit-secret': creditSecret } = values;
standAlone(
  await startVietcombank({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: {
      ...(JSON.parse(values.settings) as object),
      ...(merchant === undefined ? {} : { merchant }),
      ...(passcode === undefined ? {} : { passcode }),
      ...(creditUrl === undefined ? {} : { creditUrl }),
      ...(creditSecret === undefined ? {} : { creditSecret }),
    },
  }),
);
