import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startTax } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18087' },
    seed: { type: 'string', default: '1' },
    'notice-url': { type: 'string' },
    'proof-url': { type: 'string' },
    settings: { type: 'string', default: '{}' },
  },
});

const { 'notice-url': noticeUrl, 'proof-url': proofUrl } = values;
standAlone(
  await startTax({
    port: Number(values.port),
    seed: Number(values.seed),
    settings: {
      ...(JSON.parse(values.settings) as object),
      ...(noticeUrl === undefined ? {} : { noticeUrl }),
      ...(proofUrl === undefined ? {} : { proofUrl }),
    },
  }),
);
