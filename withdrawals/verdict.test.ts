import { describe, expect, it } from 'vitest';
import type { Reason } from '../core/events/lanes.ts';
import { assetBlocked, awaitingRelease, reasonIdentity, riskBehind } from './reasons.ts';
import { verdictOf, type GatherFacts, type Verdict } from './verdict.ts';

const ALICE = 'alice';
const A11 = because('A11', 's1');
const U13 = because('U13', 's2');
const BLOCK = assetBlocked('BTC', { reason: 'liabilities_wallets', controlVersion: 4 });
const BEHIND = riskBehind(ALICE, ['asset:BTC']);
const UNJUDGED = because('unjudged', 's3');

function because(reason: string, signal: string): Reason {
  return { reason, entity: 'account:alice', values: { signal } };
}

function shown(...reasons: readonly Reason[]): Partial<GatherFacts> {
  return { approval: { by: 'ann', approvedBy: 'ben', shown: reasons.map(reasonIdentity) } };
}

const quiet: GatherFacts = {
  account: ALICE,
  reasons: [],
  block: null,
  missing: [],
  silent: false,
  sayBlock: false,
  approval: null,
  everHeldFor: [],
};
const missing: Partial<GatherFacts> = { missing: ['asset:BTC'] };

interface Case {
  readonly name: string;
  readonly facts: Partial<GatherFacts>;
  readonly verdict: Verdict;
}

function hold(
  reasons: readonly Reason[],
  refused: Extract<Verdict, { readonly kind: 'hold' }>['refused'] = null,
): Verdict {
  return { kind: 'hold', reasons, refused };
}

const cases: readonly Case[] = [
  {
    name: 'all lanes answered and nothing stands: it goes',
    facts: {},
    verdict: { kind: 'release', reasons: [] },
  },
  { name: 'a lane is missing: it waits', facts: missing, verdict: { kind: 'wait' } },
  {
    name: 'a lane is missing: a reason alone says nothing yet',
    facts: { ...missing, reasons: [U13] },
    verdict: { kind: 'wait' },
  },
  {
    name: 'a lane is missing and the asset is blocked since before the request: it waits',
    facts: { ...missing, block: BLOCK },
    verdict: { kind: 'wait' },
  },
  {
    name: 'a lane is missing and the asset was just blocked: held at once',
    facts: { ...missing, reasons: [U13], block: BLOCK, sayBlock: true },
    verdict: hold([U13, BLOCK]),
  },
  {
    name: 'a lane stayed silent: held for risk_behind, with what is known',
    facts: { ...missing, silent: true, reasons: [U13] },
    verdict: hold([U13, BEHIND]),
  },
  {
    name: 'the silent lane answered late and nothing stands: it goes',
    facts: { silent: true },
    verdict: { kind: 'release', reasons: [] },
  },
  {
    name: 'the silent lane answered late with a reason: held for it',
    facts: { silent: true, reasons: [A11] },
    verdict: hold([A11]),
  },
  {
    name: 'a reason stands: held',
    facts: { reasons: [A11, U13] },
    verdict: hold([A11, U13]),
  },
  { name: 'the asset is blocked: held', facts: { block: BLOCK }, verdict: hold([BLOCK]) },
  {
    name: 'nothing stands but something did: it waits for people',
    facts: { everHeldFor: ['A11'] },
    verdict: hold([awaitingRelease(ALICE, ['A11'])]),
  },
  {
    name: 'people saw and approved all that stands: it goes, and says what they set aside',
    facts: { ...shown(U13), reasons: [U13], everHeldFor: ['U13'] },
    verdict: { kind: 'release', reasons: [U13] },
  },
  {
    name: 'people approved and nothing stands any more: it goes',
    facts: { ...shown(U13), everHeldFor: ['U13'] },
    verdict: { kind: 'release', reasons: [] },
  },
  {
    name: 'another scenario was not shown',
    facts: { ...shown(U13), reasons: [A11, U13] },
    verdict: hold([A11, U13], 'reason_not_shown'),
  },
  {
    name: 'a later signal of the same scenario was not shown',
    facts: { ...shown(U13), reasons: [because('U13', 's8')] },
    verdict: hold([because('U13', 's8')], 'reason_not_shown'),
  },
  {
    name: 'the same scenario against another entity was not shown',
    facts: { ...shown(A11), reasons: [{ ...A11, entity: 'address:bitcoin:bc1' }] },
    verdict: hold([{ ...A11, entity: 'address:bitcoin:bc1' }], 'reason_not_shown'),
  },
  {
    name: 'nobody sets a block aside, shown or not',
    facts: { ...shown(U13, BLOCK), reasons: [U13], block: BLOCK },
    verdict: hold([U13, BLOCK], 'asset_blocked'),
  },
  {
    name: 'nobody sets silence aside, shown or not',
    facts: { ...shown(BEHIND), ...missing, silent: true },
    verdict: hold([BEHIND], 'risk_behind'),
  },
  {
    name: 'nobody sets aside that a lane skipped a record',
    facts: { ...shown(UNJUDGED), reasons: [UNJUDGED] },
    verdict: hold([UNJUDGED], 'unjudged'),
  },
];

describe('the verdict of a gather', () => {
  it.each(cases)('$name', ({ facts, verdict }) => {
    expect(verdictOf({ ...quiet, ...facts })).toEqual(verdict);
  });
});
