import { beforeEach, describe, expect, it } from 'vitest';
import type { Act } from '../../core/events/acts.ts';
import type { WithdrawalRequest } from '../../core/events/commands.ts';
import { DepositConfirmed, WithdrawalConfirmed } from '../../core/events/custody.ts';
import { ControlApplied } from '../../core/events/every.ts';
import { HoldReleased } from '../../core/events/market.ts';
import { judgeFold } from './judge.ts';
import { JudgeLanes, type Trace } from './judge-lanes.sim.ts';
import {
  adjustment,
  destination,
  fileText,
  HOUR_MS,
  refOf,
  requestOf,
  staff,
  START_MS,
  Venue,
} from './judge-venue.sim.ts';
import { told } from './told.sim.ts';

const W1 = requestOf('w1', 'alice');
const W2 = requestOf('w2', 'bob');
const W3 = requestOf('w3', 'carol');

describe('the judges of sixteen lane partitions', () => {
  let venue: Venue;
  const hold = (request: WithdrawalRequest): readonly Trace[] => {
    venue.hold(request);
    return venue.lanes.settle();
  };
  const apply = (act: Act): readonly Trace[] => {
    venue.apply(act);
    return venue.lanes.settle();
  };
  beforeEach(() => {
    venue = new Venue();
    venue.open();
    venue.knowAddress('alice', START_MS - 2 * HOUR_MS);
    venue.knowAddress('bob', START_MS - 48 * HOUR_MS);
    venue.knowAddress('carol', START_MS - 48 * HOUR_MS);
    venue.lanes.settle();
  });

  it('lets go what nothing stands against, once every lane has answered', () => {
    expect(told(hold(W3))).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=316fce248e9ffd19372aef1917234c84 withdrawal=w3 account=carol asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-carol
          requestDigest=2b97df24d766bd54530b5978823588e2fb14394e3155cd94ef40ac5accb8f547
          outcome=released reasons=[] controlVersion=4 policyVersion=1 approvers=[]
          refused=null atMs=1770361200000
        values: availableMinor=900 amountMinor=250
        answers: entity=account:carol partition=15 offset=9 controlVersion=4
        answers: entity=asset:BTC partition=9 offset=8 controlVersion=4
        answers: entity=address:bitcoin:bc1-carol partition=9 offset=8 controlVersion=4
        answers: entity=device:phone-of-carol partition=8 offset=6 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4
      DebitWithdrawal to commands.v1
        sender=judge id=debit:w3:1 withdrawal=w3 account=carol asset=BTC
          requestDigest=2b97df24d766bd54530b5978823588e2fb14394e3155cd94ef40ac5accb8f547
          decision=316fce248e9ffd19372aef1917234c84"
    `);
  });

  it('holds a withdrawal to an address that was added two hours before', () => {
    expect(told(hold(W1))).toMatchInlineSnapshot(`
      "SignalRaised to signals.v1
        signal=d10977bed6f5afb8aad0fe3e11586db9 scenario=U13 version=1
          entity=account:alice severity=medium score=600 group=U13:alice
          atMs=1770361200000 evidence=[lanes.v1/8@6.0, lanes.v1/8@5.0] title=Withdrawal w1
          of 2.5 BTC goes to a new address explanation=Withdrawal w1 of 2.5 BTC goes to
          bc1-alice on bitcoin, in the address book, age 2 h: less than the lock of 24 h.
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000
      RiskChanged to risks.v1
        entity=account:alice score=600 before=0 signal=d10977bed6f5afb8aad0fe3e11586db9
          atMs=1770361200000
        parts: signal=d10977bed6f5afb8aad0fe3e11586db9 scenario=U13 points=600
            atMs=1770361200000
      AlertRaised to alerts.v1
        alert=234529e5adff4c160c5799e642401b15 incident=U13:alice kind=U13 severity=medium
          title=Withdrawal w1 of 2.5 BTC goes to a new address explanation=Withdrawal w1
          of 2.5 BTC goes to bc1-alice on bitcoin, in the address book, age 2 h: less than
          the lock of 24 h. entities=[account:alice] evidence=[lanes.v1/8@6.0,
          lanes.v1/8@5.0] cutMinute=null atMs=1770361200000
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000
      WithdrawalDecided to decisions.v1
        decision=6aa6535a55d499eeed3f6fa7bf4acd62 withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=held controlVersion=4 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=8 controlVersion=4
        answers: entity=asset:BTC partition=9 offset=8 controlVersion=4
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=8 controlVersion=4
        answers: entity=device:phone-of-alice partition=9 offset=8 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4"
    `);
  });

  it('holds what a beneficiary withdraws after a credit without approver', () => {
    venue.lanes.route(adjustment('bob'));
    expect(told(venue.lanes.settle())).toMatchInlineSnapshot(`
      "SignalRaised to signals.v1
        signal=0be233183ef50264e7b438e00cb029b7 scenario=A11 version=1 entity=account:bob
          severity=critical score=1000 group=A11:olaf atMs=1770361200000
          evidence=[lanes.v1/2@6.0] title=olaf changes balances by hand without ticket or
          approver explanation=olaf changed the balance of bob by 620 BTC (booking
          adj-bob); missing: ticket and approver.
        values: adjustmentId=adj-bob adjustmentOperator=olaf adjustmentAccount=bob
            adjustmentAmount=620 BTC adjustmentMissing=ticket and approver
      RiskChanged to risks.v1
        entity=account:bob score=1000 before=0 signal=0be233183ef50264e7b438e00cb029b7
          atMs=1770361200000
        parts: signal=0be233183ef50264e7b438e00cb029b7 scenario=A11 points=1000
            atMs=1770361200000
      AlertRaised to alerts.v1
        alert=cef3141c3c5e3482d3fb6c75c8a8bf17 incident=A11:olaf kind=A11
          severity=critical title=olaf changes balances by hand without ticket or approver
          explanation=olaf changed the balance of bob by 620 BTC (booking adj-bob);
          missing: ticket and approver. entities=[account:bob] evidence=[lanes.v1/2@6.0]
          cutMinute=null atMs=1770361200000
        values: adjustmentId=adj-bob adjustmentOperator=olaf adjustmentAccount=bob
            adjustmentAmount=620 BTC adjustmentMissing=ticket and approver"
    `);
    expect(told(hold(W2))).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=2fcfd45ea2fdf5fd2693feb8ac37aa3d withdrawal=w2 account=bob asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-bob
          requestDigest=6c68e209846724060e42ede043b77328cf184773be5955a1412fa67ceebb0f86
          outcome=held controlVersion=4 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=A11 entity=account:bob
          values: adjustmentId=adj-bob adjustmentOperator=olaf adjustmentAccount=bob
              adjustmentAmount=620 BTC adjustmentMissing=ticket and approver
              signal=0be233183ef50264e7b438e00cb029b7 version=1 untilMs=1770447600000
        values: availableMinor=900 amountMinor=250
        answers: entity=account:bob partition=2 offset=10 controlVersion=4
        answers: entity=asset:BTC partition=9 offset=9 controlVersion=4
        answers: entity=address:bitcoin:bc1-bob partition=9 offset=9 controlVersion=4
        answers: entity=device:phone-of-bob partition=13 offset=5 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4"
    `);
    venue.tick(24 * HOUR_MS);
    venue.lanes.settle();
    const later = decisions(hold({ ...W2, withdrawal: 'w4' }));
    expect(later.map(({ outcome }) => outcome)).toEqual(['released']);
  });

  it('walks the way out: block, reject, refused release, lift, release by two', () => {
    hold(W1);
    venue.lanes.route(adjustment('bob'));
    venue.lanes.settle();
    hold(W2);
    const blocked = apply({
      kind: 'place-block',
      asset: 'BTC',
      reason: 'liabilities_wallets',
      evidence: '',
    });
    expect(told(blocked)).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=ce66547dbfa0dfdfa42a21f5b766bf97 withdrawal=w2 account=bob asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-bob
          requestDigest=6c68e209846724060e42ede043b77328cf184773be5955a1412fa67ceebb0f86
          outcome=held controlVersion=5 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=A11 entity=account:bob
          values: adjustmentId=adj-bob adjustmentOperator=olaf adjustmentAccount=bob
              adjustmentAmount=620 BTC adjustmentMissing=ticket and approver
              signal=0be233183ef50264e7b438e00cb029b7 version=1 untilMs=1770447600000
        reasons: reason=asset_blocked entity=asset:BTC
          values: block=liabilities_wallets controlVersion=5
        values: availableMinor=900 amountMinor=250
        answers: entity=account:bob partition=2 offset=11 controlVersion=5
        answers: entity=asset:BTC partition=9 offset=10 controlVersion=4
        answers: entity=address:bitcoin:bc1-bob partition=9 offset=10 controlVersion=4
        answers: entity=device:phone-of-bob partition=13 offset=5 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=6 controlVersion=4
      WithdrawalDecided to decisions.v1
        decision=961bdc22d59822f334fdadf454f0cdf3 withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=held controlVersion=5 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        reasons: reason=asset_blocked entity=asset:BTC
          values: block=liabilities_wallets controlVersion=5
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=9 controlVersion=5
        answers: entity=asset:BTC partition=9 offset=8 controlVersion=4
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=8 controlVersion=4
        answers: entity=device:phone-of-alice partition=9 offset=8 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4"
    `);
    expect(told(hold(W3))).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=316fce248e9ffd19372aef1917234c84 withdrawal=w3 account=carol asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-carol
          requestDigest=2b97df24d766bd54530b5978823588e2fb14394e3155cd94ef40ac5accb8f547
          outcome=held controlVersion=5 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=asset_blocked entity=asset:BTC
          values: block=liabilities_wallets controlVersion=5
        values: availableMinor=900 amountMinor=250
        answers: entity=account:carol partition=15 offset=11 controlVersion=5
        answers: entity=asset:BTC partition=9 offset=12 controlVersion=5
        answers: entity=address:bitcoin:bc1-carol partition=9 offset=12 controlVersion=5
        answers: entity=device:phone-of-carol partition=8 offset=10 controlVersion=5
        answers: entity=ip:203.0.113.7 partition=12 offset=8 controlVersion=5"
    `);

    const rejected = apply({ kind: 'reject-withdrawal', ...refOf(W2), note: '' });
    expect(told(rejected)).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=e38e95570bc1adad126a2020738b1d6a withdrawal=w2 account=bob asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-bob
          requestDigest=6c68e209846724060e42ede043b77328cf184773be5955a1412fa67ceebb0f86
          outcome=rejected controlVersion=6 policyVersion=1 approvers=[ann, ben]
          refused=null atMs=1770361200000
        reasons: reason=A11 entity=account:bob
          values: adjustmentId=adj-bob adjustmentOperator=olaf adjustmentAccount=bob
              adjustmentAmount=620 BTC adjustmentMissing=ticket and approver
              signal=0be233183ef50264e7b438e00cb029b7 version=1 untilMs=1770447600000
        reasons: reason=asset_blocked entity=asset:BTC
          values: block=liabilities_wallets controlVersion=5
        values: availableMinor=900 amountMinor=250
        answers: entity=account:bob partition=2 offset=12 controlVersion=6
        answers: entity=asset:BTC partition=9 offset=10 controlVersion=4
        answers: entity=address:bitcoin:bc1-bob partition=9 offset=10 controlVersion=4
        answers: entity=device:phone-of-bob partition=13 offset=5 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=6 controlVersion=4
      ReleaseHold to commands.v1
        sender=judge id=release-hold:w2:3 withdrawal=w2 account=bob asset=BTC
          requestDigest=6c68e209846724060e42ede043b77328cf184773be5955a1412fa67ceebb0f86
          decision=e38e95570bc1adad126a2020738b1d6a"
    `);
    const { withdrawal, account, asset, amountMinor } = W2;
    const freed = { withdrawal, account, asset, amountMinor, decision: 'd' };
    venue.lanes.route(HoldReleased.of(freed));
    venue.lanes.settle();

    const release: Act = { kind: 'release-withdrawal', ...refOf(W1), reasons: ['U13'] };
    expect(told(apply(release))).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=b06ca8a002965a9309e4195613541e66 withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=held controlVersion=7 policyVersion=1 approvers=[ann, ben]
          refused=asset_blocked atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        reasons: reason=asset_blocked entity=asset:BTC
          values: block=liabilities_wallets controlVersion=5
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=12 controlVersion=7
        answers: entity=asset:BTC partition=9 offset=8 controlVersion=4
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=8 controlVersion=4
        answers: entity=device:phone-of-alice partition=9 offset=8 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4"
    `);
    const lifted = apply({ kind: 'lift-block', asset: 'BTC' });
    expect(told(lifted)).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=a6183a3abd6dc1468257f4ea0dc3eeba withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=held controlVersion=8 policyVersion=1 approvers=[] refused=null
          atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=13 controlVersion=8
        answers: entity=asset:BTC partition=9 offset=8 controlVersion=4
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=8 controlVersion=4
        answers: entity=device:phone-of-alice partition=9 offset=8 controlVersion=4
        answers: entity=ip:203.0.113.7 partition=12 offset=5 controlVersion=4
      WithdrawalDecided to decisions.v1
        decision=fbf5f8eb301e37a22ba52bff5044ba4f withdrawal=w3 account=carol asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-carol
          requestDigest=2b97df24d766bd54530b5978823588e2fb14394e3155cd94ef40ac5accb8f547
          outcome=released reasons=[] controlVersion=8 policyVersion=1 approvers=[]
          refused=null atMs=1770361200000
        values: availableMinor=900 amountMinor=250
        answers: entity=account:carol partition=15 offset=17 controlVersion=8
        answers: entity=asset:BTC partition=9 offset=16 controlVersion=8
        answers: entity=address:bitcoin:bc1-carol partition=9 offset=16 controlVersion=8
        answers: entity=device:phone-of-carol partition=8 offset=14 controlVersion=8
        answers: entity=ip:203.0.113.7 partition=12 offset=12 controlVersion=8
      DebitWithdrawal to commands.v1
        sender=judge id=debit:w3:2 withdrawal=w3 account=carol asset=BTC
          requestDigest=2b97df24d766bd54530b5978823588e2fb14394e3155cd94ef40ac5accb8f547
          decision=fbf5f8eb301e37a22ba52bff5044ba4f"
    `);
    const released = apply(release);
    expect(told(released)).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=31736766b3d58116ba1971f5fb9c9b6b withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=released controlVersion=9 policyVersion=1 approvers=[ann, ben]
          refused=null atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=17 controlVersion=9
        answers: entity=asset:BTC partition=9 offset=18 controlVersion=9
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=18 controlVersion=9
        answers: entity=device:phone-of-alice partition=9 offset=18 controlVersion=9
        answers: entity=ip:203.0.113.7 partition=12 offset=14 controlVersion=9
      DebitWithdrawal to commands.v1
        sender=judge id=debit:w1:5 withdrawal=w1 account=alice asset=BTC
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          decision=31736766b3d58116ba1971f5fb9c9b6b"
    `);
    expect(told(apply(release))).toMatchInlineSnapshot(`
      "WithdrawalDecided to decisions.v1
        decision=960b2877aa5e599abdd8beec8871110a withdrawal=w1 account=alice asset=BTC
          amountMinor=250 chain=bitcoin address=bc1-alice
          requestDigest=6fcf13c1afe48165db9b2e249976bf2ede0cbf14a742eaeaa66e8769740da286
          outcome=released controlVersion=10 policyVersion=1 approvers=[ann, ben]
          refused=not_pending atMs=1770361200000
        reasons: reason=U13 entity=account:alice
          values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
              withdrawalAddress=bc1-alice addressStanding=in the address book
              addressAgeMs=7200000 lockMs=86400000 signal=d10977bed6f5afb8aad0fe3e11586db9
              version=1
        values: withdrawalId=w1 withdrawalAmount=2.5 BTC withdrawalChain=bitcoin
            withdrawalAddress=bc1-alice addressStanding=in the address book
            addressAgeMs=7200000 lockMs=86400000 availableMinor=900 amountMinor=250
        answers: entity=account:alice partition=8 offset=18 controlVersion=10
        answers: entity=asset:BTC partition=9 offset=18 controlVersion=9
        answers: entity=address:bitcoin:bc1-alice partition=9 offset=18 controlVersion=9
        answers: entity=device:phone-of-alice partition=9 offset=18 controlVersion=9
        answers: entity=ip:203.0.113.7 partition=12 offset=14 controlVersion=9"
    `);
  });

  it('books what the chain confirms, on the account’s own lane only', () => {
    venue.lanes.route(
      DepositConfirmed.of({
        account: 'alice',
        asset: 'BTC',
        amountMinor: 5n,
        ...destination('alice'),
        transaction: 'tx-1',
        output: 0,
        confirmations: 6,
      }),
    );
    venue.lanes.route(
      WithdrawalConfirmed.of({
        withdrawal: 'w3',
        account: 'carol',
        asset: 'BTC',
        amountMinor: 250n,
        chain: 'bitcoin',
        transaction: 'tx-2',
      }),
    );
    expect(told(venue.lanes.settle())).toMatchInlineSnapshot(`
      "CreditDeposit to commands.v1
        sender=judge id=deposit:bitcoin:tx-1:0 account=alice asset=BTC amountMinor=5
          deposit=bitcoin:tx-1:0
      SettleWithdrawal to commands.v1
        sender=judge id=settle:w3 withdrawal=w3 account=carol asset=BTC transaction=tx-2"
    `);
  });

  it('tells people once of a rule and a policy that cannot be read, and keeps the old ones', () => {
    const unread = [
      ...apply({ kind: 'apply-rule', rule: 'U13', version: 2, text: '{}' }),
      ...apply({ kind: 'apply-policy', version: 2, text: '{"rows":1}' }),
    ];
    expect(told(unread)).toMatchInlineSnapshot(`
      "AlertRaised to alerts.v1
        alert=155d9e346f8a26410b3453fdf3d35d27 incident=unreadable_control:rule U13
          kind=unreadable_control severity=high title=The new rule U13 cannot be read
          explanation=Version 2 is not in force; the one before it still is. malformed:
          /id: Invalid input: expected string, received undefined entities=[]
          evidence=[lanes.v1/0@5.0] cutMinute=null atMs=1770361200000
        values: control=rule U13 version=2
      AlertRaised to alerts.v1
        alert=8b6240b8b8b39ab8ed936ca579a1232c incident=unreadable_control:policy
          kind=unreadable_control severity=high title=The new policy cannot be read
          explanation=Version 2 is not in force; the one before it still is.
          unreadable_policy: rows: Invalid input: expected array, received number
          entities=[] evidence=[lanes.v1/0@6.0] cutMinute=null atMs=1770361200000
        values: control=policy version=2"
    `);
    expect(decisions(hold(W1)).map(({ reasons }) => reasons[0]?.reason)).toEqual(['U13']);
  });

  it('never asks the rule that it is to leave out', () => {
    const lanes = new JudgeLanes({ fold: judgeFold({ withoutRule: 'A11' }) });
    const text = fileText('rules/catalogue/a11-manual-adjustment/rule.json');
    const act = { kind: 'apply-rule', rule: 'A11', version: 1, text } as const;
    lanes.everywhere(ControlApplied.of({ version: 1, requestId: 'a', act, ...staff() }));
    lanes.route(adjustment('bob'));
    expect(lanes.settle()).toEqual([]);
  });
});

function decisions(trace: readonly Trace[]) {
  return trace.flatMap(({ event }) => (event.type === 'WithdrawalDecided' ? [event.data] : []));
}
