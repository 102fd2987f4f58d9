import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import type { IncidentView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { visible } from '../format.ts';
import { incidentPath, navigate } from '../router.ts';

const SHOWN_MS = 10_000;

/** Tells of incidents that open while the page is looked at: to the eye and, politely, the ear. */
export function Announcer() {
  const { data } = useQuery(queries.incidents());
  const known = useRef<ReadonlySet<string> | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (data === undefined) return;
    const before = known.current;
    known.current = new Set(data.incidents.map(({ incident }) => incident));
    if (before === undefined) return;
    const opened = data.incidents.filter(
      ({ incident, state }) => state === 'open' && !before.has(incident),
    );
    if (opened.length === 0) return;
    opened.forEach(showToast);
    setSaid(opened.map(({ severity, title }) => `New incident, ${severity}: ${title}.`).join(' '));
  }, [data]);
  return (
    <div className="unseen" role="status" aria-live="polite">
      {visible(said)}
    </div>
  );
}

function showToast({ incident, severity, title }: IncidentView): void {
  notifications.show({
    id: incident,
    role: 'presentation',
    color: severity === 'critical' || severity === 'high' ? 'red' : 'gray',
    title: `New incident: ${severity}`,
    message: visible(title),
    autoClose: SHOWN_MS,
    withBorder: true,
    onClick: () => {
      notifications.hide(incident);
      navigate(incidentPath(incident));
    },
    closeButtonProps: { 'aria-label': 'Close the message' },
  });
}
