import type { VigilEvent } from '../core/events/definition.ts';

/** What became of a command: refused, and nothing changed; or done, the answer to it first. */
export type Result<Reason extends string> =
  | { readonly kind: 'refused'; readonly reason: Reason }
  | { readonly kind: 'done'; readonly events: readonly [VigilEvent, ...VigilEvent[]] };

export function refused<const Reason extends string>(
  reason: Reason,
): { readonly kind: 'refused'; readonly reason: Reason } {
  return { kind: 'refused', reason };
}

export function done(
  first: VigilEvent,
  ...rest: readonly VigilEvent[]
): { readonly kind: 'done'; readonly events: readonly [VigilEvent, ...VigilEvent[]] } {
  return { kind: 'done', events: [first, ...rest] };
}
