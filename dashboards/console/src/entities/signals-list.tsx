import type { SignalView } from '../../../../core/venue-views.ts';
import { visible } from '../format.ts';
import { Link } from '../link.tsx';
import { SeverityTag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { recordPath, scenarioPath } from '../router.ts';

/** What scenarios and detectors saw, newest first, each with its record. */
export function SignalsList(props: { readonly signals: readonly SignalView[] }) {
  return (
    <ol className="timeline">
      {props.signals.map((signal) => (
        <li key={signal.signal} data-severity={signal.severity}>
          <Time ms={signal.atMs} />
          <div>
            <p className="timeline-title">
              {visible(signal.title)} <SeverityTag severity={signal.severity} />
            </p>
            <p className="quiet">
              <Link to={scenarioPath(signal.scenario)}>{visible(signal.scenario)}</Link>{' '}
              {visible(signal.explanation)}{' '}
              <Link to={recordPath(signal.position)} className="faint">
                {visible(signal.position.topic)} {signal.position.partition}/
                {signal.position.offset}
              </Link>
            </p>
          </div>
        </li>
      ))}
    </ol>
  );
}
