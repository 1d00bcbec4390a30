import { z } from 'zod';
import { epochMs, vietnamTime, vietnamTimeOrNull } from '../../contracts/domain/time.ts';
import { createdKey, type KeyView as KeyBody, keyView, newKey } from '../../contracts/v1/access.ts';
import { pageOf, pageQuery } from '../../contracts/v1/page.ts';
import { pageFrom, positionOf } from '../routes/paging.ts';
import { problem } from '../routes/problem.ts';
import { json, jsonBody, type Route, route } from '../routes/route.ts';
import type { Keys, KeyView } from './keys.ts';

const position = z.tuple([z.string()]);
const params = z.object({ id: z.string().min(1).max(60) });

const viewOf = ({ principal, ...key }: KeyView): KeyBody => ({
  id: key.id,
  principal: {
    id: principal.id,
    kind: principal.kind,
    name: principal.name,
    role: principal.role,
    account: principal.account,
  },
  hint: key.hint,
  test: key.test,
  ratePerSecond: key.ratePerSecond,
  createdAt: vietnamTime(key.createdAt),
  createdBy: key.createdBy,
  expiresAt: vietnamTimeOrNull(key.expiresAt),
  revokedAt: vietnamTimeOrNull(key.revokedAt),
});

/** Keys of systems and people: made (and shown) once, listed without the key, revoked for good. */
export const adminKeyRoutes = ({ keys }: { readonly keys: Keys }): readonly Route[] => [
  route(
    {
      method: 'post',
      path: '/v1/admin/keys',
      operationId: 'createKey',
      scope: 'admin:keys',
      idempotent: true,
      secretFields: ['key'],
      summary: 'Make a key',
      description:
        'Makes a key for a new principal, or a further one for a known principal (two live keys let a system change over without a gap). The key is shown in this answer only.',
      tags: ['administration'],
      body: jsonBody(newKey),
      responses: { 201: json(createdKey, 'The key, shown this once') },
      problems: ['not-found', 'wrong-state'],
    },
    async ({ body, principal, command }) => {
      const earlier = command.resource === undefined ? undefined : await keys.find(command.resource);
      if (earlier !== undefined) return { status: 201, body: { ...viewOf(earlier), key: null } };
      const expiresAt = body.expiresAt == null ? null : epochMs(body.expiresAt);
      const made = await keys.create({ ...body, expiresAt }, principal.id, (id) => [command.remember(id)]);
      if (made === undefined)
        return 'id' in body.principal && !(await keys.stands(body.principal.id))
          ? problem('not-found', { detail: 'there is no such principal' })
          : problem('wrong-state', {
              detail: 'the account is bound to another principal, or this one has an account already or is no person',
            });
      return { status: 201, body: { ...viewOf(made.view), key: made.key } };
    },
  ),
  route(
    {
      method: 'get',
      path: '/v1/admin/keys',
      operationId: 'listKeys',
      scope: 'admin:keys',
      summary: 'List keys',
      description: 'All keys, oldest first, revoked and expired ones too. The keys themselves are not kept.',
      tags: ['administration'],
      query: z.strictObject(pageQuery),
      responses: { 200: json(pageOf('KeyPage', keyView), 'A page of keys') },
      problems: ['invalid-cursor'],
    },
    async ({ query }) => {
      const rows = await keys.list(query.limit + 1, positionOf(query.cursor, position)?.[0]);
      return {
        status: 200,
        body: pageFrom(rows, query.limit, viewOf, (key) => [key.id]),
      };
    },
  ),
  route(
    {
      method: 'delete',
      path: '/v1/admin/keys/{id}',
      operationId: 'revokeKey',
      scope: 'admin:keys',
      summary: 'Revoke a key',
      description:
        'Ends a key for good: at once in the process that answers, within seconds in others. Revoking it again changes nothing.',
      tags: ['administration'],
      params,
      responses: { 200: json(keyView, 'The key, revoked') },
      problems: ['not-found'],
    },
    async ({ params: { id }, principal }) => {
      const view = await keys.revoke(id, principal.id);
      return view === undefined ? problem('not-found') : { status: 200, body: viewOf(view) };
    },
  ),
];
