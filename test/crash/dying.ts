import { readFileSync } from 'node:fs';
import { diesAt } from '../kit/dies-at.ts';

/** `lienthong serve`, which kills itself at the commit that the file `DIE_FILE` names while it stands there. */
const file = process.env.DIE_FILE ?? '';
const arm = diesAt(() => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
});
const { serve } = await import('../../src/runtime/node/cli/actions/serve.ts');
await serve();
arm();
