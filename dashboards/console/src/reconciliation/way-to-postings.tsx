import { useQuery } from '@tanstack/react-query';

import { queries } from '../api/queries.ts';
import { Link } from '../link.tsx';
import { incidentPath } from '../router.ts';

/** Leads from a break to its incident, where the postings that make it up are listed. */
export function WayToPostings(props: { readonly asset: string }) {
  const { data } = useQuery(queries.incidents());
  const found = data?.incidents.find(
    ({ kind, entities }) => kind === 'S01' && entities.includes(`asset:${props.asset}`),
  );
  if (found === undefined) return null;
  return (
    <p>
      <Link to={incidentPath(found.incident)}>See the postings that make up the break</Link>
    </p>
  );
}
