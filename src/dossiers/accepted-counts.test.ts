import { expect, it } from 'vitest';
import type { Acceptance, AcceptCommand } from './acceptance.ts';
import { counting } from './accepted-counts.ts';

const command = {} as AcceptCommand;

it('counts each answer once, new dossiers apart, and nothing that failed', async () => {
  const answers: (Partial<Acceptance> | Error)[] = [
    { kind: 'accepted', created: true },
    { kind: 'accepted', created: false },
    new Error('the store is gone'),
    { kind: 'unchanged' },
    { kind: 'refused' },
  ];
  const { accept, metrics } = counting(async () => {
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next as Acceptance;
  });
  const at = async (name: string, outcome?: string) =>
    (await metrics.read()).find((each) => each.name === name && each.labels.outcome === outcome)?.value;
  expect(await at('snapshots_total', 'accepted')).toBe(0);
  while (answers.length > 0) await accept(command).catch(() => undefined);
  expect(await at('dossiers_accepted_total')).toBe(1);
  for (const [outcome, n] of Object.entries({ accepted: 2, unchanged: 1, refused: 1, moved: 0, awaited: 0 }))
    expect(await at('snapshots_total', outcome), outcome).toBe(n);
});
