import { type CallContext, completed, isFault } from '../adapter.ts';
import { inText, utf8 } from '../kit/bytes.ts';
import { traced } from '../kit/coded-answer.ts';
import { below } from '../kit/config.ts';
import { readJson } from '../kit/json.ts';
import { fromStatus } from '../kit/outcome.ts';
import { conclusionOf, createSessionKeeper, type LoginAnswer, loginFailure } from '../kit/session.ts';
import type { LandConfig } from './config.ts';
import type { Line } from './line.ts';
import { granted, grantRefused } from './wire.ts';

/** Under the bearer of a password grant (WIRE.md 3.4). */
export function sessionLine(config: LandConfig): Line {
  const keeper = createSessionKeeper({
    login: (context) => login(config, context),
    credential: () =>
      JSON.stringify([config.url, config.username, config.password, config.clientId, config.clientSecret]),
  });
  return {
    converse: async (context, speak) => conclusionOf(await keeper.converse(context, speak)),
    probe: async (context) => (await keeper.renew(context)) ?? completed('logged in'),
  };
}

/** That it lies at `/token` and takes a form is assumed. Its answer holds the token, so it is never kept. */
async function login(config: LandConfig, context: CallContext): Promise<LoginAnswer> {
  const { username, password, clientId, clientSecret } = config;
  const form = { username, password, grant_type: 'password', client_id: clientId, client_secret: clientSecret };
  const heard = await context.transport.send(
    {
      method: 'POST',
      url: below(config.url, '/token').href,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...traced(context),
      },
      body: utf8(new URLSearchParams(form).toString()),
    },
    context,
  );
  if (isFault(heard)) return loginFailure(heard);
  const reply = inText(heard);
  if (reply.status === 401 || reply.status === 403) return { kind: 'refused' };
  const byStatus = fromStatus(reply, context);
  // "Wrong password" comes under 400: taken for a failure it would be asked until the account is locked.
  if (byStatus !== undefined && reply.status === 400 && readJson(reply.body, grantRefused).ok)
    return { kind: 'refused' };
  if (byStatus !== undefined) return loginFailure(byStatus);
  const read = readJson(reply.body, granted);
  if (read.ok) return { kind: 'session', token: read.value.access_token };
  return readJson(reply.body, grantRefused).ok ? { kind: 'refused' } : loginFailure(read.failure);
}
