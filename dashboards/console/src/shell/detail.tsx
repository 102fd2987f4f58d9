import { Drawer } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';

import type { MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { visible } from '../format.ts';
import { IncidentDetail } from '../incidents/incident-detail.tsx';
import { RecordDetail } from '../records/record-detail.tsx';
import { isDetail, navigate, type DetailRoute, type Route } from '../router.ts';
import { WithdrawalDetail } from '../withdrawals/withdrawal-detail.tsx';
import type { Beneath } from './beneath.ts';
import { titleOf } from './pages.tsx';

/** What the address asks for, beside the page; closing it leads back to the page itself. */
export function Detail(props: {
  readonly route: Route;
  readonly beneath: Beneath;
  readonly me: MeView;
}) {
  const { route, beneath, me } = props;
  const [last, setLast] = useState<DetailRoute | undefined>(undefined);
  // While it slides away it still shows what it showed.
  if (isDetail(route) && !sameRoute(route, last)) setLast(route);
  const shown = isDetail(route) ? route : last;
  const title = useTitle(shown);
  const page = beneath.page.kind === 'home' ? 'Vigil' : `${titleOf(beneath.page)} · Vigil`;
  useDocumentTitle(isDetail(route) ? `${title} · Vigil` : page);
  return (
    <Drawer.Root
      opened={isDetail(route)}
      onClose={() => navigate(beneath.path)}
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
    case 'record':
      return <RecordDetail {...route} />;
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
    case 'record':
      return `Record ${visible(route.topic)} ${route.partition}/${route.offset}`;
  }
}

function sameRoute(one: DetailRoute, other: DetailRoute | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
