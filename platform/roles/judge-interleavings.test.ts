import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withdrawalEntities, type WithdrawalRequest } from '../../core/events/commands.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { WithdrawalDecided } from '../../core/events/judgements.ts';
import type { AnyEvent } from '../../core/events/registry.ts';
import type { Trace } from './judge-lanes.sim.ts';
import { adjustment, HOUR_MS, refOf, requestOf, START_MS, Venue } from './judge-venue.sim.ts';

const HOLD_MS = 24 * HOUR_MS;
const CHOICE_MAX = 5_039;
const CHOICES_MAX = 600;
/** Blocks and silence: what ends without people. */
const ENDS_BY_ITSELF = ['asset_blocked', 'risk_behind'];

const REQUESTS: readonly WithdrawalRequest[] = [
  requestOf('w1', 'alice'),
  requestOf('w2', 'bob'),
  requestOf('w3', 'carol'),
  requestOf('w4', 'alice'),
];

type Decision = DataOf<typeof WithdrawalDecided>;

/** Plays whatever the choices say and then lets everything come to rest. */
function play(choices: readonly number[], options: { readonly restless: boolean }): Venue {
  let taken = 0;
  const choose = (count: number): number => {
    const choice = choices[taken] ?? 0;
    taken += 1;
    return choice % count;
  };
  const venue = new Venue({ choose, ...options });
  venue.open();
  taken = 0;
  venue.knowAddress('alice', START_MS - 2 * HOUR_MS);
  venue.knowAddress('bob', START_MS - 48 * HOUR_MS);
  venue.knowAddress('carol', START_MS - 48 * HOUR_MS);
  const waiting = [...REQUESTS];
  while (taken < choices.length) happen(venue, { choose, waiting });
  venue.lanes.settle();
  return venue;
}

function happen(
  venue: Venue,
  at: { readonly choose: (count: number) => number; readonly waiting: WithdrawalRequest[] },
): void {
  const { choose, waiting } = at;
  const request = REQUESTS[choose(REQUESTS.length)];
  if (request === undefined) return;
  switch (choose(24)) {
    case 0:
      return venue.tick(1_000);
    case 1:
      return venue.lanes.route(adjustment(request.account));
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
    this.#expectJustified(event.data.decision);
  }

  #expectJustified(id: string): void {
    const last = this.decisions.at(-1);
    expect(last).toMatchObject({ decision: id, outcome: 'released', refused: null });
    const answered = last?.answers.map(({ entity }) => entity);
    expect(answered).toEqual(withdrawalEntities(this.#request));
    expect(this.blocked).toBe(false);
    const standing = [...this.against].filter(([, untilMs]) => untilMs > this.nowMs);
    const unshown = standing.filter(([signal]) => !this.#isAllowed(signal));
    expect(unshown).toEqual([]);
    if (last?.approvers.length !== 0) return;
    const ever = this.decisions.flatMap(({ reasons }) => reasons.map(({ reason }) => reason));
    expect(ever.filter((reason) => !ENDS_BY_ITSELF.includes(reason))).toEqual([]);
  }

  /** One hold stands per scenario: a later signal speaks for the earlier ones. */
  #isAllowed(signal: string): boolean {
    const ids = [...this.against.keys()];
    return ids.slice(ids.indexOf(signal)).some((later) => this.allowed.has(later));
  }
}

function expectSound(trace: readonly Trace[]): { readonly debits: number } {
  let debits = 0;
  for (const request of REQUESTS) {
    const lane = trace.find(
      ({ kind, event }) =>
        kind === 'wrote' &&
        event.type === 'WithdrawalDecided' &&
        event.data.withdrawal === request.withdrawal,
    )?.lane;
    const witness = new Witness(request);
    for (const { kind, event } of trace.filter((each) => each.lane === lane)) {
      if (kind === 'read') witness.read(event);
      else witness.wrote(event);
    }
    expect(witness.debits).toBeLessThanOrEqual(1);
    debits += witness.debits;
  }
  return { debits };
}

const choices = fc.array(fc.nat({ max: CHOICE_MAX }), {
  minLength: CHOICES_MAX / 2,
  maxLength: CHOICES_MAX,
});

describe('whatever the order of appends, reads, ticks, signals, blocks and acts', () => {
  it('money is debited once at most, and never past a reason that people did not see', () => {
    let debits = 0;
    fc.assert(
      fc.property(choices, (script) => {
        debits += expectSound(play(script, { restless: false }).lanes.trace).debits;
      }),
      { numRuns: 60 },
    );
    expect(debits).toBeGreaterThan(0);
  });

  it('judges that are restored before every record write the same', () => {
    fc.assert(
      fc.property(choices, (script) => {
        const restored = play(script, { restless: true }).lanes.trace;
        expect(restored).toEqual(play(script, { restless: false }).lanes.trace);
      }),
      { numRuns: 8 },
    );
  });
});
