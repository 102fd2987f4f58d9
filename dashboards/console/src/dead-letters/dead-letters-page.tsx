import { useQuery } from '@tanstack/react-query';

import type { DeadLetterView, MeView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, plural, visible } from '../format.ts';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';
import { meaning } from '../words.ts';
import { Replay } from './replay.tsx';

/** Every dead letter kept, with its original bytes as text. */
export function DeadLettersPage(props: { readonly me: MeView }) {
  const query = useQuery(queries.deadLetters());
  return (
    <div className="single">
      <Panel id="all-dead-letters" title="What could not be taken in">
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
                <Letter key={letter.deadLetter} letter={letter} me={props.me} />
              ))}
            </>
          )}
        </Loaded>
      </Panel>
    </div>
  );
}

function Letter(props: { readonly letter: DeadLetterView; readonly me: MeView }) {
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
      <Replay deadLetter={letter.deadLetter} me={props.me} />
    </article>
  );
}
