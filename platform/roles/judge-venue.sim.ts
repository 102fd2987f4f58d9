import { readFileSync } from 'node:fs';
import type { Act } from '../../core/events/acts.ts';
import type { WithdrawalRequest } from '../../core/events/commands.ts';
import { ControlApplied, TickPassed } from '../../core/events/every.ts';
import { AdjustmentBooked, WithdrawalHeld } from '../../core/events/market.ts';
import { AddressAdded } from '../../core/events/user.ts';
import { digestOf } from '../../core/ids.ts';
import { judgeFold } from './judge.ts';
import { JudgeLanes, type Choose } from './judge-lanes.sim.ts';

export const START_MS = Date.UTC(2026, 1, 6, 7);
export const HOUR_MS = 3_600_000;

export function fileText(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/** What happens around the judges; nothing is read or written before the lanes take steps. */
export class Venue {
  readonly lanes: JudgeLanes;
  nowMs = START_MS;
  #version = 0;

  constructor(options: { readonly choose?: Choose; readonly restless?: boolean } = {}) {
    this.lanes = new JudgeLanes({ fold: judgeFold(), ...options });
  }

  open(): void {
    this.tick(0);
    this.apply({ kind: 'list-asset', asset: { asset: 'BTC', decimals: 2 } });
    const a11 = fileText('rules/catalogue/a11-manual-adjustment/rule.json');
    const u13 = fileText('rules/catalogue/u13-address-change/rule.json');
    this.apply({ kind: 'apply-rule', rule: 'A11', version: 1, text: a11 });
    this.apply({ kind: 'apply-rule', rule: 'U13', version: 1, text: u13 });
    this.apply({ kind: 'apply-policy', version: 1, text: fileText('risk/policy.json') });
    this.lanes.settle();
  }

  tick(byMs: number): void {
    this.nowMs += byMs;
    this.lanes.everywhere(TickPassed.of({ atMs: this.nowMs, gapMs: 0 }));
  }

  apply(act: Act): void {
    this.#version += 1;
    const version = this.#version;
    const requestId = `act-${version}`;
    this.lanes.everywhere(ControlApplied.of({ version, requestId, act, ...staff() }));
  }

  knowAddress(account: string, recordedAtMs: number): void {
    const data = { account, asset: 'BTC', ...destination(account), label: '' };
    const occurredAtMs = recordedAtMs;
    const id = `address ${account}`;
    const stamp = { id, source: 'app', occurredAtMs, recordedAtMs, traceparent: null };
    this.lanes.route(AddressAdded.of(data, stamp));
  }

  hold(request: WithdrawalRequest): void {
    const requestDigest = digestOf(request);
    this.lanes.route(WithdrawalHeld.of({ request, requestDigest, availableMinor: 900n }));
  }
}

export function staff() {
  return { by: 'ann', approvedBy: 'ben' };
}

export function destination(account: string) {
  return { chain: 'bitcoin', address: `bc1-${account}` };
}

export function requestOf(withdrawal: string, account: string): WithdrawalRequest {
  return {
    withdrawal,
    account,
    asset: 'BTC',
    amountMinor: 250n,
    ...destination(account),
    memo: null,
    device: `phone-of-${account}`,
    session: null,
    ip: '203.0.113.7',
    apikey: null,
  };
}

export function refOf(request: WithdrawalRequest) {
  const { withdrawal, account, asset, amountMinor, chain, address } = request;
  const requestDigest = digestOf(request);
  return { withdrawal, account, asset, amountMinor, chain, address, requestDigest };
}

/** A credit without ticket and approver. The engine books each id once. */
export function adjustment(account: string, { id = `adj-${account}` } = {}) {
  return AdjustmentBooked.of({
    adjustment: id,
    account,
    asset: 'BTC',
    amountMinor: 62_000n,
    operator: 'olaf',
    ticket: null,
    approver: null,
    reverses: null,
    note: 'promotion',
  });
}
