import { isCode } from '../../contracts/domain/codes.ts';
import type { Drift, InboundMessage, InboundRequest, Tell } from '../adapter.ts';
import { drift } from '../adapter.ts';
import { textOf } from '../kit/bytes.ts';
import { canonicalJson, digestOf, kindOf, parsedJson, readJson } from '../kit/json.ts';
import { fromNationalTime, fromSlashedTime } from '../kit/national-time.ts';
import { jsonReply } from '../kit/reply.ts';
import { plain } from '../kit/text.ts';
import { channelFromCode, statusFromCode } from './codes.ts';
import type { PortalConfig } from './config.ts';
import { pushedDossier } from './wire.ts';

/** A dossier born on the portal, in our words as far as it says them; `content` is all of it as it came. */
export interface NationalDossier {
  readonly nationalCode: string;
  readonly isUpdate: boolean;
  readonly procedure?: { readonly code: string; readonly name?: string };
  readonly agency?: { readonly code: string; readonly name?: string };
  readonly applicant?: { readonly name: string };
  readonly nationalAccountId?: string;
  readonly channel?: string;
  readonly status?: string;
  readonly summary?: string;
  readonly submittedAt?: string;
  readonly content: Readonly<Record<string, unknown>>;
}

const MAXIMUM_BYTES = 20 * 1024 * 1024;
const LONGEST_CODE = 100;
/** UTF-16 units of a code before it is composed and trimmed. */
const LONGEST_GIVEN = 10 * LONGEST_CODE;
const CODE_FOR = { stored: 0, duplicate: 1, refused: -1, failed: -1 } as const;
const WORDS_FOR = {
  stored: 'Thành công',
  duplicate: 'Hồ sơ đã được tiếp nhận trước đó',
  refused: 'Không được phép',
  failed: 'Không tiếp nhận được hồ sơ',
} as const;

/**
 * `nhanhsdvcqg`: the portal hands over a dossier that was submitted there (WIRE.md 1.9). It carries no signature, so
 * the peer's address is what is verified. The content that the newest message of its code had is a duplicate; any other
 * is news, also one that was handed over earlier and has been changed since.
 */
export function receiveDossier(config: PortalConfig): Tell {
  return {
    kind: 'tell',
    methods: ['POST'],
    path: 'nhanhsdvcqg',
    verifier: { kind: 'peer', allow: config.allow },
    maximumBytes: MAXIMUM_BYTES,
    parse,
    // Their client reads the code in the body; only a stranger is told by status as well.
    reply: (result) =>
      jsonReply({ error_code: CODE_FOR[result], message: WORDS_FOR[result] }, result === 'refused' ? 403 : 200),
  };
}

async function parse(request: InboundRequest): Promise<InboundMessage | Drift> {
  const read = readJson(textOf(request.body), pushedDossier);
  if (!read.ok) return read.failure.kind === 'drift' ? read.failure : drift('', 'JSON', 'unreadable');
  const content = contentOf(read.value.data);
  if (content === undefined) return drift('/data', 'one dossier', shapeOf(read.value.data));
  const given = content.MaHoSo;
  if (typeof given === 'string' && given.length > LONGEST_GIVEN)
    return drift('/data/MaHoSo', `at most ${LONGEST_CODE} characters`, 'longer');
  const code = typeof given === 'string' ? plain(given) : '';
  if (code === '') return drift('/data/MaHoSo', 'string', kindOf(given));
  if (code.length > LONGEST_CODE) return drift('/data/MaHoSo', `at most ${LONGEST_CODE} characters`, 'longer');
  // It stands in the clear wherever the dossier is named.
  if (!isCode(code)) return drift('/data/MaHoSo', 'a code', 'another text');
  const isUpdate = String(read.value.isUpdating ?? '').toLowerCase() === 'true';
  return {
    dedupeKey: digestOf(canonicalJson(content)),
    type: 'national-dossier',
    ref: code,
    data: nationalDossier(code, isUpdate, content),
  };
}

/** Words for what stands in place of one dossier. */
const shapeOf = (data: unknown): string => (Array.isArray(data) ? `a list of ${data.length}` : kindOf(data));

/** One object; also as a list of one, or as JSON inside a text, as some adapters in between pass it on. */
function contentOf(data: unknown): Record<string, unknown> | undefined {
  if (typeof data === 'string') {
    const parsed = parsedJson(data);
    return parsed.ok ? contentOf(parsed.value) : undefined;
  }
  if (Array.isArray(data)) return data.length === 1 ? contentOf(data[0]) : undefined;
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : undefined;
}

function nationalDossier(
  nationalCode: string,
  isUpdate: boolean,
  content: Readonly<Record<string, unknown>>,
): NationalDossier {
  const text = (...keys: readonly string[]): string | undefined => {
    for (const key of keys) {
      const value = content[key];
      const said = typeof value === 'string' ? plain(value) : typeof value === 'number' ? String(value) : '';
      if (said !== '') return said;
    }
    return undefined;
  };
  const named = (code: string | undefined, name: string | undefined) =>
    code === undefined ? undefined : { code, ...optional('name', name) };
  const submitted = text('NgayNopHoSo', 'NgayTiepNhan');
  return {
    nationalCode,
    isUpdate,
    ...optional('procedure', named(text('MaTTHC'), text('TenTTHC'))),
    ...optional('agency', named(text('MaDonVi', 'MaCoQuanThucHien'), text('DonViXuLy', 'TenDonVi'))),
    ...optional('applicant', ((name) => (name === undefined ? undefined : { name }))(text('ChuHoSo', 'TenThuongNhan'))),
    ...optional('nationalAccountId', text('MaDoiTuong')),
    ...optional('channel', channelFromCode(text('KenhThucHien') ?? '')),
    ...optional('status', statusFromCode(text('TrangThaiHoSo') ?? '')),
    ...optional('summary', text('TrichYeuHoSo')),
    ...optional('submittedAt', submitted && (fromNationalTime(submitted) ?? fromSlashedTime(submitted))),
    content,
  };
}

function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [K in Key]?: Value });
}
