import { Drawer } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { MeView } from '../../../../core/views.ts';
import { ActsDetail } from '../acts/acts-panel.tsx';
import { queries } from '../api/queries.ts';
import { DeadLettersDetail } from '../dead-letters/dead-letters.tsx';
import { visible } from '../format.ts';
import { IncidentDetail } from '../incidents/incident-detail.tsx';
import { OutboxDetail } from '../outbox/outbox.tsx';
import { Empty } from '../parts/feedback.tsx';
import { RecordDetail } from '../records/record-detail.tsx';
import { navigate, type Route } from '../router.ts';
import { WithdrawalDetail } from '../withdrawals/withdrawal-detail.tsx';

type DetailRoute = Exclude<Route, { readonly kind: 'home' }>;

/** What the address asks for, beside the page; closing it leads back to the page itself. */
export function Detail(props: { readonly route: Route; readonly me: MeView }) {
  const { route, me } = props;
  const [last, setLast] = useState<DetailRoute | undefined>(undefined);
  // While it slides away it still shows what it showed.
  if (route.kind !== 'home' && !sameRoute(route, last)) setLast(route);
  const shown = route.kind === 'home' ? last : route;
  const title = useTitle(shown);
  useDocumentTitle(route.kind === 'home' ? 'Vigil' : `${title} · Vigil`);
  return (
    <Drawer.Root
      opened={route.kind !== 'home'}
      onClose={() => navigate('/')}
      position="right"
      size="min(760px, 100vw)"
      transitionProps={{ duration: 120 }}
    >
      <Drawer.Overlay backgroundOpacity={0.35} />
      <Drawer.Content>
        {/* The page has one banner, and this is not it. */}
        <Drawer.Header className="detail-head" role="presentation">
          <Drawer.Title className="detail-title">{title}</Drawer.Title>
          <Drawer.CloseButton aria-label="Close" />
        </Drawer.Header>
        <Drawer.Body className="detail">
          {shown === undefined ? null : <Body key={JSON.stringify(shown)} route={shown} me={me} />}
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Body(props: { readonly route: DetailRoute; readonly me: MeView }): ReactNode {
  const { route, me } = props;
  switch (route.kind) {
    case 'incident':
      return <IncidentDetail incident={route.incident} me={me} />;
    case 'withdrawal':
      return <WithdrawalDetail withdrawal={route.withdrawal} me={me} />;
    case 'acts':
      return <ActsDetail me={me} />;
    case 'pages':
      return <OutboxDetail />;
    case 'dead-letters':
      return <DeadLettersDetail />;
    case 'record':
      return <RecordDetail {...route} />;
    case 'unknown':
      return <Empty>There is nothing at {visible(route.path)}. Close this to see the page.</Empty>;
  }
}

function useTitle(route: DetailRoute | undefined): string {
  const key = route?.kind === 'incident' ? route.incident : undefined;
  const { data } = useQuery({
    ...queries.incidents(),
    select: ({ incidents }) => incidents.find(({ incident }) => incident === key)?.title,
    enabled: key !== undefined,
  });
  if (route === undefined) return '';
  switch (route.kind) {
    case 'incident':
      return visible(data ?? `Incident ${route.incident}`);
    case 'withdrawal':
      return `Withdrawal ${visible(route.withdrawal)}`;
    case 'acts':
      return 'Acts';
    case 'pages':
      return 'Outbox';
    case 'dead-letters':
      return 'Dead letters';
    case 'record':
      return `Record ${visible(route.topic)} ${route.partition}/${route.offset}`;
    case 'unknown':
      return 'Not found';
  }
}

function sameRoute(one: DetailRoute, other: DetailRoute | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
