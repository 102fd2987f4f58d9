import type { MeView } from '../../../../core/views.ts';
import { ActivityPanel } from '../activity/activity-panel.tsx';
import { TimelinePanel } from '../activity/timeline-panel.tsx';
import { ActsPanel } from '../acts/acts-panel.tsx';
import { IncidentsPanel } from '../incidents/incidents-panel.tsx';
import { BooksSummary } from '../reconciliation/books-summary.tsx';
import { Decisions } from '../shell/decisions.tsx';
import { WithdrawalsPanel } from '../withdrawals/withdrawals-panel.tsx';

/** What stands now, each with the way to the whole of it. */
export function OverviewPage(props: { readonly me: MeView }) {
  const { me } = props;
  return (
    <>
      <Decisions me={me} />
      <div className="page">
        <div className="column">
          <IncidentsPanel brief />
          <WithdrawalsPanel brief />
          <ActsPanel me={me} />
          <TimelinePanel />
        </div>
        <div className="column">
          <BooksSummary />
          <ActivityPanel />
        </div>
      </div>
    </>
  );
}
