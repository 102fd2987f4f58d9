import { useQuery } from '@tanstack/react-query';

import type { ScenarioView } from '../../../../core/venue-views.ts';
import { queries } from '../api/queries.ts';
import { plural, visible } from '../format.ts';
import { Facts } from '../parts/facts.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { SeverityTag, Tag, type Tone } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { meaning } from '../words.ts';

const STATES: Readonly<
  Record<ScenarioView['state'], { readonly tone: Tone; readonly text: string }>
> = {
  fired: { tone: 'busy', text: 'has fired' },
  watching: { tone: 'good', text: 'watching' },
  blind: { tone: 'warn', text: 'blind' },
};

/** Which scenarios are in force, when each fired, when it could have, and where it is blind. */
export function ScenariosPage(props: { readonly scenario: string | null }) {
  const query = useQuery(queries.scenarios());
  const count = query.data?.scenarios.length ?? 0;
  const blind = query.data?.scenarios.filter(({ state }) => state === 'blind').length ?? 0;
  return (
    <div className="single">
      <Panel id="scenarios" title="In force" aside={`${plural(count, 'scenario')}, ${blind} blind`}>
        <Loaded query={query}>
          {({ scenarios }) =>
            scenarios.length === 0 ? (
              <Empty>No scenario is in force: nothing is watched for.</Empty>
            ) : (
              scenarios.map((scenario) => (
                <Scenario
                  key={scenario.scenario}
                  view={scenario}
                  open={scenario.scenario === props.scenario}
                />
              ))
            )
          }
        </Loaded>
      </Panel>
    </div>
  );
}

function Scenario(props: { readonly view: ScenarioView; readonly open: boolean }) {
  const { view, open } = props;
  const name = view.version === null ? meaning(view.scenario) : view.name;
  return (
    <article className="card">
      <header className="card-head">
        <h3>
          <code>{visible(view.scenario)}</code> {visible(name)}
        </h3>
        <span className="tags">
          {view.severity === null ? null : <SeverityTag severity={view.severity} />}
          <Tag {...STATES[view.state]} />
        </span>
      </header>
      {view.state === 'blind' ? <Blind view={view} /> : null}
      <Facts facts={factsOf(view)} />
      {view.text === null ? (
        <p className="quiet">Built in: it has no rule's text.</p>
      ) : (
        <details open={open}>
          <summary>The rule as it is in force, version {view.version}</summary>
          <pre className="json" role="region" tabIndex={0} aria-label={`Text of ${view.scenario}`}>
            {visible(view.text)}
          </pre>
        </details>
      )}
    </article>
  );
}

function Blind(props: { readonly view: ScenarioView }) {
  const { on, blindTo, lastPossibleAtMs } = props.view;
  return (
    <p className="hint">
      Its silence says nothing:{' '}
      {lastPossibleAtMs === null ? `no ${on.map(visible).join(' or ')} has come yet. ` : null}
      {blindTo.length === 0 ? null : `Never delivered: ${blindTo.map(visible).join(', ')}.`}
    </p>
  );
}

function factsOf(view: ScenarioView) {
  const time = (ms: number | null) => (ms === null ? 'never' : <Time ms={ms} long />);
  const builtIn = view.version === null;
  return [
    { name: 'Fired', value: plural(view.fired, 'time') },
    { name: 'Last fired', value: time(view.lastFiredAtMs) },
    ...(builtIn
      ? []
      : [
          { name: 'Last could have fired', value: time(view.lastPossibleAtMs) },
          { name: 'Looks at', value: <code>{view.on.map(visible).join(', ')}</code> },
          { name: 'Leads to', value: view.leadsTo.join('; ') || 'nothing but the signal' },
        ]),
  ];
}
