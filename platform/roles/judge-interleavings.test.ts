import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withdrawalEntities, type WithdrawalRequest } from '../../core/events/commands.ts';
import { entity } from '../../core/entities.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { WithdrawalDecided } from '../../core/events/judgements.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import { laneOf } from '../../core/fold.ts';
import { partitionCounts } from '../../core/topics.ts';
import type { Trace } from './judge-lanes.sim.ts';
import { adjustment, HOUR_MS, refOf, requestOf, START_MS, Venue } from './judge-venue.sim.ts';

const COUNTS = partitionCounts({ shards: 1 });
const HOLD_MS = 24 * HOUR_MS;
const HAPPENINGS = 150;
/** Blocks and silence: what ends without people. */
const ENDS_BY_ITSELF = ['asset_blocked', 'risk_behind'];

const REQUESTS: readonly WithdrawalRequest[] = [
  requestOf('w1', 'alice'),
  requestOf('w2', 'bob'),
  requestOf('w3', 'carol'),
  requestOf('w4', 'alice'),
];

type Decision = DataOf<typeof WithdrawalDecided>;

/** Plays what the seed says and then lets everything come to rest. */
function play(seed: number, options: { readonly restless: boolean }): Venue {
  const random = seededRandom(seed);
  const choose = (count: number): number => Math.floor(random() * count);
  const venue = new Venue({ choose, ...options });
  venue.open();
  venue.knowAddress('alice', START_MS - 2 * HOUR_MS);
  venue.knowAddress('bob', START_MS - 48 * HOUR_MS);
  venue.knowAddress('carol', START_MS - 48 * HOUR_MS);
  const waiting = [...REQUESTS];
  for (let happened = 0; happened < HAPPENINGS; happened += 1) {
    happen(venue, { choose, waiting, happened });
  }
  venue.lanes.settle();
  return venue;
}

function happen(
  venue: Venue,
  at: {
    readonly choose: (count: number) => number;
    readonly waiting: WithdrawalRequest[];
    readonly happened: number;
  },
): void {
  const { choose, waiting } = at;
  const request = REQUESTS[choose(REQUESTS.length)];
  if (request === undefined) return;
  switch (choose(24)) {
    case 0:
      return venue.tick(1_000);
    case 1:
      return venue.lanes.route(adjustment(request.account, { id: `adj-${at.happened}` }));
    case 2:
      return venue.apply({ kind: 'place-block', asset: 'BTC', reason: 'x', evidence: '' });
    case 3:
    case 4:
      return venue.apply({ kind: 'lift-block', asset: 'BTC' });
    case 5:
    case 6:
      return venue.apply({
        kind: 'release-withdrawal',
        ...refOf(request),
        reasons: ['U13', 'A11', 'asset_blocked', 'risk_behind'].slice(0, choose(5)),
      });
    case 7: {
      if (choose(4) > 0) return;
      return venue.apply({ kind: 'reject-withdrawal', ...refOf(request), note: '' });
    }
    case 8:
    case 9:
    case 10: {
      const next = waiting.shift();
      if (next !== undefined) venue.hold(next);
      return;
    }
    case 11: {
      if (choose(20) === 0) venue.tick(HOLD_MS);
      return;
    }
    default:
      for (let steps = choose(40); steps > 0; steps -= 1) venue.lanes.step();
  }
}

/** What a lane has read and written about one withdrawal, told apart from the judge's own code. */
class Witness {
  nowMs = 0;
  blocked = false;
  debits = 0;
  readonly faults: string[] = [];
  readonly decisions: Decision[] = [];
  /** Signals that stand against the withdrawal: their ids, and until when. */
  readonly against = new Map<string, number>();
  /** Signals that the last act of release named and the decision before it showed. */
  allowed = new Set<string>();
  readonly #request: WithdrawalRequest;

  constructor(request: WithdrawalRequest) {
    this.#request = request;
  }

  read(event: AnyEvent): void {
    if (event.type === 'TickPassed') this.nowMs = event.data.atMs;
    if (event.type !== 'ControlApplied') return;
    const { act } = event.data;
    if (act.kind === 'place-block') this.blocked = true;
    if (act.kind === 'lift-block') this.blocked = false;
    if (act.kind !== 'release-withdrawal' || act.withdrawal !== this.#request.withdrawal) return;
    const shown = this.decisions.at(-1)?.reasons ?? [];
    const named = shown.filter(({ reason }) => act.reasons.includes(reason));
    this.allowed = new Set(named.map(({ values }) => String(values['signal'])));
  }

  wrote(event: AnyEvent): void {
    const { account, withdrawal } = this.#request;
    if (event.type === 'SignalRaised' && event.data.entity === `account:${account}`) {
      const { scenario, signal, values, atMs } = event.data;
      if (scenario === 'U13' && values['withdrawalId'] !== withdrawal) return;
      this.against.set(signal, scenario === 'A11' ? atMs + HOLD_MS : Infinity);
    }
    if (event.type === 'WithdrawalDecided' && event.data.withdrawal === withdrawal) {
      this.decisions.push(event.data);
    }
    if (event.type !== 'DebitWithdrawal' || event.data.withdrawal !== withdrawal) return;
    this.debits += 1;
    this.faults.push(...this.#wrongWith(event.data.decision));
  }

  /** What is wrong with a debit at this very moment. */
  *#wrongWith(decision: string): Iterable<string> {
    if (this.debits > 1) yield 'debited twice';
    if (this.blocked) yield 'the asset is blocked';
    const last = this.decisions.at(-1);
    if (last?.decision !== decision || last.outcome !== 'released' || last.refused !== null) {
      yield 'the decision is not to release';
    }
    const answered = last?.answers.map(({ entity }) => entity) ?? [];
    const asked = withdrawalEntities(this.#request);
    if (answered.join(' ') !== asked.join(' ')) yield `answered: ${answered.join(' ')}`;
    for (const [signal, untilMs] of this.against) {
      if (untilMs > this.nowMs && !this.#isAllowed(signal)) yield `signal ${signal} was not shown`;
    }
    if (last?.approvers.length !== 0) return;
    const ever = this.decisions.flatMap(({ reasons }) => reasons.map(({ reason }) => reason));
    const forPeople = ever.filter((reason) => !ENDS_BY_ITSELF.includes(reason));
    if (forPeople.length > 0) yield `nobody set aside: ${forPeople.join(' ')}`;
  }

  /** One hold stands per scenario: a later signal speaks for the earlier ones. */
  #isAllowed(signal: string): boolean {
    const ids = [...this.against.keys()];
    return ids.slice(ids.indexOf(signal)).some((later) => this.allowed.has(later));
  }
}

/** What is wrong with the debits of each withdrawal in the trace. */
function faultsIn(trace: readonly Trace[]): readonly string[] {
  return REQUESTS.flatMap((request) => {
    const witness = new Witness(request);
    const account = laneOf({ counts: COUNTS, entity: entity('account', request.account) });
    for (const { kind, event } of trace.filter(({ lane }) => lane === account)) {
      if (kind === 'read') witness.read(event);
      else witness.wrote(event);
    }
    return witness.faults;
  });
}

/** mulberry32: small, and the same on every machine. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const seeds = fc.noShrink(fc.integer({ min: 0, max: 2 ** 32 - 1 }));

describe('whatever the order of appends, reads, ticks, signals, blocks and acts', () => {
  it('money is debited once at most, and never past a reason that people did not see', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(seeds, (seed) => {
        const { trace } = play(seed, { restless: false }).lanes;
        expect(faultsIn(trace)).toEqual([]);
        for (const { event } of trace) {
          if (event.type !== 'WithdrawalDecided') continue;
          seen.add(event.data.refused ?? event.data.outcome);
        }
      }),
      { numRuns: 40 },
    );
    // A script in which little happens would prove little.
    expect([...seen]).toEqual(
      expect.arrayContaining(['held', 'released', 'rejected', 'asset_blocked', 'reason_not_shown']),
    );
  });

  it('judges that are restored before every record write the same', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const restored = play(seed, { restless: true }).lanes.trace;
        expect(restored).toEqual(play(seed, { restless: false }).lanes.trace);
      }),
      { numRuns: 3 },
    );
  });
});
