import { describe, expect, it } from 'vitest';

import { incidentPath, parseRoute, recordPath, withdrawalPath } from './router.ts';

describe('parseRoute', () => {
  const cases = [
    { path: '/', route: { kind: 'home' } },
    { path: '/sign-in', route: { kind: 'home' } },
    { path: '/acts', route: { kind: 'acts' } },
    { path: '/incidents/A11%3Aroot', route: { kind: 'incident', incident: 'A11:root' } },
    { path: '/records/lanes.v1/x/2', route: { kind: 'unknown', path: '/records/lanes.v1/x/2' } },
    { path: '/incidents/%E0%A4%A', route: { kind: 'unknown', path: '/incidents/%E0%A4%A' } },
    { path: '/nothing', route: { kind: 'unknown', path: '/nothing' } },
  ];
  it.each(cases)('reads $path', ({ path, route }) => {
    expect(parseRoute(path)).toEqual(route);
  });

  it('reads back every path that it writes, whatever stands in an id', () => {
    const id = 'a/b?c#d%2F<é>';
    expect(parseRoute(incidentPath(id))).toEqual({ kind: 'incident', incident: id });
    expect(parseRoute(withdrawalPath(id))).toEqual({ kind: 'withdrawal', withdrawal: id });
    const at = { topic: 'market.v1', partition: 3, offset: 12 };
    expect(parseRoute(recordPath(at))).toEqual({ kind: 'record', ...at });
  });
});
