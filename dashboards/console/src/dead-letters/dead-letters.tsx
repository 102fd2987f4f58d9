import { useQuery } from '@tanstack/react-query';

import type { DeadLetterView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';
import { meaning } from '../words.ts';

const SHOWN_ON_PAGE = 3;

/** What could not be taken in, newest first. */
export function DeadLettersPanel() {
  const query = useQuery(queries.deadLetters());
  return (
    <Panel
      id="dead-letters"
      title="Dead letters"
      aside={<Link to="/dead-letters">All dead letters</Link>}
    >
      <Loaded query={query}>
        {({ deadLetters, total }) =>
          total === 0 ? (
            <Empty>Everything that came could be read.</Empty>
          ) : (
            <>
              <p>
                <b className="number">{formatCount(total)}</b> could not be taken in.
              </p>
              <ul className="history">
                {deadLetters.slice(0, SHOWN_ON_PAGE).map((letter) => (
                  <li key={letter.deadLetter}>
                    <Time ms={letter.recordedAtMs} /> <b>{visible(letter.source)}</b>{' '}
                    {meaning(letter.reason)}
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

/** Every dead letter kept, with its original bytes as text. */
export function DeadLettersDetail() {
  const query = useQuery(queries.deadLetters());
  return (
    <Loaded query={query}>
      {({ deadLetters, total }) => (
        <>
          {total === 0 ? <Empty>Everything that came could be read.</Empty> : null}
          {total > deadLetters.length ? (
            <p className="quiet">
              The newest {formatCount(deadLetters.length)} of {formatCount(total)}.
            </p>
          ) : null}
          {deadLetters.map((letter) => (
            <Letter key={letter.deadLetter} letter={letter} />
          ))}
        </>
      )}
    </Loaded>
  );
}

function Letter(props: { readonly letter: DeadLetterView }) {
  const { letter } = props;
  return (
    <article className="card">
      <header className="card-head">
        <h3>{meaning(letter.reason)}</h3>
        <code>{visible(letter.reason)}</code>
      </header>
      <p className="quiet">
        <Time ms={letter.recordedAtMs} long /> · from {visible(letter.source)} ·{' '}
        {plural(letter.bytesTotal, 'byte')}
      </p>
      <p>{visible(letter.detail)}</p>
      <pre
        className="json"
        role="region"
        tabIndex={0}
        aria-label={`Content of ${letter.deadLetter}`}
      >
        {visible(letter.text)}
      </pre>
    </article>
  );
}
