import type { Act, StaffRight } from '../../core/events/acts.ts';

/** Who may ask for an act, and whether a second person must approve it. */
export interface ActRule {
  /** One of these rights is enough to ask, and to approve. Empty: no person may. */
  readonly staff: readonly StaffRight[];
  readonly persons: 1 | 2;
  /**
   * Folds that may ask; they need no second person, since what they do ends or is lifted by people.
   */
  readonly folds: readonly string[];
}

/** The whole table of what may be put in force, by whom. */
export const ACT_RULES: { readonly [K in Act['kind']]: ActRule } = {
  'list-asset': { staff: ['admin'], persons: 2, folds: [] },
  'list-market': { staff: ['admin'], persons: 2, folds: [] },
  'change-staff': { staff: ['admin'], persons: 2, folds: [] },
  'change-client': { staff: ['admin'], persons: 2, folds: [] },
  'apply-rule': { staff: ['officer', 'admin'], persons: 2, folds: [] },
  'apply-policy': { staff: ['officer', 'admin'], persons: 2, folds: [] },
  'apply-schedule': { staff: ['on-call', 'admin'], persons: 2, folds: [] },
  'place-block': { staff: ['officer', 'admin'], persons: 1, folds: ['reconciliation', 'judge'] },
  'clear-block': { staff: [], persons: 1, folds: ['reconciliation'] },
  'lift-block': { staff: ['officer', 'approver'], persons: 2, folds: [] },
  'release-withdrawal': { staff: ['officer', 'approver'], persons: 2, folds: [] },
  'reject-withdrawal': { staff: ['officer', 'approver'], persons: 1, folds: [] },
  'change-list': { staff: ['compliance', 'officer'], persons: 2, folds: [] },
  'reverse-adjustments': { staff: ['officer', 'approver'], persons: 2, folds: [] },
};
