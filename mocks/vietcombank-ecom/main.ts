import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startEcom } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18083' },
    seed: { type: 'string', default: '1' },
    partner: { type: 'string' },
    'notify-url': { type: 'string' },
    settings: { type: 'string', default: '{}' },
  },
});

const { partner, 'notify-url': notifyUrl } = values;
standAlone(
  await startEcom({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: {
      ...(JSON.parse(values.settings) as object),
      ...(partner === undefined ? {} : { partner }),
      ...(notifyUrl === undefined ? {} : { notifyUrl }),
    },
  }),
);
