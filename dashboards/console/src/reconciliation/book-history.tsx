import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';

import type { BookView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { formatCount, plural, visible } from '../format.ts';
import { useDecimals } from '../parts/amount.tsx';
import { Loaded } from '../parts/feedback.tsx';
import { Plot } from '../parts/plot.tsx';
import { forPicture, watchedMinor } from './checks.ts';

const MINUTE_MS = 60_000;
/** The picture is of what just happened; older cuts are in the API. */
const CUTS_SHOWN = 30;

/** What stood in suspense and what ledger and custody differed by, cut by cut. */
export function BookHistory(props: { readonly book: BookView }) {
  const { asset, minute } = props.book;
  const query = useQuery({ ...queries.book({ asset, minute }), select: lastCuts });
  return (
    <Loaded query={query}>
      {(history) =>
        isFlat(history) ? (
          <p className="quiet">
            Suspense and G − C were zero in the last {plural(history.length, 'cut')}.
          </p>
        ) : (
          <Picture asset={asset} history={history} />
        )
      }
    </Loaded>
  );
}

function lastCuts(book: { readonly history: readonly BookView[] }): readonly BookView[] {
  return book.history.slice(-CUTS_SHOWN);
}

/** Nothing to look at: a line along zero says less than a sentence. */
function isFlat(history: readonly BookView[]): boolean {
  return history.every((cut) => {
    const { suspense, gap } = watchedMinor(cut);
    return suspense === 0n && gap === 0n;
  });
}

function Picture(props: { readonly asset: string; readonly history: readonly BookView[] }) {
  const { asset, history } = props;
  const decimals = useDecimals().get(asset) ?? 0;
  const timesMs = useMemo(() => history.map((cut) => cut.minute * MINUTE_MS), [history]);
  const series = useMemo(() => {
    const watched = history.map(watchedMinor);
    return [
      {
        name: 'Suspense',
        colour: '--line-one',
        values: watched.map(({ suspense }) => forPicture({ minor: suspense, decimals })),
      },
      {
        name: 'G − C',
        colour: '--line-two',
        values: watched.map(({ gap }) => forPicture({ minor: gap, decimals })),
      },
    ] as const;
  }, [history, decimals]);
  return (
    <figure className="figure">
      <figcaption className="legend">
        <span data-line="one">suspense</span>
        <span data-line="two">G − C</span>
        <span className="unit">
          {visible(asset)}, last {plural(history.length, 'cut')}
        </span>
      </figcaption>
      <Plot
        summary={`Suspense and G − C of ${asset} over ${history.length} cuts.`}
        timesMs={timesMs}
        series={series}
        format={formatCount}
      />
    </figure>
  );
}
