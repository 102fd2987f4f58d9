import type { IncidentView } from '../../../../core/views.ts';
import type { Tone } from '../parts/tags.tsx';

const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

export const INCIDENT_TONES: Readonly<Record<IncidentView['state'], Tone>> = {
  open: 'bad',
  acknowledged: 'busy',
  cleared: 'good',
  resolved: 'calm',
};

/** Whether people still have something to do about it. */
export function needsPeople(incident: IncidentView): boolean {
  return incident.state !== 'resolved';
}

/** What needs people first, the open before the known, the severe before the mild, then by age. */
export function byUrgency(incidents: readonly IncidentView[]): readonly IncidentView[] {
  const rank = (incident: IncidentView): number => {
    const state = { open: 0, acknowledged: 1, cleared: 2, resolved: 3 }[incident.state];
    return state * SEVERITIES.length - SEVERITIES.indexOf(incident.severity);
  };
  return incidents.toSorted(
    (one, other) => rank(one) - rank(other) || other.openedAtMs - one.openedAtMs,
  );
}
