import { VIETNAM_OFFSET_MS } from '../../contracts/domain/time.ts';
import type { LandTaxAsk, TransferSlip } from '../../contracts/domain/transfer-slip.ts';
import { plain } from '../kit/text.ts';
import { xmlText } from '../kit/xml.ts';
import type { LandTaxConfig } from './config.ts';
import { ASK_TYPE, GROUPS, NAMESPACE, SLIP_TYPE } from './wire.ts';

export interface Message {
  readonly type: string;
  /** Not yet signed. */
  readonly xml: string;
}

export function slipMessage(config: LandTaxConfig, slip: TransferSlip): Message {
  const { content } = slip;
  const { landUser, parcel, house, transfer, exemption } = GROUPS;
  const type = SLIP_TYPE[slip.occasion];
  const row = [
    system(type, slip.id, ''),
    group('TT_CHUNG', {
      ...common(slip),
      NGAY_DUYET: localTime(slip.approvedAt),
      NGUOI_DUYET: slip.approvedBy,
      LOAI_DENGHI: null,
      LOAI_HOSO: null,
      DK_GHINO_NVTC: slip.deferDebt ? '1' : '0',
      TT_NO_NVTC: null,
      TT_SOHUU: null,
      HSPL_VEDAT: null,
      THOIDIEM_NOPHS: null,
      SO_GCN_QSD: null,
      NGAYCAP_GCN: null,
      NOI_CAP_GCN: null,
    }),
    group(landUser.name, named(landUser.fields, content.landUser)),
    group(parcel.name, named(parcel.fields, content.parcel)),
    group(house.name, named(house.fields, content.house)),
    group(transfer.name, {
      ...named<keyof typeof transfer.fields>(transfer.fields, content.transfer),
      ...named(transfer.from, content.transfer?.from ?? null),
    }),
    group(exemption.name, named(exemption.fields, content.exemption)),
    group('NVTC', {}),
  ];
  return { type, xml: documentOf(config, type, row) };
}

export function askMessage(config: LandTaxConfig, ask: LandTaxAsk): Message {
  const type = ASK_TYPE[ask.question];
  const row = [system(type, ask.id, ask.slipId), group('TT_CHUNG', common(ask))];
  return { type, xml: documentOf(config, type, row) };
}

type Values = Readonly<Record<string, string | number | null>>;

/** The header is theirs to complete: MESSAGE_CODE is the GUID that the gateway gives. */
const documentOf = ({ sender }: LandTaxConfig, type: string, row: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?><DATA xmlns="${NAMESPACE}">${group('HEADER', {
    MESSAGE_CODE: null,
    MESSAGE_TYPE: type,
    SENDER_CODE: sender,
  })}<BODY id="body"><ROW>${row.join('')}</ROW></BODY><SECURITY/></DATA>`;

const system = (type: string, id: string, refersTo: string): string =>
  group('SYSTEM_INFO', { MSG_TYPE: type, SEQ_ID: id, SEQ_REFID: refersTo });

const common = (said: Pick<TransferSlip, 'dossierCode' | 'certificateNumber' | 'slipNumber'>): Values => ({
  MA_HS: said.dossierCode,
  MA_GCN: said.certificateNumber,
  SO_PHIEU: said.slipNumber,
});

const group = (name: string, values: Values): string => {
  const fields = Object.entries(values).map(([field, value]) => `<${field}>${xmlText(textOf(value))}</${field}>`);
  return fields.length === 0 ? `<${name}/>` : `<${name}>${fields.join('')}</${name}>`;
};
const textOf = (value: string | number | null): string => plain(value === null ? '' : String(value));

/** Their fields for ours; none for a group that does not concern the dossier. */
function named<Field extends string>(
  fields: Readonly<Record<Field, string>>,
  values: { readonly [Each in Field]: string | number | null } | null,
): Values {
  if (values === null) return {};
  return Object.fromEntries(Object.entries<string>(fields).map(([ours, theirs]) => [theirs, values[ours as Field]]));
}

/** `yyyy-MM-dd HH:mm:ss` in Vietnam, as NGAYCHUYEN is written; "" for what is no time. */
export function localTime(instant: string): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return '';
  return new Date(ms + VIETNAM_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}
