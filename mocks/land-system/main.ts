import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startLand } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18088' },
    kind: { type: 'string', default: 'vbdlis' },
    'callback-url': { type: 'string', default: '' },
    seed: { type: 'string', default: '1' },
    settings: { type: 'string', default: '{}' },
  },
});

const kind = values.kind === 'ilis' ? 'ilis' : 'vbdlis';

standAlone(
  await startLand({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: { kind, callbackUrl: values['callback-url'], ...(JSON.parse(values.settings) as object) },
  }),
);
