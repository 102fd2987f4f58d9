import { useQuery } from '@tanstack/react-query';

import type { BookView } from '../../../../core/views.ts';
import { queries } from '../api/queries.ts';
import { plural, utcMinute, visible } from '../format.ts';
import { Amount } from '../parts/amount.tsx';
import { Loaded } from '../parts/feedback.tsx';
import { Scroll } from '../parts/panel.tsx';
import { meaning } from '../words.ts';

/** What a table holds at most; older cuts are in the API. */
const CUTS_SHOWN = 120;

/** Every cut of the last hours in figures, the newest first. */
export function CutsTable(props: { readonly book: BookView }) {
  const { asset, minute } = props.book;
  const query = useQuery(queries.book({ asset, minute }));
  return (
    <Loaded query={query}>
      {({ history }) => {
        const broken = history.filter(({ breaks }) => breaks.length > 0).length;
        const shown = history.slice(-CUTS_SHOWN).toReversed();
        return (
          <details>
            <summary>
              {plural(history.length, 'cut')}, {broken} with a break
            </summary>
            <Scroll label={`Cuts of ${visible(asset)}`} tall>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">Minute, UTC</th>
                    <th scope="col" className="right">
                      L, owed
                    </th>
                    <th scope="col" className="right">
                      G, by ledger
                    </th>
                    <th scope="col" className="right">
                      C, by custody
                    </th>
                    <th scope="col" className="right">
                      Suspense
                    </th>
                    <th scope="col">Breaks</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((cut) => (
                    <Cut key={cut.minute} cut={cut} />
                  ))}
                </tbody>
              </table>
            </Scroll>
          </details>
        );
      }}
    </Loaded>
  );
}

function Cut(props: { readonly cut: BookView }) {
  const { asset, minute, liabilitiesMinor, ledgerMinor, custodyMinor, ...cut } = props.cut;
  const amounts = [liabilitiesMinor, ledgerMinor, custodyMinor, cut.suspenseMinor];
  return (
    <tr>
      <th scope="row" className="number">
        {utcMinute(minute)}
      </th>
      {amounts.map((minor, column) => (
        <td key={column} className="right">
          {minor === null ? 'no report' : <Amount minor={minor} asset={asset} />}
        </td>
      ))}
      <td>
        {cut.breaks.length === 0
          ? 'none'
          : cut.breaks.map(({ kind, amountMinor }) => (
              <p key={kind} className="bad">
                {meaning(kind)}: <Amount minor={amountMinor} asset={asset} />
              </p>
            ))}
      </td>
    </tr>
  );
}
