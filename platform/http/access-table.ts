import type { ClientRight, StaffRight } from '../../core/events/acts.ts';

/** Where Faro's web SDK posts to; the only route that pages of other origins may call. */
export const COLLECT_URL = '/collect';

/** Who may call a route. */
export type RouteAccess =
  | { readonly kind: 'public' }
  | { readonly kind: 'staff'; readonly rights: readonly StaffRight[] | 'any' }
  | {
      readonly kind: 'client';
      readonly rights: readonly ClientRight[];
      /** Where the token stands; a front end can set no other header than this one. */
      readonly tokenIn: 'authorization' | 'x-api-key';
    };

interface RouteRule {
  readonly access: RouteAccess;
  /** How many persons it takes until the call has an effect; `by act`: see the controls' rights. */
  readonly persons: 1 | 2 | 'by act';
}

const open: RouteRule = { access: { kind: 'public' }, persons: 1 };
const anyStaff: RouteRule = { access: { kind: 'staff', rights: 'any' }, persons: 1 };
const acting: RouteRule = { access: { kind: 'staff', rights: 'any' }, persons: 'by act' };
const officers: RouteRule = { access: { kind: 'staff', rights: ['officer'] }, persons: 1 };
const onIncidents: RouteRule = {
  access: { kind: 'staff', rights: ['officer', 'approver', 'on-call', 'admin'] },
  persons: 1,
};
const trading: RouteRule = {
  access: { kind: 'client', rights: ['venue', 'back-office'], tokenIn: 'authorization' },
  persons: 1,
};
const venue: RouteRule = {
  access: { kind: 'client', rights: ['venue'], tokenIn: 'authorization' },
  persons: 1,
};
const reporting: RouteRule = {
  access: { kind: 'client', rights: ['source'], tokenIn: 'authorization' },
  persons: 1,
};
const collecting: RouteRule = {
  access: { kind: 'client', rights: ['front-end', 'source'], tokenIn: 'x-api-key' },
  persons: 1,
};

/** Every route of the server: one that is missing here is forbidden, and a test fails for it. */
export const ACCESS_TABLE: Readonly<Record<string, RouteRule>> = {
  'GET /health': open,
  'GET /metrics': open,
  'GET /api/openapi.json': open,
  'POST /api/session': open,
  'DELETE /api/session': anyStaff,
  'GET /api/me': anyStaff,
  'GET /api/overview': anyStaff,
  'GET /api/timeline': anyStaff,
  'GET /api/incidents': anyStaff,
  'GET /api/incidents/:incident': anyStaff,
  'POST /api/incidents/:incident/acknowledge': onIncidents,
  'POST /api/incidents/:incident/resolve': onIncidents,
  'GET /api/withdrawals': anyStaff,
  'GET /api/withdrawals/:withdrawal': anyStaff,
  'GET /api/books/:asset': anyStaff,
  'GET /api/acts': anyStaff,
  'POST /api/acts': acting,
  'POST /api/acts/:request/approve': acting,
  'GET /api/pages': anyStaff,
  'GET /api/dead-letters': anyStaff,
  'POST /api/dead-letters/:deadLetter/replay': officers,
  'GET /api/markets/:market': anyStaff,
  'GET /api/markets/:market/book': anyStaff,
  'GET /api/servers': anyStaff,
  'GET /api/servers/:host': anyStaff,
  'GET /api/scenarios': anyStaff,
  'GET /api/entities/:entity': anyStaff,
  'GET /api/entities/:entity/events': anyStaff,
  'GET /api/entities/:entity/links': anyStaff,
  'GET /api/search': anyStaff,
  'GET /api/records/:topic/:partition/:offset': anyStaff,
  'GET /api/live': anyStaff,
  'POST /api/commands': trading,
  'POST /api/withdrawals': venue,
  'GET /api/decisions/:withdrawal': venue,
  'POST /api/events': reporting,
  'POST /api/logs/access': reporting,
  'POST /api/metrics/csv': reporting,
  'POST /v1/metrics': reporting,
  'POST /v1/logs': reporting,
  'OPTIONS /collect': open,
  'POST /collect': collecting,
  'GET /*': open,
};

/** Undefined for a route that is not listed. */
export function routeRule(of: {
  readonly method: string;
  readonly url: string;
}): RouteRule | undefined {
  const method = of.method === 'HEAD' ? 'GET' : of.method;
  return ACCESS_TABLE[`${method} ${of.url}`];
}
