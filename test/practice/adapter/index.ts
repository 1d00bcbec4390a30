import { type Adapter, type AdapterDefinition, completed } from '../../../adapters/adapter.ts';
import { createBureau } from './bureau.ts';
import { lookAt, owed, ticketDone } from './callbacks.ts';
import { type PracticeConfig, practiceConfig } from './config.ts';
import { fetchResults } from './fetch-results.ts';
import { lookupPermit } from './lookup-permit.ts';
import { openPage } from './open-page.ts';
import { lanes } from './policy.ts';
import { submit } from './submit.ts';

const title = { vi: 'Phòng giấy phép thực hành', en: 'Practice bureau' };

/** An invented bureau of permits: the worked example of how a system is connected. */
export const practice: AdapterDefinition<PracticeConfig> = {
  system: 'practice',
  title,
  envPrefix: 'PRACTICE',
  config: practiceConfig,
  secrets: ['USERNAME', 'PASSWORD', 'SIGNING_KEY'],
  create: createPractice,
};

function createPractice(config: PracticeConfig): Adapter {
  const bureau = createBureau(config);
  return {
    system: 'practice',
    title,
    assumed: ['All of it: the bureau is invented'],
    queries: { 'lookup-permit': lookupPermit(bureau), 'fetch-results': fetchResults(bureau) },
    commands: { 'open-page': openPage(bureau), submit: submit(bureau) },
    callbacks: [ticketDone(config), owed(config), lookAt()],
    lanes,
    probe: async (context) => (await bureau.login(context)) ?? completed('logged in'),
  };
}
