import type { Fee } from '../../contracts/domain/dossier.ts';
import type { AlsoSent } from '../dossiers/compose.ts';
import { commands, type Engine, sql } from '../store/engine.ts';
import { LAND_TAX } from './channel.ts';

interface PaidItem {
  readonly dossier: string;
  readonly kind: Fee['kind'];
  readonly code: string;
  readonly amount: number;
}

/** What of a dossier's fees was paid online: the nation is shown them so, whatever the province gave. A tax is no fee of the dossier. */
export const paidOnline =
  (engine: Pick<Engine, 'all'>): AlsoSent =>
  async (codes) => {
    const paid = await engine.all<PaidItem>(
      sql(
        `select p.dossier, i.kind, i.code, i.amount from json_each(?1) v join payment p on p.dossier = v.value->>'is'
           join payment_item i on i.payment = p.id where p.state in ('paid', 'partly-refunded') and p.channel <> '${LAND_TAX.name}' order by p.id, i.place`,
        commands(codes.map((is) => ({ is }))),
      ),
    );
    return new Map(
      [...Map.groupBy(paid, ({ dossier }) => dossier)].map(([code, items]) => [
        code,
        ({ fees = [] }) => ({ fees: withPaid(fees, items) }),
      ]),
    );
  };

const dueOf = ({ kind, code }: Pick<PaidItem, 'kind' | 'code'>): string => `${kind} ${code}`;

function withPaid(fees: readonly Fee[], items: readonly PaidItem[]): Fee[] {
  const paid = new Map(items.map((item) => [dueOf(item), item]));
  const told = new Set(fees.map(dueOf));
  return [
    ...fees.map((fee): Fee => (paid.has(dueOf(fee)) ? { ...fee, paidBy: 'online' } : fee)),
    // What the province never named as a fee was paid all the same.
    ...[...paid.values()]
      .filter((item) => !told.has(dueOf(item)))
      .map(
        ({ kind, code, amount }): Fee => ({
          kind,
          code,
          name: code,
          amount: { amount, currency: 'VND' },
          paidBy: 'online',
        }),
      ),
  ];
}
