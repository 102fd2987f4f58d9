import type { Act } from '../core/events/acts.ts';
import {
  AdjustBalance,
  CancelOrder,
  CreditDeposit,
  DebitWithdrawal,
  HoldWithdrawal,
  PlaceOrder,
  ReleaseHold,
  ReplaceOrder,
  SettleWithdrawal,
  type WithdrawalRequest,
} from '../core/events/commands.ts';
import type { DataOf, EventDefinition, VigilEvent } from '../core/events/definition.ts';
import { entity } from '../core/entities.ts';
import { ControlApplied, TickPassed } from '../core/events/every.ts';
import { decodeEvent, encodeEvent, type AnyEvent } from '../core/events/registry.ts';
import { laneOf, type Fold, type FoldInstance } from '../core/fold.ts';
import { KeyedState } from '../core/fold-state.ts';
import type { Writer } from '../core/frame.ts';
import { digestOf } from '../core/ids.ts';
import { stringifyJson } from '../core/codec.ts';
import { partitionCounts, type Topic } from '../core/topics.ts';
import { exchangeFold } from './exchange-fold.ts';
import { settlementFold } from './settlement/settlement-fold.ts';

const COUNTS = partitionCounts({ shards: 1 });
const GATEWAY: Writer = { kind: 'role', role: 'gateway' };
const CLOCK: Writer = { kind: 'role', role: 'clock' };

/** One lot of BTC is 1,000 minor units; one tick for one lot costs 10 minor units of USD. */
export const BTC_USD = {
  market: 'BTC-USD',
  base: 'BTC',
  quote: 'USD',
  shard: 0,
  lotMinor: 1_000n,
  tickLotQuoteMinor: 10n,
  ticksPerUnit: 100,
};
/** One lot is so much that a large order is beyond all amounts. */
const WHALE_USD = { ...BTC_USD, market: 'WHALE-USD', lotMinor: 10n ** 20n };
export const LIST_ACTS: readonly Act[] = [
  { kind: 'list-asset', asset: { asset: 'BTC', decimals: 8 } },
  { kind: 'list-asset', asset: { asset: 'USD', decimals: 2 } },
  { kind: 'list-market', market: BTC_USD },
  { kind: 'list-market', market: WHALE_USD },
];

/** An event on its way into the venue, and who wrote it. */
export interface Sent {
  readonly event: VigilEvent;
  readonly writer: Writer;
}

export interface Written {
  readonly topic: Topic;
  readonly event: AnyEvent;
}

/** One fold with its state, stopped and restored at will from saved bytes alone. */
class Desk {
  state = new KeyedState();
  readonly #fold: Fold;
  readonly #saved = new Map<string, Uint8Array>();
  #instance: FoldInstance;
  #offset = 0;
  #nowMs = 0;

  constructor(fold: Fold) {
    this.#fold = fold;
    this.#instance = this.#create();
  }

  take({ event, writer }: Sent): readonly Written[] {
    const stored = decodeEvent(encodeEvent(event));
    if (stored.type === 'TickPassed') this.#nowMs = stored.data.atMs;
    const position = { topic: this.#fold.reads, partition: 0, offset: this.#offset, index: 0 };
    this.#offset += 1;
    const written: Written[] = [];
    const input = { event: stored, lanes: [], position, writer, nowMs: this.#nowMs };
    this.#instance.handle(input, ({ topic }, output) => {
      written.push({ topic, event: decodeEvent(encodeEvent(output)) });
    });
    return written;
  }

  restart(): void {
    for (const [key, bytes] of this.state.takeChanges()) {
      if (bytes === undefined) this.#saved.delete(key);
      else this.#saved.set(key, bytes);
    }
    const saved = this.#saved;
    this.state = new KeyedState({
      saved: {
        get: (key) => saved.get(key),
        entries: (prefix) => [...saved].filter(([key]) => key.startsWith(prefix)),
      },
    });
    this.#instance = this.#create();
  }

  #create(): FoldInstance {
    return this.#fold.create({ partition: 0, counts: COUNTS, state: this.state });
  }
}

/** The engine with settlement behind it, fed by hand, with everything that both have written. */
export class Venue {
  readonly engine = new Desk(exchangeFold);
  readonly settlement = new Desk(settlementFold);
  readonly written: Written[] = [];
  #controls = 0;

  /** Takes the events in order and returns what the engine wrote to `market`. */
  send(...events: readonly Sent[]): readonly AnyEvent[] {
    return events.flatMap((sent) => {
      const written = this.engine.take(sent);
      this.written.push(...written);
      const market = written.filter(({ topic }) => topic === 'market.v1');
      for (const { event } of market) {
        const writer: Writer = { ...judgeOf('any'), fold: 'engine' };
        this.written.push(...this.settlement.take({ event, writer }));
      }
      return market.map(({ event }) => event);
    });
  }

  apply(...acts: readonly Act[]): void {
    for (const act of acts) {
      this.#controls += 1;
      const version = this.#controls;
      const requestId = `act-${version}`;
      const event = ControlApplied.of({ version, requestId, act, by: 'ann', approvedBy: null });
      this.send({ event, writer: { ...judgeOf('any'), fold: 'controls' } });
    }
  }

  restart(): void {
    this.engine.restart();
    this.settlement.restart();
  }

  /** The data of everything of one type that was written so far. */
  ofType<Type extends string, Data>(definition: EventDefinition<Type, Data>): readonly Data[] {
    return this.written
      .filter(({ event }) => event.type === definition.type)
      .map(({ event }) => definition.decode(encodeEvent(event).payload).data);
  }

  balance(account: string, asset: string): { available: bigint; held: bigint } {
    const found = this.engine.state.get<{ availableMinor: bigint; heldMinor: bigint }>(
      `balance ${asset} ${account}`,
    );
    return { available: found?.availableMinor ?? 0n, held: found?.heldMinor ?? 0n };
  }

  /** Everything that the engine remembers but the ids of commands, and the ledger's state. */
  remembered(): string {
    const engine = [...this.engine.state.entries('')].filter(([key]) => !key.startsWith('sent'));
    return stringifyJson([engine, [...this.settlement.state.entries('')]]);
  }
}

/** A venue with one market, where alice has 10,000 USD and bob 1,000 lots of BTC. */
export function createVenue(): Venue {
  const venue = new Venue();
  venue.apply(...LIST_ACTS);
  venue.send(
    credit({ account: 'alice', asset: 'USD', amountMinor: 1_000_000n, deposit: 'd-alice' }),
    credit({ account: 'bob', asset: 'BTC', amountMinor: 1_000_000n, deposit: 'd-bob' }),
  );
  return venue;
}

/** The judge of the account's lane. */
export function judgeOf(account: string): Extract<Writer, { readonly kind: 'fold' }> {
  const partition = laneOf({ counts: COUNTS, entity: entity('account', account) });
  return {
    kind: 'fold',
    fold: 'judge',
    semanticsVersion: 1,
    cause: { topic: 'lanes.v1', incarnation: 1, partition, offset: 0, index: 0 },
    previous: null,
  };
}

export function tick(atMs: number): Sent {
  return { event: TickPassed.of({ atMs, gapMs: 0 }), writer: CLOCK };
}

type Place = DataOf<typeof PlaceOrder>;

/** A limit order, unless told otherwise; its id is its command's. */
export function place(of: Pick<Place, 'order' | 'account' | 'side'> & Partial<Place>): Sent {
  const data = {
    sender: 'api',
    id: of.order,
    market: 'BTC-USD',
    kind: 'limit',
    priceTicks: of.kind === 'market' ? null : 100,
    lots: 10,
    immediateOrCancel: false,
    ...of,
  } as const;
  return { event: PlaceOrder.of(data), writer: GATEWAY };
}

export function cancel(
  of: Pick<DataOf<typeof CancelOrder>, 'order' | 'account'> & Partial<DataOf<typeof CancelOrder>>,
): Sent {
  const data = { sender: 'api', id: `cancel-${of.order}`, market: 'BTC-USD', ...of };
  return { event: CancelOrder.of(data), writer: GATEWAY };
}

export function replace(
  of: Pick<DataOf<typeof ReplaceOrder>, 'order' | 'account' | 'priceTicks' | 'lots'> &
    Partial<DataOf<typeof ReplaceOrder>>,
): Sent {
  const data = { sender: 'api', id: `replace-${of.order}`, market: 'BTC-USD', ...of };
  return { event: ReplaceOrder.of(data), writer: GATEWAY };
}

export function credit(
  of: Omit<DataOf<typeof CreditDeposit>, 'sender' | 'id'> & Partial<DataOf<typeof CreditDeposit>>,
): Sent {
  const data = { sender: 'judge', id: `credit-${of.deposit}`, ...of };
  return { event: CreditDeposit.of(data), writer: judgeOf(of.account) };
}

export function adjust(
  of: Pick<DataOf<typeof AdjustBalance>, 'id' | 'account' | 'asset' | 'amountMinor'> &
    Partial<DataOf<typeof AdjustBalance>>,
): Sent {
  const data = {
    sender: 'back-office',
    operator: 'mallory',
    ticket: null,
    approver: null,
    reverses: null,
    note: '',
    ...of,
  };
  return { event: AdjustBalance.of(data), writer: GATEWAY };
}

export function requestOf(
  of: Pick<WithdrawalRequest, 'withdrawal' | 'account' | 'asset' | 'amountMinor'> &
    Partial<WithdrawalRequest>,
): WithdrawalRequest {
  return {
    chain: 'bitcoin',
    address: 'bc1-home',
    memo: null,
    device: null,
    session: null,
    ip: null,
    apikey: null,
    ...of,
  };
}

export function hold(request: WithdrawalRequest, id = request.withdrawal): Sent {
  return { event: HoldWithdrawal.of({ sender: 'api', id, request }), writer: GATEWAY };
}

type Decided = DataOf<typeof DebitWithdrawal>;

/** What the judge says of the request, unless told otherwise. */
function decided(request: WithdrawalRequest, of: Partial<Decided>): Decided {
  const { withdrawal, account, asset } = request;
  const decision = of.decision ?? `decision-${withdrawal}`;
  const requestDigest = digestOf(request);
  const id = `says-${decision}-${withdrawal}`;
  return { sender: 'judge', id, withdrawal, account, asset, requestDigest, ...of, decision };
}

export function debit(request: WithdrawalRequest, of: Partial<Decided> = {}): Sent {
  const data = decided(request, of);
  return { event: DebitWithdrawal.of(data), writer: judgeOf(data.account) };
}

export function release(request: WithdrawalRequest, of: Partial<Decided> = {}): Sent {
  const data = decided(request, of);
  return { event: ReleaseHold.of(data), writer: judgeOf(data.account) };
}

export function settle(
  request: WithdrawalRequest,
  of: Partial<DataOf<typeof SettleWithdrawal>> = {},
): Sent {
  const { withdrawal, account, asset } = request;
  const data = { sender: 'judge', id: `settle-${withdrawal}`, withdrawal, account, asset, ...of };
  const event = SettleWithdrawal.of({ transaction: `tx-${withdrawal}`, ...data });
  return { event, writer: judgeOf(data.account) };
}

/** The same event, written by somebody else. */
export function by(writer: Writer, { event }: Sent): Sent {
  return { event, writer };
}
