import { expect, test } from 'vitest';
import { seededRandom } from '../../mocks/kit/random.ts';
import { type GatewayProcess, until } from '../kit/gateway-process.ts';
import { type PracticeGround, postUnder, practiceGround } from '../kit/practice.ts';
import type { PaymentView } from '../practice/room/payments.ts';
import type { RegistrationView } from '../practice/room/registrations.ts';
import { journalVerdict } from './journal.ts';
import { leftOpen } from './witness.ts';

/** `CRASH_SEED` repeats a run, `CRASH_KILLS` makes it longer. */
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 1_000_000));
const kills = Number(process.env.CRASH_KILLS ?? 30);
const WORKERS = 12;

type View = Pick<PaymentView, 'id' | 'reference' | 'number'> & { readonly state: string };
/** One act as its caller knows it: a key, and whatever it was ever answered. */
interface Wanted {
  readonly path: string;
  readonly key: string;
  readonly body: object;
  readonly seen: Map<string, string>;
  result: View | undefined;
}

/** What the callers do, one act after the other each, under the same key until it is settled. */
class Callers {
  readonly wanted: Wanted[] = [];
  gateway: GatewayProcess | undefined;
  lost = 0;
  readonly #random = seededRandom(seed + 1);
  #stopped = false;
  readonly #workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(worker));

  async #work(worker: number): Promise<void> {
    // Each worker has permits of its own: another act for the same one is refused, and would be waited for in vain.
    for (let n = 0; !this.#stopped; n++) {
      const permit = `GP.${String(worker * 800 + n).padStart(4, '0')}`;
      const pays = this.#random.chance(0.6);
      const wanted: Wanted = {
        path: pays ? '/v1/practice/payments' : '/v1/practice/registrations',
        key: `w${worker}-${n}`,
        body: pays ? { permit, amountVnd: 8000 } : { permit, holder: { name: 'Nguyễn Văn Mẫu' } },
        seen: new Map(),
        result: undefined,
      };
      this.wanted.push(wanted);
      while (!this.#stopped && !(await this.ask(wanted))) await pause(10);
    }
  }

  /** True when it is settled, or will be by itself. */
  async ask(wanted: Wanted): Promise<boolean> {
    const { gateway } = this;
    if (gateway === undefined) return false;
    const answer = await postUnder<View>(gateway, wanted.path, wanted.key, wanted.body);
    if (answer === undefined) this.lost += 1;
    if (answer === undefined || answer.status === 409 || answer.status >= 500) return false;
    expect([200, 201, 202]).toContain(answer.status);
    wanted.seen.set(answer.body.reference, answer.body.id);
    if (answer.status === 201) wanted.result = answer.body;
    return answer.status === 201 || wanted.path.endsWith('registrations');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function run(ground: PracticeGround) {
  const { state } = ground.bureau;
  state.settings.doneAfterMs = 300;
  for (const service of ['open-page', 'submit']) {
    state.addFault({ kind: 'delay', ms: 2, jitterMs: 40, match: { service } });
    state.addFault({ kind: 'lose-reply', as: 'reset', probability: 0.05, match: { service } });
    state.addFault({ kind: 'lose-reply', as: 'status', status: 502, probability: 0.02, match: { service } });
    state.addFault({
      kind: 'process-late',
      afterMs: 300,
      answer: 'status',
      status: 504,
      probability: 0.02,
      match: { service },
    });
    state.addFault({ kind: 'reset-before-acting', probability: 0.03, match: { service } });
  }
  state.addFault({ kind: 'status', status: 503, retryAfter: 1, probability: 0.02 });
  state.addFault({ kind: 'expire-session', probability: 0.01 });
  const random = seededRandom(seed);
  const callers = new Callers();
  const struck = { underWay: 0, acted: 0 };
  for (let n = 0; n < kills; n++) {
    const gateway = await ground.start();
    callers.gateway = gateway;
    await pause(random.next() * 350);
    const before = state.counters.pagesOpened + state.counters.submissions;
    if (random.chance(0.5))
      await until(
        'something takes effect',
        () => state.counters.pagesOpened + state.counters.submissions > before || undefined,
        {
          everyMs: 1,
          withinMs: 2_000,
        },
      ).catch(() => undefined);
    if (state.counters.openNow > 0) struck.underWay += 1;
    if (state.counters.pagesOpened + state.counters.submissions > before) struck.acted += 1;
    gateway.signal('SIGKILL');
    callers.gateway = undefined;
    expect(await gateway.ended).toMatchObject({ signal: 'SIGKILL' });
  }
  state.clearFaults();
  const gateway = await ground.start();
  callers.gateway = gateway;
  await pause(500);
  await callers.stop();
  return { gateway, callers, struck };
}

test(`I1 I2: ${kills} kills with ${WORKERS} acts under way: never two effects, never a lost result (CRASH_SEED=${seed})`, {
  timeout: 100_000 + kills * 2_500,
}, async () => {
  const ground = await practiceGround(seed);
  try {
    const { gateway, callers, struck } = await run(ground);
    const { state } = ground.bureau;
    // Every act that was ever begun comes to its end under its own key.
    for (const wanted of callers.wanted)
      await until(`${wanted.path} under ${wanted.key} is settled`, async () => {
        if (!(await callers.ask(wanted))) return undefined;
        if (wanted.path.endsWith('payments')) return true;
        const id = [...wanted.seen.values()].at(-1);
        const view = (await (await gateway.fetch(`/v1/practice/registrations/${id}`)).json()) as RegistrationView;
        if (view.state === 'registered') wanted.result = view;
        return ['registered', 'refused', 'lapsed'].includes(view.state) || undefined;
      });
    const results = callers.wanted.filter(({ result }) => result !== undefined);
    process.stdout.write(
      `acts under load with CRASH_SEED=${seed}: ${JSON.stringify({
        ...{ kills, acts: callers.wanted.length, results: results.length, answersLost: callers.lost, struck },
        ...{ effects: state.effects.size, faults: state.faults.counts() },
      })}\n`,
    );
    expect([...state.effects].filter(([, count]) => count > 1)).toEqual([]);
    // What a caller was told is what the bureau has, and nothing that took effect is without a caller who was told.
    for (const { result, path } of results) {
      const theirs = path.endsWith('payments')
        ? state.pages.find(({ ref }) => ref === result?.reference)?.number
        : [...state.tickets.values()].find(({ ref }) => ref === result?.reference)?.ticket.replace('T-', 'GP-');
      expect([result?.reference, result?.number]).toEqual([result?.reference, theirs]);
    }
    const told = new Set(results.map(({ result }) => result?.reference));
    expect([...state.effects.keys()].filter((ref) => !told.has(ref))).toEqual([]);
    expect(struck.underWay).toBeGreaterThan(0);
    expect(struck.acted).toBeGreaterThan(0);
    expect(callers.lost).toBeGreaterThan(kills / 2);

    expect(await gateway.stop()).toMatchObject({ code: 0 });
    expect(leftOpen(ground.databaseFile)).toMatchObject({ streamsHeld: 0, sending: 0, openCalls: 0, uncertain: 0 });
    expect(await journalVerdict(ground.databaseFile, ground.masterKey)).toMatchObject({ ok: true });
  } finally {
    await ground.close();
  }
});
