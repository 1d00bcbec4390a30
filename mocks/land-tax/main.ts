import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startLandTax } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18086' },
    seed: { type: 'string', default: '1' },
    settings: { type: 'string', default: '{}' },
  },
});

standAlone(
  await startLandTax({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: JSON.parse(values.settings) as object,
  }),
);
