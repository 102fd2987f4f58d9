/**
 * What a step made of a record. Nothing is lost silently: what does not go on carries a stable
 * reason, which becomes a metric's label.
 */
export type Outcome<T, DropReason extends string, DeadReason extends string> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'drop'; readonly reason: DropReason }
  | { readonly kind: 'dead-letter'; readonly reason: DeadReason; readonly detail: string };

export function ok<T>(value: T): { readonly kind: 'ok'; readonly value: T } {
  return { kind: 'ok', value };
}

export function drop<R extends string>(reason: R): { readonly kind: 'drop'; readonly reason: R } {
  return { kind: 'drop', reason };
}

export function deadLetter<R extends string>(
  reason: R,
  detail: string,
): { readonly kind: 'dead-letter'; readonly reason: R; readonly detail: string } {
  return { kind: 'dead-letter', reason, detail };
}
