import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringifyJson } from '../core/codec.ts';
import { BookCut } from '../core/events/cuts.ts';
import { TransferPosted } from '../core/events/ledger.ts';
import type { WithdrawalRequest } from '../core/events/commands.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import { conservationReport } from './conservation.ts';
import {
  adjust,
  BTC_USD,
  cancel,
  createVenue,
  credit,
  debit,
  hold,
  place,
  release,
  replace,
  requestOf,
  settle,
  tick,
  type Sent,
  type Venue,
} from './venue.contract.ts';

const RUNS = 60;
const SEED = 20_261_124;
const STEPS_MAX = 80;
const ACCOUNTS = ['alice', 'bob', 'carol'] as const;
const ASSETS = ['BTC', 'USD'] as const;

/** What is done next, in numbers; ids come from the step's place so that most of them are new. */
interface Step {
  readonly what: number;
  readonly account: number;
  readonly asset: number;
  readonly side: boolean;
  readonly flag: boolean;
  readonly priceTicks: number;
  readonly lots: number;
  readonly named: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.integer({ min: 0, max: 15 }),
  account: fc.integer({ min: 0, max: ACCOUNTS.length - 1 }),
  asset: fc.integer({ min: 0, max: ASSETS.length - 1 }),
  side: fc.boolean(),
  flag: fc.boolean(),
  priceTicks: fc.integer({ min: 90, max: 110 }),
  lots: fc.integer({ min: 1, max: 300 }),
  named: fc.integer({ min: 0, max: STEPS_MAX - 1 }),
});
const history = fc.array(step, { minLength: 20, maxLength: STEPS_MAX });

function commandOf(venue: Venue, of: Step, number: number): Sent {
  const account = ACCOUNTS[of.account]!;
  const asset = ASSETS[of.asset]!;
  const side = of.side ? 'buy' : 'sell';
  const { priceTicks, lots } = of;
  const named = of.named % (number + 1);
  const order = `o${number}`;
  const id = `c${number}`;
  const amountMinor = BigInt(lots) * 500n;
  const withdrawal = `w${number}`;
  switch (of.what) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return place({ order, account, side, priceTicks, lots, immediateOrCancel: of.what === 4 });
    case 5:
      return place({ order, account, side, kind: 'market', lots });
    case 6:
      return cancel({ id, ...ofResting(venue, of) });
    case 7:
    case 8:
      return replace({ id, ...ofResting(venue, of), priceTicks, lots });
    case 9:
      return credit({ account, asset, amountMinor, deposit: `d${number}` });
    case 10: {
      const reverses = of.side ? `c${named}` : null;
      return adjust({ id, account, asset, amountMinor: signed(amountMinor, of.flag), reverses });
    }
    case 11:
    case 12:
      return hold(requestOf({ withdrawal, account, asset, amountMinor }));
    default:
      return tick((number + 1) * 20_000);
  }
}

/** One of the orders that rest, mostly in its owner's name; made up where none does. */
function ofResting(venue: Venue, of: Step): { readonly order: string; readonly account: string } {
  const saved = [...venue.engine.state.entries<{ orderId: string; account: string }>('order ')];
  const [, found] = saved[of.named % Math.max(saved.length, 1)] ?? [];
  if (found === undefined || of.named % 5 === 0) {
    return { order: found?.orderId ?? 'none', account: ACCOUNTS[of.account]! };
  }
  return { order: found.orderId, account: found.account };
}

function signed(amountMinor: bigint, up: boolean): bigint {
  return up ? amountMinor : -amountMinor;
}

function createRichVenue(): Venue {
  const venue = createVenue();
  for (const account of ACCOUNTS) {
    for (const asset of ASSETS) {
      const deposit = `rich-${account}-${asset}`;
      venue.send(credit({ account, asset, amountMinor: 400_000n, deposit }));
    }
  }
  return venue;
}

/** Plays a history; each withdrawal that is held is decided or settled at a later step. */
function play(steps: readonly Step[], each: (venue: Venue) => void): Venue {
  const venue = createRichVenue();
  venue.send(tick(1));
  const held: WithdrawalRequest[] = [];
  for (const [number, of] of steps.entries()) {
    const request = held[of.named % Math.max(held.length, 1)];
    if (of.what >= 12 && of.flag && request !== undefined) {
      const decision = `d${number}`;
      if (of.what === 13) venue.send(release(request, { decision }));
      else if (of.side) venue.send(debit(request, { decision }));
      else venue.send(settle(request, { id: `settle-${number}` }));
    } else {
      const [answer] = venue.send(commandOf(venue, of, number));
      if (answer?.type === 'WithdrawalHeld') held.push(answer.data.request);
    }
    each(venue);
  }
  venue.send(tick((steps.length + 10) * 60_000));
  each(venue);
  return venue;
}

interface Open {
  readonly account: string;
  readonly side: 'buy' | 'sell';
  readonly priceTicks: number | null;
  lots: number;
}

/** What the events alone tell: postings added up, and what orders and withdrawals need. */
class Told {
  readonly posted = new Map<string, bigint>();
  readonly #open = new Map<string, Open>();
  readonly #pending = new Map<string, { readonly purse: string; readonly amountMinor: bigint }>();
  #read = 0;

  readOn({ written }: Venue): void {
    for (const { topic, event } of written.slice(this.#read)) {
      if (topic === 'market.v1') this.#hear(event);
      if (event.type !== 'TransferPosted') continue;
      for (const { account, asset, code, amountMinor } of event.data.legs) {
        add(this.posted, { key: `${account} ${asset} ${code}`, amountMinor });
      }
    }
    this.#read = written.length;
  }

  needed(): ReadonlyMap<string, bigint> {
    const needed = new Map<string, bigint>();
    for (const { account, side, priceTicks, lots } of this.#open.values()) {
      const asset = side === 'sell' ? 'BTC' : 'USD';
      const price = BigInt(priceTicks ?? 0) * BTC_USD.tickLotQuoteMinor;
      const lotHoldMinor = side === 'sell' ? BTC_USD.lotMinor : price;
      add(needed, { key: `${account} ${asset}`, amountMinor: BigInt(lots) * lotHoldMinor });
    }
    for (const { purse, amountMinor } of this.#pending.values()) {
      add(needed, { key: purse, amountMinor });
    }
    return needed;
  }

  #hear(event: AnyEvent): void {
    if (event.type === 'OrderAccepted' || event.type === 'OrderReplaced') {
      const { order, account, side, priceTicks, lots } = event.data;
      this.#open.set(order, { account, side, priceTicks, lots });
    } else if (event.type === 'TradeExecuted') {
      for (const order of [event.data.makerOrder, event.data.takerOrder]) {
        this.#open.get(order)!.lots -= event.data.lots;
      }
    } else if (event.type === 'OrderCancelled') {
      assert.equal(this.#open.get(event.data.order)!.lots, event.data.lots);
      this.#open.delete(event.data.order);
    } else if (event.type === 'WithdrawalHeld') {
      const { withdrawal, account, asset, amountMinor } = event.data.request;
      this.#pending.set(withdrawal, { purse: `${account} ${asset}`, amountMinor });
    } else if (event.type === 'HoldReleased' || event.type === 'WithdrawalDebited') {
      this.#pending.delete(event.data.withdrawal);
    }
  }
}

function add(
  to: Map<string, bigint>,
  of: { readonly key: string; readonly amountMinor: bigint },
): void {
  to.set(of.key, (to.get(of.key) ?? 0n) + of.amountMinor);
}

function check(property: (steps: readonly Step[]) => void): void {
  fc.assert(fc.property(history, property), { numRuns: RUNS, seed: SEED });
}

describe('after every command of any history', () => {
  test('engine and postings agree, nobody is below zero, and holds are what is needed', () => {
    check((steps) => {
      const told = new Told();
      play(steps, (venue) => {
        told.readOn(venue);
        const { posted } = told;
        const needed = told.needed();
        for (const account of ACCOUNTS) {
          for (const asset of ASSETS) {
            const { available, held } = venue.balance(account, asset);
            expect(posted.get(`${account} ${asset} available`) ?? 0n).toBe(available);
            expect(posted.get(`${account} ${asset} held`) ?? 0n).toBe(held);
            expect(needed.get(`${account} ${asset}`) ?? 0n).toBe(held);
            expect(available >= 0n && held >= 0n).toBe(true);
          }
        }
      });
    });
  });

  test('money is conserved', () => {
    check((steps) => {
      const venue = play(steps, () => undefined);
      const { conserved, assets } = conservationReport(venue.ofType(TransferPosted));
      expect(conserved).toBe(true);
      for (const { asset, codes } of assets) {
        const cut = venue.ofType(BookCut).findLast(({ book }) => book === 'engine');
        expect(cut?.sums.find((each) => each.asset === asset)).toEqual({
          asset,
          availableMinor: codes.available,
          heldMinor: codes.held,
          houseMinor: codes.house,
          feeMinor: codes.fee,
          inTransitMinor: codes['in-transit'],
          suspenseMinor: codes.suspense,
          walletMinor: codes.wallet,
        });
      }
    });
  });

  test('the cuts of both books are equal at every minute', () => {
    check((steps) => {
      const cuts = play(steps, () => undefined).ofType(BookCut);
      const engines = cuts.filter(({ book }) => book === 'engine');
      const ledgers = cuts.filter(({ book }) => book === 'ledger');
      expect(engines.length).toBeGreaterThan(0);
      const content = engines.map(({ minute, sums, buckets, booked }) => {
        return { minute, sums, buckets, booked };
      });
      expect(ledgers).toMatchObject(content);
      expect(ledgers).toHaveLength(engines.length);
    });
  });

  test('sending it all again is answered by repetitions and changes nothing', () => {
    check((steps) => {
      const venue = createRichVenue();
      const commands = steps.map((of, number) => {
        const command = commandOf(venue, of, number);
        venue.send(command);
        return command;
      });
      const remembered = venue.remembered();
      for (const command of commands) {
        if (command.event.type === 'TickPassed') continue;
        expect(venue.send(command)).toMatchObject([{ type: 'CommandRepeated' }]);
      }
      expect(venue.remembered()).toBe(remembered);
    });
  });

  test('a stop and a restore change nothing of what follows', () => {
    check((steps) => {
      const whole = play(steps, () => undefined);
      let number = 0;
      const stopped = play(steps, (venue) => {
        number += 1;
        if (number % 3 === steps.length % 3) venue.restart();
      });
      expect(stringifyJson(stopped.written)).toBe(stringifyJson(whole.written));
      expect(stopped.remembered()).toBe(whole.remembered());
    });
  });
});
