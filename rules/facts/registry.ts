import type { EventType } from '../../core/events/registry.ts';
import { addressBook } from './address-book.ts';
import { adjustment } from './adjustment.ts';
import { approval } from './approval.ts';
import { device } from './device.ts';
import type { Fact, FactFamily } from './fact.ts';
import { loginFailures } from './login-failures.ts';
import { login } from './login.ts';
import { negativeBalance } from './negative-balance.ts';
import { origin } from './origin.ts';
import { probing } from './probing.ts';
import { role } from './role.ts';
import { securityChange } from './security-change.ts';
import { takeover } from './takeover.ts';
import { trade } from './trade.ts';
import { travel } from './travel.ts';
import { withdrawal } from './withdrawal.ts';
import { withdrawn } from './withdrawn.ts';

/**
 * Every family of facts: a new one is a file and a line here. They observe an event in this order,
 * and one that asks another stands behind it.
 */
const families: readonly FactFamily[] = [
  origin,
  adjustment,
  withdrawal,
  withdrawn,
  addressBook,
  login,
  loginFailures,
  travel,
  device,
  securityChange,
  takeover,
  role,
  approval,
  trade,
  probing,
  negativeBalance,
];

/** A fact under the name by which rules know it; `slot` numbers the facts from 0. */
export interface NamedFact {
  readonly name: string;
  readonly slot: number;
  readonly fact: Fact;
}

const named: readonly NamedFact[] = families
  .flatMap(({ facts }) => Object.entries(facts))
  .map(([name, fact], slot) => ({ name, slot, fact }));

/** Every fact by its name. */
export const facts: ReadonlyMap<string, NamedFact> = new Map(
  named.map((each) => [each.name, each]),
);

if (facts.size !== named.length) throw new Error('two facts have one name');

const observers = new Map<EventType, FactFamily[]>();
for (const family of families) {
  for (const type of family.observes) {
    observers.set(type, [...(observers.get(type) ?? []), family]);
  }
}

/** The families that remember something of this type of event, in the order of the list. */
export function observersOf(type: EventType): readonly FactFamily[] {
  return observers.get(type) ?? [];
}
