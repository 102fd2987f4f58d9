import { Link } from '../link.tsx';
import type { PageRoute } from '../router.ts';

const PLACES: readonly {
  readonly kind: PageRoute['kind'];
  readonly to: string;
  readonly text: string;
}[] = [
  { kind: 'home', to: '/', text: 'Overview' },
  { kind: 'incidents', to: '/incidents', text: 'Incidents' },
  { kind: 'withdrawals', to: '/withdrawals', text: 'Withdrawals' },
  { kind: 'acts', to: '/acts', text: 'Acts' },
  { kind: 'reconciliation', to: '/reconciliation', text: 'Reconciliation' },
  { kind: 'market', to: '/market', text: 'Markets' },
  { kind: 'servers', to: '/servers', text: 'Servers' },
  { kind: 'scenarios', to: '/scenarios', text: 'Scenarios' },
  { kind: 'pages', to: '/pages', text: 'Outbox' },
  { kind: 'dead-letters', to: '/dead-letters', text: 'Dead letters' },
];

/** The way to every page; the current one is marked for the eye and the ear. */
export function Navigation(props: { readonly at: PageRoute['kind'] }) {
  return (
    <nav className="places" aria-label="Pages">
      <ul>
        {PLACES.map(({ kind, to, text }) => (
          <li key={kind}>
            <Link to={to} className="place" current={kind === props.at}>
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
