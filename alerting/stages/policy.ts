import type { Severity } from '../../core/events/fields.ts';
import { rankOf, type Change } from './transition.ts';

/** From this severity on people are woken. */
const PAGING_FROM: Severity = 'high';

/** Why a change of an incident wakes nobody. */
export type SuppressReason = 'severity_below_paging' | 'repeated' | 'nobody_on_call';

/** Whether a change asks for people; null where nothing about it could. */
export type PageWish =
  { readonly kind: 'page' } | { readonly kind: 'none'; readonly reason: SuppressReason | null };

/** One page for each opening and each rise of the severity, from high on. */
export function wishFor(of: { readonly change: Change; readonly severity: Severity }): PageWish {
  const { change, severity } = of;
  switch (change) {
    case 'opened':
    case 'severity_rose':
      return rankOf(severity) >= rankOf(PAGING_FROM)
        ? { kind: 'page' }
        : { kind: 'none', reason: 'severity_below_paging' };
    case 'repeated':
      return { kind: 'none', reason: 'repeated' };
    case 'acknowledged':
    case 'cleared':
    case 'resolved':
    case 'ignored':
      return { kind: 'none', reason: null };
  }
}
