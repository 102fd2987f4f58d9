import type { DataOf } from '../../core/events/definition.ts';
import type { AdjustmentBooked } from '../../core/events/market.ts';
import type { IncidentDetail } from '../../core/views.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const ADJUSTMENTS_MAX = 10_000;

/** Credits made by hand that were not taken back yet. */
export class AdjustmentsView implements View {
  readonly #open = new Map<
    string,
    { readonly data: DataOf<typeof AdjustmentBooked>; readonly shard: number }
  >();

  take({ event, position }: Seen): readonly Shown[] {
    if (event.type !== 'AdjustmentBooked' || position.topic !== 'market.v1') return nothing();
    const { data } = event;
    if (data.reverses !== null) this.#open.delete(data.reverses);
    else if (data.amountMinor > 0n)
      this.#open.set(data.adjustment, { data, shard: position.partition });
    const [oldest] = this.#open.keys();
    if (this.#open.size > ADJUSTMENTS_MAX && oldest !== undefined) this.#open.delete(oldest);
    return ['incidents'];
  }

  /** Those without ticket or approver, of one operator or of one asset. */
  unapproved(of: {
    readonly operator?: string;
    readonly asset?: string;
  }): IncidentDetail['reversible'] {
    return [...this.#open.values()]
      .filter(({ data }) => data.ticket === null || data.approver === null)
      .filter(({ data }) => of.operator === undefined || data.operator === of.operator)
      .filter(({ data }) => of.asset === undefined || data.asset === of.asset)
      .map(({ data, shard }) => ({
        adjustment: data.adjustment,
        account: data.account,
        asset: data.asset,
        amountMinor: data.amountMinor.toString(),
        shard,
      }));
  }
}
