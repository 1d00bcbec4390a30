import type { CommandKind } from '../../adapters/adapter.ts';
import type { Fee } from '../../contracts/domain/dossier.ts';
import type { Channel } from '../../contracts/domain/status.ts';
import type { Vault } from '../crypto/vault.ts';
import { enqueue } from '../delivery/statements.ts';
import { newId, type Platform } from '../platform.ts';
import { commands, type Engine, type Statement, sql } from '../store/engine.ts';
import { readContent } from './content.ts';
import { bodyRow, PORTAL, PRESENT_BODY, STREAM, SYNC_DOSSIER, streamOf } from './statements.ts';

/** What the fees of a dossier are told and paid by. */
export interface PayableDossier {
  readonly code: string;
  readonly version: number;
  readonly agency: { readonly code: string; readonly name: string };
  readonly procedure: { readonly code: string; readonly name: string };
  readonly channel: Channel;
  readonly fees: readonly Fee[];
  readonly applicant: string;
}

/** Undefined where there is no such dossier, or its content was erased. */
export async function payableDossier(
  { engine, vault }: { readonly engine: Pick<Engine, 'all'>; readonly vault: Pick<Vault, 'open'> },
  code: string,
): Promise<PayableDossier | undefined> {
  const [row] = await engine.all<{
    subject: string;
    salt: string | null;
    epoch: number;
    version: number;
    channel: Channel;
    body: string;
  }>(
    sql(
      `select d.subject, u.salt, u.epoch, d.version, d.channel, b.body from dossier d join subject u on u.id = d.subject
         join ${PRESENT_BODY} where d.code = ?1`,
      code,
    ),
  );
  if (row?.salt == null) return undefined;
  const subject = { id: row.subject, salt: row.salt, epoch: row.epoch };
  const [text] = await vault.open([
    { subject, purpose: 'dossier.body', row: bodyRow(code, row.version), sealed: row.body },
  ]);
  if (text === undefined) return undefined;
  const { agency, procedure, fees = [], applicant } = readContent(text);
  return {
    ...{ code, version: row.version, channel: row.channel, fees, applicant: applicant.name },
    agency: { code: agency.code, name: agency.name ?? agency.code },
    procedure: { code: procedure.code, name: procedure.name ?? procedure.code },
  };
}

/** A dossier that the nation is to be shown anew, and the row by whose stamp that happens. */
export interface Reshown {
  readonly code: string;
  readonly stampedRow: string;
  /** They have nothing of it any more: everything that was shown is shown again, its steps and its stage there too. */
  readonly whole?: boolean;
}

/** What is sent once more. */
export interface ShownAgain {
  /** The versions that it was prepared for, by code. The row that is stamped has to be judged by them: a newer one that comes between is shown by itself. */
  readonly unmoved: ReadonlyMap<string, number>;
  statements(token: string): readonly Statement[];
}

/**
 * For the commit of a room that knows more of a dossier than before (`alsoSent`), or that what was shown is gone: its
 * present state is sent once more.
 * Those that were erased, are not there, or were never handed to the nation are left out.
 */
export async function showAgain(
  parts: { readonly engine: Pick<Engine, 'all'>; readonly platform: Platform },
  dossiers: readonly Reshown[],
  stampedBy: { readonly table: string; readonly column: string },
  actor: string,
): Promise<ShownAgain> {
  const wanted = new Map(dossiers.map((one) => [one.code, one]));
  if (wanted.size === 0) return { unmoved: new Map(), statements: () => [] };
  const found = await parts.engine.all<{ code: string; subject: string; version: number }>(
    sql(
      `select d.code, d.subject, d.version from json_each(?1) v join dossier d on d.code = v.value->>'code'
         join subject u on u.id = d.subject and u.salt is not null join stream s on s.id = ${STREAM}`,
      commands([...wanted.keys()].map((code) => ({ code }))),
    ),
  );
  const shown = found.map((row) => ({
    ...row,
    ...{ stampedRow: wanted.get(row.code)?.stampedRow ?? '', id: newId(parts.platform, 'x') },
  }));
  const others = await shownBeside(
    parts.engine,
    dossiers.flatMap(({ code, whole }) => (whole === true ? [code] : [])),
  );
  const streams = shown.map(({ code, subject, version, stampedRow }) => ({
    ...{ stream: streamOf(subject), system: PORTAL, key: code, stampedRow, lane: `${PORTAL}/command`, version },
    ...{ count: 1 + (others.get(code)?.length ?? 0), ledBy: SYNC_DOSSIER, alreadyThere: false, settlesDoubt: false },
  }));
  const exchanges = shown.flatMap(({ id, code, subject, version }) => {
    const all = [
      { id, operation: SYNC_DOSSIER, kind: 'collapsing' as const, version, part: null },
      ...(others.get(code) ?? []).map((other) => ({ id: newId(parts.platform, 'x'), ...other })),
    ];
    return all.map((each, place) => ({
      ...each,
      ...{ stream: streamOf(subject), back: all.length - place, subject, payload: null, hash: null, actor },
    }));
  });
  return {
    unmoved: new Map(shown.map(({ code, version }) => [code, version])),
    statements: (token) =>
      shown.length === 0 ? [] : enqueue({ streams, exchanges, stampedBy, token, mayExist: true }),
  };
}

interface Beside {
  readonly operation: string;
  readonly kind: CommandKind;
  readonly version: number | null;
  readonly part: string | null;
}
/** What of these dossiers was shown beside their state, in its order, each once: steps by the version that brought them. */
async function shownBeside(engine: Pick<Engine, 'all'>, codes: readonly string[]): Promise<Map<string, Beside[]>> {
  const found = new Map<string, Beside[]>();
  if (codes.length === 0) return found;
  const rows = await engine.all<Beside & { readonly code: string }>(
    sql(
      `select d.code, x.operation, x.kind, x.version, x.part from json_each(?1) v join dossier d on d.code = v.value->>'code'
         join exchange x on x.stream = ${STREAM} and x.state = 'delivered' and x.operation <> '${SYNC_DOSSIER}'
        where x.kind = 'appended' or x.seq = (select max(y.seq) from exchange y where y.stream = x.stream and y.operation = x.operation)
        order by d.code, case when x.kind = 'collapsing' then 0 else 1 end, x.seq`,
      commands(codes.map((code) => ({ code }))),
    ),
  );
  for (const { code, operation, kind, version, part } of rows) {
    const list = found.get(code) ?? [];
    const isKnown = list.some((each) => each.operation === operation && each.part === part);
    if (!isKnown)
      found.set(code, [...list, { operation, kind, version: version === null ? null : Number(version), part }]);
  }
  return found;
}
