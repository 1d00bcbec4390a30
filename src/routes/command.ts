import type { Log } from '../observability/log.ts';
import { errorFacts } from '../observability/log.ts';
import type { Idempotency, Run, StoredAnswer } from './idempotency.ts';
import { isProblem, type Problem, problem } from './problem.ts';
import { statusOf } from './respond.ts';
import type { AnyAnswer, AnyCall, CommandRun, Route } from './route.ts';

/** A call whose run is still to be set. */
type OpenCall = Omit<AnyCall, 'command'> & { command: CommandRun | undefined };

/**
 * Runs a command once per principal, route and key. Success and business errors are kept for a day; what failed on our
 * side is not, so that the same key may be tried again. A secret in the answer is kept and repeated as null.
 */
export async function runOnce(
  route: Route,
  call: OpenCall,
  shell: { readonly idempotency: Idempotency; readonly log: Log },
): Promise<AnyAnswer> {
  const { contract } = route;
  const key = call.header('idempotency-key');
  if (call.principal === undefined || key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key))
    return problem('idempotency-key-required', {
      errors: [
        { in: 'header', pointer: '/Idempotency-Key', message: 'is required: 1 to 255 visible ASCII characters' },
      ],
    });
  const begun = await shell.idempotency.begin(
    { principal: call.principal.id, route: contract.operationId, key },
    JSON.stringify([call.params, call.query, call.body]),
  );
  if (begun.kind === 'running') return problem('still-running', { headers: { 'retry-after': '2' } });
  if (begun.kind === 'mismatch') return problem('idempotency-mismatch');
  if (begun.kind === 'stored') return restored(begun.stored);
  if (begun.kind === 'act') {
    const remember = () => {
      throw new Error(`${contract.operationId}: an act is bound to its key by the commit that begins it`);
    };
    call.command = { resource: begun.held.resource, remember, act: { key: begun.key, held: begun.held } };
    return route.handle(call as AnyCall);
  }

  const { run } = begun;
  let remembered = run.resource !== undefined;
  call.command = {
    resource: run.resource,
    remember: (resource, only) => {
      remembered = true;
      return run.remember(resource, only);
    },
    act: { key: run.key, held: undefined },
  };
  let answer: AnyAnswer;
  try {
    answer = await route.handle(call as AnyCall);
  } catch (error) {
    await settle(run.release(), shell.log, call);
    throw error;
  }
  const status = statusOf(answer);
  // What is not known yet is never stored: the same key is answered about what was made, as it stands then.
  const open = status === 202 && remembered && !isProblem(answer) && answer.headers?.location !== undefined;
  // Nor is it that others were quicker: the same key tries again. Of a key that an act was bound to nothing changes.
  const undone = isProblem(answer) && answer.problem === 'still-running';
  if (status >= 500 || open || undone) await settle(run.release(), shell.log, call);
  else await settle(keep(run, status, answer, contract.secretFields), shell.log, call);
  return answer;
}

/** The command has had its effect whatever becomes of its key: a key that cannot be written now frees itself later. */
async function settle(work: Promise<void>, log: Log, call: { readonly requestId: string }): Promise<void> {
  try {
    await work;
  } catch (error) {
    log.warn('an idempotency key could not be settled', { requestId: call.requestId, error: errorFacts(error) });
  }
}

function keep(run: Run, status: number, answer: AnyAnswer, secrets: readonly string[] = []): Promise<void> {
  if (isProblem(answer)) return run.finish({ status, answer: JSON.stringify({ problem: answer }) });
  const body =
    secrets.length > 0 && typeof answer.body === 'object' && answer.body !== null
      ? { ...answer.body, ...Object.fromEntries(secrets.map((name) => [name, null])) }
      : answer.body;
  return run.finish({ status, answer: JSON.stringify({ body, text: answer.text, headers: answer.headers }) });
}

function restored(stored: StoredAnswer): AnyAnswer {
  const kept = JSON.parse(stored.answer) as { readonly problem?: Problem } & Omit<
    Exclude<AnyAnswer, Problem>,
    'status'
  >;
  const repeated = { 'idempotency-replayed': 'true' };
  if (kept.problem !== undefined) return { ...kept.problem, headers: { ...kept.problem.headers, ...repeated } };
  return { ...kept, status: stored.status, headers: { ...kept.headers, ...repeated } };
}
