import type { Act } from '../core/events/acts.ts';
import type { WithdrawalRequest } from '../core/events/commands.ts';
import type { VigilEvent } from '../core/events/definition.ts';
import { ControlApplied, TickPassed } from '../core/events/every.ts';
import { LaneAnswered, type Reason } from '../core/events/lanes.ts';
import {
  CommandRefused,
  HoldReleased,
  WithdrawalDebited,
  WithdrawalHeld,
  WithdrawalSettled,
} from '../core/events/market.ts';
import { decodeEvent, encodeEvent, entitiesOf, type AnyEvent } from '../core/events/registry.ts';
import { laneOf } from '../core/fold.ts';
import { KeyedState } from '../core/fold-state.ts';
import type { Writer } from '../core/frame.ts';
import { digestOf } from '../core/ids.ts';
import { entity, partitionOf } from '../core/entities.ts';
import { partitionCounts } from '../core/topics.ts';
import { createWithdrawals, type Withdrawals } from './withdrawals.ts';

const COUNTS = partitionCounts({ shards: 1 });
const LANE = laneOf({ counts: COUNTS, entity: entity('account', 'alice') });
const SECOND_MS = 1_000;

export const ASSET = 'asset:BTC';
export const ADDRESS = 'address:bitcoin:bc1-alice';

export const REQUEST: WithdrawalRequest = {
  withdrawal: 'w1',
  account: 'alice',
  asset: 'BTC',
  amountMinor: 250n,
  chain: 'bitcoin',
  address: 'bc1-alice',
  memo: null,
  device: null,
  session: null,
  ip: null,
  apikey: null,
};

const { withdrawal, account, asset, amountMinor, chain, address } = REQUEST;
export const REF = {
  withdrawal,
  account,
  asset,
  amountMinor,
  chain,
  address,
  requestDigest: digestOf(REQUEST),
};

export function because(reason: string, signal = 's1'): Reason {
  return { reason, entity: 'account:alice', values: { signal } };
}

/** The desk of one account's lane, with the world around it played by hand. */
export class DeskSim {
  /** What the account's own lane has against its withdrawals; tests set it as they like. */
  own: readonly Reason[] = [];
  /** Saves and restores before every event. */
  readonly #restless: boolean;
  readonly #saved = new Map<string, Uint8Array>();
  #state = new KeyedState();
  #desk: Withdrawals;
  #nowMs = 1_770_361_200_000;
  #offset = 0;
  #version = 0;
  #written: AnyEvent[] = [];

  constructor(options: { readonly restless: boolean }) {
    this.#restless = options.restless;
    this.#desk = this.#create();
  }

  /** What was written since the last call, in words: outcome, refusal in brackets, reasons. */
  says(): readonly string[] {
    return this.written().map(inWords);
  }

  written(): readonly AnyEvent[] {
    const written = this.#written;
    this.#written = [];
    return written;
  }

  /** The keys that are remembered. */
  keys(): readonly string[] {
    return [...this.#state.entries('')].map(([key]) => key);
  }

  tick(count = 1, { everyMs = SECOND_MS }: { readonly everyMs?: number } = {}): void {
    for (let passed = 0; passed < count; passed += 1) {
      this.#nowMs += everyMs;
      this.#take(TickPassed.of({ atMs: this.#nowMs, gapMs: 0 }));
    }
  }

  hold(request: WithdrawalRequest = REQUEST): void {
    const requestDigest = digestOf(request);
    this.#take(WithdrawalHeld.of({ request, requestDigest, availableMinor: 900n }));
  }

  answer(
    of: string,
    options: {
      readonly reasons?: readonly Reason[];
      readonly gather?: number;
      readonly writer?: Writer;
    } = {},
  ): void {
    const partition = partitionOf(of, COUNTS['lanes.v1']);
    const { reasons = [], gather = 1, writer = judgeOf(partition) } = options;
    const said = { withdrawal, account, gather, entity: of, partition, offset: 3 };
    const answered = LaneAnswered.of({ ...said, controlVersion: 1, reasons: [...reasons] });
    this.#take(answered, writer);
  }

  act(act: Act, persons: { readonly by?: string; readonly approvedBy?: string | null } = {}): void {
    this.#version += 1;
    const { by = 'ann', approvedBy = 'ben' } = persons;
    const requestId = `r${this.#version}`;
    this.#take(ControlApplied.of({ version: this.#version, requestId, act, by, approvedBy }));
  }

  block(): void {
    this.act({ kind: 'place-block', asset, reason: 'liabilities_wallets', evidence: '' });
  }

  lift(): void {
    this.act({ kind: 'lift-block', asset });
  }

  release(...reasons: readonly string[]): void {
    this.act({ kind: 'release-withdrawal', ...REF, reasons: [...reasons] });
  }

  reject(): void {
    this.act({ kind: 'reject-withdrawal', ...REF, note: '' }, { approvedBy: null });
  }

  engineRefuses(of: {
    readonly id: string;
    readonly command: 'DebitWithdrawal' | 'ReleaseHold';
    readonly reason: 'asset_blocked' | 'decision_used';
  }): void {
    this.#take(CommandRefused.of({ sender: 'judge', account, subject: withdrawal, ...of }));
  }

  debited(): void {
    this.#take(
      WithdrawalDebited.of({
        withdrawal,
        account,
        asset,
        amountMinor,
        decision: 'd',
        chain,
        address,
      }),
    );
  }

  settled(): void {
    this.#take(WithdrawalSettled.of({ withdrawal, account, asset, amountMinor, transaction: 't' }));
  }

  freed(): void {
    this.#take(HoldReleased.of({ withdrawal, account, asset, amountMinor, decision: 'd' }));
  }

  #take(event: VigilEvent, writer: Writer = { kind: 'role', role: 'clock' }): void {
    if (this.#restless) this.#restart();
    const stored = decodeEvent(encodeEvent(event));
    const offset = this.#offset;
    this.#offset += 1;
    const lanes = entitiesOf(stored).filter((each) => each === entity('account', account));
    const position = { topic: 'lanes.v1', partition: LANE, offset, index: 0 };
    const input = { event: stored, lanes, position, writer, nowMs: this.#nowMs };
    const emit = (_target: object, output: VigilEvent): void => {
      this.#written.push(decodeEvent(encodeEvent(output)));
    };
    this.#desk.take(input, { seen: { addressAgeMs: 5 }, emit });
  }

  #restart(): void {
    for (const [key, bytes] of this.#state.takeChanges()) {
      if (bytes === undefined) this.#saved.delete(key);
      else this.#saved.set(key, bytes);
    }
    const saved = this.#saved;
    this.#state = new KeyedState({
      saved: {
        get: (key) => saved.get(key),
        entries: (prefix) => [...saved].reverse().filter(([key]) => key.startsWith(prefix)),
      },
    });
    this.#desk = this.#create();
  }

  #create(): Withdrawals {
    return createWithdrawals({
      partition: LANE,
      counts: COUNTS,
      state: this.#state,
      judgement: { reasonsFor: () => this.own, policyVersion: () => 1 },
    });
  }
}

function judgeOf(partition: number): Writer {
  const cause = { topic: 'lanes.v1', incarnation: 1, partition, offset: 1, index: 0 };
  return { kind: 'fold', fold: 'judge', semanticsVersion: 1, cause, previous: null };
}

function inWords(event: AnyEvent): string {
  switch (event.type) {
    case 'WithdrawalDecided': {
      const { outcome, reasons, refused } = event.data;
      const names = reasons.map(({ reason }) => reason);
      return [outcome, ...(refused === null ? [] : [`(${refused})`]), ...names].join(' ');
    }
    case 'GatherBegan':
      return `asks again, ${event.data.gather}`;
    case 'DebitWithdrawal':
    case 'ReleaseHold':
      return event.data.id;
    default:
      return event.type;
  }
}
