import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startPlatform } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18081' },
    seed: { type: 'string', default: '1' },
    partner: { type: 'string' },
    secret: { type: 'string' },
    'return-url': { type: 'string' },
    'notify-url': { type: 'string' },
    'lookup-url': { type: 'string' },
    settings: { type: 'string', default: '{}' },
  },
});

const { partner, secret, 'return-url': returnUrl, 'notify-url': notifyUrl, 'lookup-url': lookupUrl } = values;
standAlone(
  await startPlatform({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: {
      ...(JSON.parse(values.settings) as object),
      ...(partner === undefined ? {} : { partner }),
      ...(secret === undefined ? {} : { secret }),
      ...(returnUrl === undefined ? {} : { returnUrl }),
      ...(notifyUrl === undefined ? {} : { notifyUrl }),
      ...(lookupUrl === undefined ? {} : { lookupUrl }),
    },
  }),
);
