import { startLand } from '../../mocks/land-system/server.ts';
import type { LandSimulation } from '../../mocks/land-system/state.ts';
import { smallDossier } from '../kit/body.ts';
import { type KilledGateways, killedGateways, SHORT_WAITS } from './killed-gateways.ts';

/** The simulated land system, a store, and gateways that are started on it one after the other. */
export interface LandGround extends KilledGateways {
  readonly land: LandSimulation;
  /** A new dossier that is held here; the land system knows nothing of it. */
  dossier(): Promise<string>;
}

export async function landGround(): Promise<LandGround> {
  const killed = await killedGateways('land');
  const land = await startLand();
  const { settings } = land.state;
  settings.callbackUrl = `${killed.publicUrl}/callbacks/land-system`;
  // Whatever was not answered is told again, soon and for longer than a start takes.
  Object.assign(settings, { attempts: 100, retryMs: 200 });
  Object.assign(killed.env, {
    ...{ LAND_SYSTEM_URL: land.url, LAND_SYSTEM_KIND: settings.kind, LAND_SYSTEM_TIME_ZONE: 'UTC' },
    ...{ LAND_SYSTEM_SECURITY_CODE: settings.callbackSecret, LAND_SYSTEM_POLICY: SHORT_WAITS },
  });
  let dossiers = 0;
  const closeGateways = killed.close;
  const ground: LandGround = Object.assign(killed, {
    land: land.state,
    async dossier() {
      dossiers += 1;
      const code = `H02.15.04-221205-${String(dossiers).padStart(4, '0')}`;
      const { status } = await killed.gateway.json('PUT', `/v1/dossiers/${code}`, smallDossier(code, 1));
      if (status !== 202) throw new Error(`the dossier was answered ${status}`);
      return code;
    },
    async close() {
      await closeGateways();
      await land.close();
    },
  });
  await ground.start();
  return ground;
}
