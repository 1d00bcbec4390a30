import { parseArgs } from 'node:util';
import { standAlone } from '../kit/stand-alone.ts';
import { startPortal } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '18080' },
    seed: { type: 'string', default: '1' },
    username: { type: 'string' },
    password: { type: 'string' },
    unit: { type: 'string' },
    dstcode: { type: 'string' },
    settings: { type: 'string', default: '{}' },
  },
});

const { username, password, unit, dstcode } = values;
const portal = await startPortal({
  port: Number(values.port),
  seed: Number(values.seed),
  settings: {
    ...(JSON.parse(values.settings) as object),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(unit === undefined ? {} : { unit }),
    ...(dstcode === undefined ? {} : { dstcode }),
  },
});
standAlone(portal);
