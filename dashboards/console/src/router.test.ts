import { describe, expect, it } from 'vitest';

import {
  entityPath,
  incidentPath,
  marketPath,
  parseRoute,
  recordPath,
  scenarioPath,
  searchPath,
  serverPath,
  withdrawalPath,
} from './router.ts';

describe('parseRoute', () => {
  const cases = [
    { path: '/', route: { kind: 'home' } },
    { path: '/sign-in', route: { kind: 'home' } },
    { path: '/acts', route: { kind: 'acts' } },
    { path: '/incidents/A11%3Aroot', route: { kind: 'incident', incident: 'A11:root' } },
    { path: '/market', route: { kind: 'market', market: null, atMs: null } },
    { path: '/servers', route: { kind: 'servers', host: null } },
    { path: '/search', route: { kind: 'search', query: '' } },
    { path: '/market/BTC-USDT/soon', route: { kind: 'unknown', path: '/market/BTC-USDT/soon' } },
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
    expect(parseRoute(entityPath(id))).toEqual({ kind: 'entity', entity: id });
    expect(parseRoute(serverPath(id))).toEqual({ kind: 'servers', host: id });
    expect(parseRoute(scenarioPath(id))).toEqual({ kind: 'scenarios', scenario: id });
    expect(parseRoute(searchPath(id))).toEqual({ kind: 'search', query: id });
    for (const atMs of [null, 1_723_118_463_000]) {
      expect(parseRoute(marketPath({ market: id, atMs }))).toEqual({
        kind: 'market',
        market: id,
        atMs,
      });
    }
    const at = { topic: 'market.v1', partition: 3, offset: 12 };
    expect(parseRoute(recordPath(at))).toEqual({ kind: 'record', ...at });
  });
});
