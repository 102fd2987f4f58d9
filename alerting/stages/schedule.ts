import type { Act, StaffRight } from '../../core/events/acts.ts';
import type { FoldState } from '../../core/fold-state.ts';

interface Member {
  readonly rights: readonly StaffRight[];
  readonly mail: string;
}

/** Somebody who can be reached. */
export interface Recipient {
  readonly staff: string;
  readonly mail: string;
}

/** Who works here, who is on call, and where they are reached; changed by controls alone. */
export class Schedule {
  readonly #state: FoldState;

  constructor(state: FoldState) {
    this.#state = state;
  }

  /** Returns true if the act changed who can be reached. */
  apply(act: Act): boolean {
    switch (act.kind) {
      case 'apply-schedule':
        this.#state.set('schedule', act.onCall);
        return true;
      case 'change-staff': {
        const member: Member = { rights: act.rights, mail: act.mail };
        this.#state.set(`staff ${act.staff}`, member);
        return true;
      }
      default:
        return false;
    }
  }

  /**
   * The first on call who can be reached, else every administrator who can; those in `without` were
   * tried before. Who has no right any more does not work here and is told nothing.
   */
  recipients(without: readonly string[]): readonly Recipient[] {
    const onCall = this.#state.get<readonly string[]>('schedule') ?? [];
    for (const staff of onCall) {
      const member = this.#state.get<Member>(`staff ${staff}`);
      if (member === undefined || !isReachable(member) || without.includes(staff)) continue;
      return [{ staff, mail: member.mail }];
    }
    const found: Recipient[] = [];
    for (const [key, member] of this.#state.entries<Member>('staff ')) {
      const staff = key.slice('staff '.length);
      if (!member.rights.includes('admin') || !isReachable(member)) continue;
      if (!without.includes(staff)) found.push({ staff, mail: member.mail });
    }
    return found;
  }
}

function isReachable(member: Member): boolean {
  return member.rights.length > 0 && member.mail.includes('@');
}
