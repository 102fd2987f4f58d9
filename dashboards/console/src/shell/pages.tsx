import type { ReactNode } from 'react';

import type { MeView } from '../../../../core/views.ts';
import { ActsPage } from '../acts/acts-page.tsx';
import { DeadLettersPage } from '../dead-letters/dead-letters-page.tsx';
import { EntityPage } from '../entities/entity-page.tsx';
import { visible } from '../format.ts';
import { IncidentsPanel } from '../incidents/incidents-panel.tsx';
import { MarketPage } from '../markets/market-page.tsx';
import { OutboxPage } from '../outbox/outbox-page.tsx';
import { OverviewPage } from '../overview/overview-page.tsx';
import { Empty } from '../parts/feedback.tsx';
import { ReconciliationPage } from '../reconciliation/reconciliation-page.tsx';
import type { PageRoute } from '../router.ts';
import { ScenariosPage } from '../scenarios/scenarios-page.tsx';
import { SearchPage } from '../search/search-page.tsx';
import { ServersPage } from '../servers/servers-page.tsx';
import { WithdrawalsPanel } from '../withdrawals/withdrawals-panel.tsx';

/** The page of a route, under its heading. */
export function Page(props: { readonly route: PageRoute; readonly me: MeView }) {
  const { route } = props;
  return (
    <>
      <h1 className={route.kind === 'home' ? 'unseen' : 'page-title'}>{titleOf(route)}</h1>
      <Body {...props} />
    </>
  );
}

/** What a page is called, in its heading and in the browser's list of pages. */
export function titleOf(route: PageRoute): string {
  switch (route.kind) {
    case 'home':
      return 'What needs a decision and what is happening';
    case 'incidents':
      return 'Incidents';
    case 'withdrawals':
      return 'Withdrawals';
    case 'reconciliation':
      return 'Reconciliation';
    case 'market':
      return route.market === null ? 'Markets' : `Market ${visible(route.market)}`;
    case 'servers':
      return route.host === null ? 'Servers' : `Server ${visible(route.host)}`;
    case 'scenarios':
      return 'Scenarios';
    case 'pages':
      return 'Outbox';
    case 'dead-letters':
      return 'Dead letters';
    case 'acts':
      return 'Acts';
    case 'entity':
      return visible(route.entity);
    case 'search':
      return 'Search';
    case 'unknown':
      return 'Not found';
  }
}

function Body(props: { readonly route: PageRoute; readonly me: MeView }): ReactNode {
  const { route, me } = props;
  switch (route.kind) {
    case 'home':
      return <OverviewPage me={me} />;
    case 'incidents':
      return (
        <div className="single">
          <IncidentsPanel />
        </div>
      );
    case 'withdrawals':
      return (
        <div className="single">
          <WithdrawalsPanel />
        </div>
      );
    case 'reconciliation':
      return <ReconciliationPage me={me} />;
    case 'market':
      return <MarketPage market={route.market} atMs={route.atMs} />;
    case 'servers':
      return <ServersPage host={route.host} />;
    case 'scenarios':
      return <ScenariosPage scenario={route.scenario} />;
    case 'pages':
      return <OutboxPage />;
    case 'dead-letters':
      return <DeadLettersPage me={me} />;
    case 'acts':
      return <ActsPage me={me} />;
    case 'entity':
      return <EntityPage key={route.entity} entity={route.entity} />;
    case 'search':
      return <SearchPage query={route.query} />;
    case 'unknown':
      return (
        <div className="single">
          <Empty>There is nothing at {visible(route.path)}.</Empty>
        </div>
      );
  }
}
