import type { AssetSpec, ClientRight, MarketSpec, StaffRight } from '../../core/events/acts.ts';
import { formatMinor } from '../../core/money.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

export interface StaffMember {
  readonly staff: string;
  readonly rights: readonly StaffRight[];
  readonly mail: string;
}

/** What is listed and who may act, as the controls say. */
export class ReferenceView implements View {
  readonly assets = new Map<string, AssetSpec>();
  readonly markets = new Map<string, MarketSpec>();
  readonly staff = new Map<string, StaffMember>();
  readonly clients = new Map<string, readonly ClientRight[]>();

  take({ event, position }: Seen): readonly Shown[] {
    if (position.topic !== 'controls.v1' || event.type !== 'ControlApplied') return nothing();
    const { act } = event.data;
    if (act.kind === 'list-asset') this.assets.set(act.asset.asset, act.asset);
    if (act.kind === 'list-market') this.markets.set(act.market.market, act.market);
    if (act.kind === 'change-staff') {
      this.staff.set(act.staff, { staff: act.staff, rights: act.rights, mail: act.mail });
    }
    if (act.kind === 'change-client') this.clients.set(act.client, act.rights);
    return nothing();
  }

  amount(of: { readonly asset: string; readonly amountMinor: bigint }): string {
    return formatMinor(of.amountMinor, this.assets.get(of.asset)?.decimals ?? 0);
  }

  price(of: { readonly market: string; readonly priceTicks: number }): string {
    const ticksPerUnit = this.markets.get(of.market)?.ticksPerUnit ?? 1;
    const digits = String(ticksPerUnit).length - 1;
    return formatMinor(BigInt(of.priceTicks), digits);
  }

  quantity(of: { readonly market: string; readonly lots: number }): string {
    const market = this.markets.get(of.market);
    if (market === undefined) return String(of.lots);
    return this.amount({ asset: market.base, amountMinor: BigInt(of.lots) * market.lotMinor });
  }
}
