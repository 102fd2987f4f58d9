import type { EvidenceItem, IncidentDetail } from '../../../../core/views.ts';
import { plural, visible } from '../format.ts';
import { Link } from '../link.tsx';
import { Amount } from '../parts/amount.tsx';
import { Empty } from '../parts/feedback.tsx';
import { Json } from '../parts/json.tsx';
import { Part, Scroll } from '../parts/panel.tsx';
import { Time } from '../parts/time.tsx';
import { recordPath } from '../router.ts';

/** A place in the log as people write it. */
function placeText(at: EvidenceItem['position']): string {
  return `${visible(at.topic)} ${at.partition}/${at.offset}.${at.index}`;
}

/** The events that the incident stands on, each with what it says and where it stands. */
export function Evidence(props: { readonly evidence: readonly EvidenceItem[] }) {
  const { evidence } = props;
  return (
    <Part title={`Evidence: ${plural(evidence.length, 'event')}`}>
      {evidence.length === 0 ? <Empty>No event is named as evidence.</Empty> : null}
      <ul className="evidence">
        {evidence.map((item) => (
          <li key={placeText(item.position)}>
            <details>
              <summary>
                <b>{visible(item.type)}</b>
                {item.atMs === null ? null : (
                  <>
                    {' '}
                    at <Time ms={item.atMs} />
                  </>
                )}
              </summary>
              <Json data={item.data} label={`${item.type} at ${placeText(item.position)}`} />
            </details>
            <Link to={recordPath(item.position)} label={`Raw record ${placeText(item.position)}`}>
              {placeText(item.position)}
            </Link>
          </li>
        ))}
      </ul>
    </Part>
  );
}

/** The postings that make up a break. */
export function Postings(props: { readonly detail: IncidentDetail }) {
  const { postings, postingsFound, postingsTotalMinor, asset } = props.detail;
  if (asset === null) return null;
  if (postings.length === 0) {
    return (
      <Part title="Postings">
        <Empty>The break is not located yet: the warehouse is being asked.</Empty>
      </Part>
    );
  }
  return (
    <Part title={`Located in ${plural(postingsFound, 'posting')}`}>
      {postingsTotalMinor === null ? null : (
        <p className="totals">
          <Amount minor={postingsTotalMinor} asset={asset} />{' '}
          <span className="quiet">stands in suspense against no deposit</span>
        </p>
      )}
      <Scroll label="Postings that make up the break" tall>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col" className="right">
                Amount
              </th>
              <th scope="col">Reason given</th>
              <th scope="col">Posting</th>
            </tr>
          </thead>
          <tbody>
            {postings.map((posting) => (
              <tr key={placeText(posting.at)}>
                <th scope="row">{visible(posting.account)}</th>
                <td className="right">
                  <Amount minor={posting.amountMinor} asset={asset} />
                </td>
                <td>{visible(posting.reason) || 'none'}</td>
                <td>
                  <Link to={recordPath(posting.at)}>{placeText(posting.at)}</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {postings.length < postingsFound ? (
        <p className="quiet">
          The first {postings.length} of {postingsFound} are listed; the total counts all.
        </p>
      ) : null}
    </Part>
  );
}
