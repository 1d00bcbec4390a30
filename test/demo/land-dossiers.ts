import type { DossierSnapshot } from '../../contracts/domain/dossier.ts';
import type { SyntheticDay } from '../../mocks/year/day.ts';
import type { GatewayClient } from '../../src/runtime/node/cli/client.ts';
import { compareLand, isLandSound, type LandAccounts } from './land-accounts.ts';
import { type LandSeen, lookUp, type SlipSeen, seenOf } from './land-gateway.ts';
import { LandOffices } from './land-offices.ts';
import type { LandControls } from './land-processes.ts';
import { pushed } from './land-pushes.ts';
import { type Asked, askAbout, SEALINGS } from './land-queries.ts';
import { answerFields, landRequest, slipNumberOf, slipRequest } from './land-requests.ts';
import { type LandAsk, type LineStory, landAsks } from './land-stories.ts';

/** After this the demo no longer waits for both sides to agree, milliseconds. */
const SETTLE_LIMIT_MS = 20_000;
const LOOK_AGAIN_MS = 400;
/** After a second the gateway writes refused messages down again, milliseconds. */
const FORGED_ALONE_MS = 1_100;
/** No step of a dossier takes as long, milliseconds. */
const PATIENCE_MS = 40_000;

/** The land dossiers of a day: at the land system, at the tax department, and paid for at the national portal. */
export class DayOfLand {
  readonly asks: ReadonlyMap<string, LandAsk>;
  readonly #client: GatewayClient;
  readonly #offices: LandOffices;
  readonly #slips = new Map<string, string[]>();
  readonly #begun = new Map<string, DossierSnapshot>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #refused: string[] = [];
  readonly #asked: Asked[] = [];
  #forgedWords = 0;
  #letGo: () => void = () => {};
  readonly #late = new Promise<void>((resolve) => {
    this.#letGo = resolve;
  });

  constructor(day: SyntheticDay, client: GatewayClient, controls: LandControls) {
    this.#client = client;
    this.#offices = new LandOffices(controls);
    this.asks = new Map(landAsks(day.plans).map((ask) => [ask.dossier, ask]));
  }

  /** How many have gone to the land system. */
  get begun(): number {
    return this.#begun.size;
  }

  /** A dossier was accepted: it goes its way, once. */
  begin(dossier: DossierSnapshot): void {
    const ask = this.asks.get(dossier.code);
    if (ask === undefined || this.#begun.has(dossier.code)) return;
    this.#begun.set(dossier.code, dossier);
    this.#follow(this.#goes(ask, dossier), `${dossier.code} ${Object.values(ask.story).join(', ')}`);
  }

  /** The day is late: the second phase of what was to come late comes. */
  comeLate(): void {
    this.#letGo();
  }

  /** Somebody asks the tax department about a few, one after the other. */
  async #ask(): Promise<void> {
    const taxed = [...this.asks.values()].filter(({ story }) => story.slip !== 'none');
    const some = taxed.flatMap(({ dossier }) => this.#begun.get(dossier) ?? []);
    for (const [index, sealing] of SEALINGS.entries()) {
      const dossier = some[index];
      if (dossier !== undefined) this.#asked.push(await askAbout(this.#client, this.#offices, dossier, sealing));
    }
  }

  #follow(work: Promise<void>, what: string): void {
    const one = work.catch((error: unknown) => {
      this.#refused.push(`${what}: ${error instanceof Error ? error.message : error}`);
    });
    this.#underWay.add(one);
    void one.then(() => this.#underWay.delete(one));
  }

  async #until(code: string, what: string, so: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + PATIENCE_MS; !(await so()); ) {
      if (Date.now() > end) throw new Error(`${code}: không xảy ra (did not come about): ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  #stands(code: string, what: string, so: (land: LandSeen) => boolean): Promise<void> {
    return this.#until(code, what, async () => {
      const land = await lookUp(this.#client, code);
      return land !== undefined && so(land);
    });
  }

  async #goes(ask: LandAsk, dossier: DossierSnapshot): Promise<void> {
    const { code } = dossier;
    const { slip, push, line } = ask.story;
    await this.#client.json('POST', '/v1/land/dossiers', landRequest(dossier));
    await this.#stands(code, 'received', ({ state }) => state === 'received');
    await this.#moves(code, 'LuanChuyen', 'processing');
    if (line === 'supplemented') await this.#supplement(code);
    if (slip !== 'none') await this.#transfer(ask, dossier);
    if (line === 'tax-returned') {
      await this.#offices.tell(code, 'ThueChuyenTraHoSoDoSai');
      await this.#stands(code, 'returned as wrong', ({ timesReturnedAsWrong: times }) => times === 1);
      await this.#moves(code, 'LuanChuyen', 'processing', { LaTrangThaiChuyenLai: true });
      await this.#transfer({ ...ask, story: { ...ask.story, slip: 'good' } }, dossier, true);
    }
    if (push !== 'none') await pushed(this.#offices, ask, slipNumberOf(ask, line === 'tax-returned'));
    if (slip !== 'none') await this.#offices.tell(code, 'KetQuaThue');
    await this.#ends(code, line);
  }

  /** They tell it, and so it stands. */
  async #moves(code: string, call: string, state: LandSeen['state'], fields: object = {}): Promise<void> {
    await this.#offices.tell(code, call, fields);
    await this.#stands(code, state, (land) => land.state === state);
  }

  async #supplement(code: string): Promise<void> {
    await this.#moves(code, 'ChoBoSung', 'supplementing');
    const more = { dueAt: '2022-12-25T17:00:00+07:00', papers: [{ name: 'Trích lục', originals: 1 }] };
    await this.#client.json('POST', `/v1/land/dossiers/${encodeURIComponent(code)}/supplement`, more);
    await this.#stands(code, 'supplemented', ({ state }) => state === 'processing');
  }

  /** The slip goes to the tax department, and what follows it is answered as the story has it. */
  async #transfer(ask: LandAsk, dossier: DossierSnapshot, again = false): Promise<void> {
    const { slip } = ask.story;
    const { code } = dossier;
    const number = slipNumberOf(ask, again);
    if (slip === 'lost') await this.#offices.loseSlipReply(code);
    const { body: made } = await this.#client.json<SlipSeen>(
      'POST',
      '/v1/tax/transfer-slips',
      slipRequest(dossier, number),
    );
    this.#slips.set(code, [...(this.#slips.get(code) ?? []), made.id]);
    const look = async () => (await this.#client.json<SlipSeen>('GET', `/v1/tax/transfer-slips/${made.id}`)).body;
    if (slip === 'lost') return this.#until(code, 'uncertain', async () => (await look()).state === 'uncertain');
    await this.#until(code, 'asked', async () => {
      const { questions } = await look();
      return questions.length === 2 && questions.every(({ state }) => state === 'asked');
    });
    if (slip === 'late') await this.#late;
    const isSpoilt = slip === 'foreign-key' || slip === 'wrapped' || slip === 'unsigned' || slip === 'altered';
    const fields = {
      ...answerFields(ask.dues, number, slip === 'odd-sum' ? -1_000 : 0),
      ...(slip === 'refused' ? { ERROR_CODE: '3', ERROR_DESC: 'Sai diện tích thửa đất' } : {}),
      ...(slip === 'clock-off' ? { NGAYCHUYEN: '2022-12-02 08:00:00' } : {}),
    };
    for (const { type, guid, slip: of } of await this.#offices.messagesOf(code))
      if (type !== '10' && type !== '11' && of === number)
        await this.#offices.finish(guid, fields, isSpoilt ? slip : undefined);
    const end = slip === 'refused' ? 'refused' : 'answered';
    await this.#until(code, end, async () => (await look()).state === end);
  }

  async #ends(code: string, line: LineStory): Promise<void> {
    const path = `/v1/land/dossiers/${encodeURIComponent(code)}`;
    if (line === 'forged') await this.#forge(code);
    if (line === 'forged' || line === 'open') return;
    await this.#moves(code, 'KetThuc', 'completed');
    if (line === 'wrong-result') {
      await this.#client.json('POST', `${path}/wrong-result`, { content: 'Sai tên người sử dụng đất' });
      await this.#stands(code, 'redoing', ({ state, timesRedone }) => state === 'redoing' && timesRedone === 1);
      await this.#moves(code, 'LuanChuyen', 'processing', { LaTrangThaiChuyenLai: true });
      // By other words: the same twice in one second would be one message that came again.
      await this.#moves(code, 'KetThuc', 'completed', { GhiChu: 'Kết quả đã được làm lại' });
    }
    await this.#client.json('POST', `${path}/returned`, { returnedAt: new Date().toISOString() });
    await this.#stands(code, 'result-returned', ({ state }) => state === 'result-returned');
  }

  /** A word in the name of the land system, by nobody who may. */
  async #forge(code: string): Promise<void> {
    await fetch(`${this.#client.url}/callbacks/land-system/KetThuc?securityCode=khong-phai-ma`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ SoBienNhan: code, TrangThaiKetThuc: 0 }),
    });
    this.#forgedWords++;
  }

  /** One forged message more of each kind, alone: of many in a second the gateway merely counts some until the next. */
  async #forgeLast(): Promise<void> {
    const [code] = this.#begun.keys();
    if (code === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, FORGED_ALONE_MS));
    await this.#forge(code);
    await this.#offices.notice(code, [], { forged: true });
  }

  /** Waits for what is under way, and compares until both sides agree or the time is over. */
  async settle(signal: AbortSignal): Promise<LandAccounts> {
    this.comeLate();
    this.#follow(this.#ask(), 'hỏi thẳng (asked)');
    const deadline = Date.now() + SETTLE_LIMIT_MS;
    await Promise.race([
      Promise.all(this.#underWay),
      new Promise((resolve) => setTimeout(resolve, SETTLE_LIMIT_MS).unref()),
    ]);
    if (this.#underWay.size > 0) this.#refused.push(`còn dở (still under way): ${this.#underWay.size}`);
    await this.#forgeLast();
    const asks = [...this.asks.values()].filter(({ dossier }) => this.#begun.has(dossier));
    for (;;) {
      const accounts = compareLand({
        ...{ asks, refused: this.#refused, asked: this.#asked, forgedWords: this.#forgedWords },
        seen: await seenOf(this.#client, asks, this.#slips),
        books: await this.#offices.books(),
      });
      if (isLandSound(accounts) || Date.now() > deadline) return accounts;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      signal.throwIfAborted();
    }
  }
}
