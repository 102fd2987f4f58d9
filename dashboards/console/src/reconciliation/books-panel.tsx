import { useQuery } from '@tanstack/react-query';

import type { BlockView, BookView, MeView } from '../../../../core/views.ts';
import { AskAct } from '../acts/ask-act.tsx';
import { liftOf } from '../acts/compose.ts';
import { cannotDecide } from '../acts/rights.ts';
import { queries } from '../api/queries.ts';
import { utcMinute, visible } from '../format.ts';
import { Amount } from '../parts/amount.tsx';
import { Empty, Loaded } from '../parts/feedback.tsx';
import { Panel } from '../parts/panel.tsx';
import { Tag } from '../parts/tags.tsx';
import { Time } from '../parts/time.tsx';
import { meaning } from '../words.ts';
import { BookHistory } from './book-history.tsx';
import { checksOf } from './checks.ts';
import { CutsTable } from './cuts-table.tsx';
import { WayToPostings } from './way-to-postings.tsx';

/** The three books of each asset as the last cut compared them, and the blocks that follow. */
export function BooksPanel(props: { readonly me: MeView }) {
  const query = useQuery(queries.overview());
  return (
    <Panel id="books" title="Books" aside="compared every minute">
      <Loaded query={query}>
        {({ books, blocks }) => {
          const blockedOnly = blocks.filter(
            (block) => !books.some(({ asset }) => asset === block.asset),
          );
          if (books.length === 0 && blocks.length === 0) {
            return <Empty>No cut yet: the first comes with the venue's first full minute.</Empty>;
          }
          return (
            <>
              {blockedOnly.map((block) => (
                <Block key={block.asset} block={block} me={props.me} />
              ))}
              {books.map((book) => (
                <Book
                  key={book.asset}
                  book={book}
                  block={blocks.find(({ asset }) => asset === book.asset)}
                  me={props.me}
                />
              ))}
            </>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Book(props: {
  readonly book: BookView;
  readonly block: BlockView | undefined;
  readonly me: MeView;
}) {
  const { book, block, me } = props;
  const broken = book.breaks.length > 0;
  return (
    <article className="book" data-broken={broken}>
      <header className="card-head">
        <h3>{visible(book.asset)}</h3>
        <span className="tags">
          {block === undefined ? null : <Tag tone="bad" text="withdrawals blocked" />}
          <Tag tone={broken ? 'bad' : 'good'} text={broken ? 'break' : 'clean'} />
          <span className="quiet number">cut of {utcMinute(book.minute)} UTC</span>
        </span>
      </header>
      {block === undefined ? null : <Block block={block} me={me} />}
      <Sums book={book} />
      <Checks book={book} />
      {broken ? <WayToPostings asset={book.asset} /> : null}
      <BookHistory book={book} />
      <CutsTable book={book} />
    </article>
  );
}

function Sums(props: { readonly book: BookView }) {
  const { book } = props;
  const rows: readonly (readonly [string, string, string | null])[] = [
    ['L', 'owed', book.liabilitiesMinor],
    ['T', 'in transit', book.inTransitMinor],
    ['G', 'wallets, by ledger', book.ledgerMinor],
    ['C', 'wallets, by custody', book.custodyMinor],
    ['', 'in flight', book.inFlightMinor],
    ['', 'suspense', book.suspenseMinor],
  ];
  return (
    <dl className="sums">
      {rows.map(([letter, name, minor]) => (
        <div key={name} className="sum">
          <dt>
            {letter === '' ? null : <b>{letter}</b>} {name}
          </dt>
          <dd>{minor === null ? 'no report yet' : <Amount minor={minor} asset={book.asset} />}</dd>
        </div>
      ))}
    </dl>
  );
}

function Checks(props: { readonly book: BookView }) {
  return (
    <ul className="checks" aria-label={`Checks of ${props.book.asset}`}>
      {checksOf(props.book).map(({ name, says, differenceMinor }) => (
        <li key={name} data-broken={differenceMinor !== null}>
          <span>
            <b>{name}</b> <span className="quiet">{says}</span>
          </span>
          {differenceMinor === null ? (
            <span className="good">holds</span>
          ) : (
            <span className="bad">
              broken by <Amount minor={differenceMinor} asset={props.book.asset} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Block(props: { readonly block: BlockView; readonly me: MeView }) {
  const { block, me } = props;
  return (
    <div className="block" data-clear={block.clear}>
      <p>
        <strong>Withdrawals of {visible(block.asset)} are blocked</strong> since{' '}
        <Time ms={block.sinceMs} /> UTC: {meaning(block.reason).toLowerCase()}.{' '}
        {block.clear
          ? 'A clean cut has come: two people may lift it.'
          : 'It stands until a cut is clean.'}
      </p>
      <details>
        <summary>What was found</summary>
        <p className="quiet">{visible(block.evidence)}</p>
      </details>
      <AskAct
        asking={{
          open: `Lift the block of ${visible(block.asset)}`,
          persons: 2,
          compose: () => liftOf(block.asset),
          unavailable: block.clear
            ? cannotDecide(me)
            : 'No clean cut has come since the block: it cannot be lifted yet.',
        }}
      />
    </div>
  );
}
