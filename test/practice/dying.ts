import { diesAt } from '../kit/dies-at.ts';

/** The same gateway, which kills itself at the commit that `DIE_AT` names. */
const arm = diesAt(() => process.env.DIE_AT ?? '');
await import('./main.ts');
arm();
