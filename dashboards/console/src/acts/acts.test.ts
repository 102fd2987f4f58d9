import { describe, expect, it } from 'vitest';

import { act } from '../../../../core/events/acts.ts';
import type { WithdrawalView } from '../../../../core/views.ts';
import { freshRequest, liftOf, rejectionOf, releaseOf, reversalOf, totalsOf } from './compose.ts';
import { describeAct } from './describe.ts';

const decimals = new Map([['BTC', 8]]);
const withdrawal: WithdrawalView = {
  withdrawal: 'w1',
  account: 'alice',
  asset: 'BTC',
  amountMinor: '150000000',
  chain: 'bitcoin',
  address: 'bc1qxyz',
  requestDigest: 'a'.repeat(64),
  heldAtMs: 1,
  state: 'held',
  outcome: 'held',
  reasons: [
    { reason: 'U13', entity: 'account:alice', values: {} },
    { reason: 'asset_blocked', entity: 'asset:BTC', values: {} },
    { reason: 'U13', entity: 'address:bitcoin:bc1qxyz', values: {} },
  ],
  values: {},
  controlVersion: 3,
  policyVersion: 1,
  approvers: [],
  refused: null,
  history: [],
};
const credits = ['b', 'c', 'b'].map((account, index) => ({
  adjustment: `credit-${index}`,
  account,
  asset: 'BTC',
  amountMinor: '2583333333333333',
  shard: 0,
}));

describe('what the console asks for', () => {
  const acts = [
    releaseOf(withdrawal),
    rejectionOf(withdrawal, 'not his own'),
    reversalOf({ ticket: 'T-1', credits }),
    liftOf('BTC'),
  ];

  it.each(acts)('$kind is an act that the log takes, by way of JSON', (asked) => {
    const parsed = act.safeParse(JSON.parse(JSON.stringify(asked)));
    expect(parsed.error).toBeUndefined();
    expect(parsed.data?.kind).toBe(asked.kind);
  });

  it('names each reason shown once, and nothing that was not shown', () => {
    expect(releaseOf(withdrawal).reasons).toEqual(['U13', 'asset_blocked']);
  });

  it('never uses the name of a request again', () => {
    expect(freshRequest()).toMatch(/^console-[0-9a-f]{32}$/);
    expect(freshRequest()).not.toBe(freshRequest());
  });
});

describe('an act in words', () => {
  it('states the exact amount and where it goes', () => {
    const words = describeAct(releaseOf(withdrawal), decimals);
    expect(words.title).toBe('Release 1.5 BTC');
    expect(words.effect).toContain('1.5 BTC leaves for bitcoin:bc1qxyz');
  });

  it('adds up credits beyond what a float can hold', () => {
    expect(totalsOf(credits)).toEqual([{ asset: 'BTC', minor: '7749999999999999' }]);
    expect(describeAct(reversalOf({ ticket: 'T-1', credits }), decimals)).toMatchObject({
      title: 'Reverse 3 credits, 77,499,999.99999999 BTC',
      effect: expect.stringContaining('from 2 accounts'),
    });
  });

  it('says minor units where it does not know the asset, rather than a wrong amount', () => {
    expect(describeAct(releaseOf(withdrawal), new Map()).title).toBe(
      'Release 150,000,000 minor BTC',
    );
  });

  it('shows what would mislead the eye', () => {
    const hostile = { ...withdrawal, address: 'bc1q\u202ezyx' };
    expect(describeAct(rejectionOf(hostile, '<b>'), decimals).facts).toContainEqual({
      name: 'To',
      text: 'bitcoin:bc1q‹U+202E›zyx',
    });
  });
});
