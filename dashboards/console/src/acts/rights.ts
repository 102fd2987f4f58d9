import type { MeView } from '../../../../core/views.ts';

/** Rights of which one is enough for every act that the console composes. */
const DECIDING = ['officer', 'approver'] as const;

/** Why this person can neither ask for nor approve an act, or null; the API decides in the end. */
export function cannotDecide(me: MeView): string | null {
  if (DECIDING.some((right) => me.rights.includes(right))) return null;
  const held = me.rights.join(', ') || 'no rights';
  return `Only an ${DECIDING.join(' or ')} may do this; you have: ${held}.`;
}
