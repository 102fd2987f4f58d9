import { useState } from 'react';

import { isDetail, type DetailRoute, type PageRoute, type Route } from '../router.ts';

/** The page that is looked at, and the path that leads back to it. */
export interface Beneath {
  readonly page: PageRoute;
  readonly path: string;
}

/** The current page, or where a detail stands over it, the one that was there before. */
export function useBeneath(route: Route): Beneath {
  const [last, setLast] = useState<Beneath | undefined>(undefined);
  if (isDetail(route)) return last ?? homeOf(route);
  const path = window.location.pathname;
  if (last?.path === path) return last;
  const now = { page: route, path };
  setLast(now);
  return now;
}

/** Where a detail that was opened by its address belongs. */
function homeOf(route: DetailRoute): Beneath {
  switch (route.kind) {
    case 'incident':
      return { page: { kind: 'incidents' }, path: '/incidents' };
    case 'withdrawal':
      return { page: { kind: 'withdrawals' }, path: '/withdrawals' };
    case 'record':
      return { page: { kind: 'home' }, path: '/' };
  }
}
