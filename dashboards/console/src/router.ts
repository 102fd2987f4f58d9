import { useSyncExternalStore } from 'react';

/** A page of its own; a detail opens over the page that was there before. */
export type PageRoute =
  | { readonly kind: 'home' }
  | { readonly kind: 'incidents' }
  | { readonly kind: 'withdrawals' }
  | { readonly kind: 'reconciliation' }
  | { readonly kind: 'market'; readonly market: string | null; readonly atMs: number | null }
  | { readonly kind: 'servers'; readonly host: string | null }
  | { readonly kind: 'scenarios'; readonly scenario: string | null }
  | { readonly kind: 'pages' }
  | { readonly kind: 'dead-letters' }
  | { readonly kind: 'acts' }
  | { readonly kind: 'entity'; readonly entity: string }
  | { readonly kind: 'search'; readonly query: string }
  | { readonly kind: 'unknown'; readonly path: string };

export type DetailRoute =
  | { readonly kind: 'incident'; readonly incident: string }
  | { readonly kind: 'withdrawal'; readonly withdrawal: string }
  | {
      readonly kind: 'record';
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    };

/** What the address bar asks for. */
export type Route = PageRoute | DetailRoute;

const MOVED = 'vigil-moved';

/** Pages whose address is one word. */
const PLAIN_PAGES = [
  'incidents',
  'withdrawals',
  'reconciliation',
  'pages',
  'dead-letters',
  'acts',
] as const;

/** The route of a path; one that cannot be read is `unknown`, never an exception. */
export function parseRoute(path: string): Route {
  const parts = decodeParts(path);
  const route = parts === undefined ? undefined : routeOf(parts);
  return route ?? { kind: 'unknown', path };
}

/** Whether it opens over a page and is none itself. */
export function isDetail(route: Route): route is DetailRoute {
  return route.kind === 'incident' || route.kind === 'withdrawal' || route.kind === 'record';
}

function routeOf(parts: readonly string[]): Route | undefined {
  const [first, second, third, fourth] = parts;
  switch (parts.length) {
    case 0:
      return { kind: 'home' };
    case 1:
      return first === undefined ? undefined : pageOf(first);
    case 2:
      return second === undefined ? undefined : aboutOne(first, second);
    case 3: {
      const atMs = wholeNumber(third);
      const known = first === 'market' && second !== undefined && atMs !== undefined;
      return known ? { kind: 'market', market: second, atMs } : undefined;
    }
    case 4: {
      const partition = wholeNumber(third);
      const offset = wholeNumber(fourth);
      if (first !== 'records' || second === undefined) return undefined;
      if (partition === undefined || offset === undefined) return undefined;
      return { kind: 'record', topic: second, partition, offset };
    }
    default:
      return undefined;
  }
}

function pageOf(name: string): PageRoute | undefined {
  const plain = PLAIN_PAGES.find((each) => each === name);
  if (plain !== undefined) return { kind: plain };
  switch (name) {
    case 'market':
      return { kind: 'market', market: null, atMs: null };
    case 'servers':
      return { kind: 'servers', host: null };
    case 'scenarios':
      return { kind: 'scenarios', scenario: null };
    case 'search':
      return { kind: 'search', query: '' };
    case 'sign-in':
      // The link was used; the page that it led to is the first one.
      return { kind: 'home' };
    default:
      return undefined;
  }
}

function aboutOne(first: string | undefined, name: string): Route | undefined {
  switch (first) {
    case 'incidents':
      return { kind: 'incident', incident: name };
    case 'withdrawals':
      return { kind: 'withdrawal', withdrawal: name };
    case 'market':
      return { kind: 'market', market: name, atMs: null };
    case 'servers':
      return { kind: 'servers', host: name };
    case 'scenarios':
      return { kind: 'scenarios', scenario: name };
    case 'entities':
      return { kind: 'entity', entity: name };
    case 'search':
      return { kind: 'search', query: name };
    default:
      return undefined;
  }
}

export function incidentPath(incident: string): string {
  return `/incidents/${encodeURIComponent(incident)}`;
}

export function withdrawalPath(withdrawal: string): string {
  return `/withdrawals/${encodeURIComponent(withdrawal)}`;
}

export function entityPath(entity: string): string {
  return `/entities/${encodeURIComponent(entity)}`;
}

/** A market now, or its book at a moment of the venue's clock. */
export function marketPath(of: { readonly market: string; readonly atMs: number | null }): string {
  const path = `/market/${encodeURIComponent(of.market)}`;
  return of.atMs === null ? path : `${path}/${of.atMs}`;
}

export function serverPath(host: string): string {
  return `/servers/${encodeURIComponent(host)}`;
}

export function scenarioPath(scenario: string): string {
  return `/scenarios/${encodeURIComponent(scenario)}`;
}

export function searchPath(query: string): string {
  return query === '' ? '/search' : `/search/${encodeURIComponent(query)}`;
}

/** Where a record of the log is shown. */
export function recordPath(at: {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}): string {
  return `/records/${encodeURIComponent(at.topic)}/${at.partition}/${at.offset}`;
}

/** Goes to a path of the console without loading the page again. */
export function navigate(path: string): void {
  window.history.pushState(null, '', path);
  window.dispatchEvent(new Event(MOVED));
}

/** Puts a path in the address bar in place of the one that stands there: no step to go back to. */
export function replacePath(path: string): void {
  window.history.replaceState(null, '', path);
  window.dispatchEvent(new Event(MOVED));
}

/** The current route; components that use it follow back and forward too. */
export function useRoute(): Route {
  const path = useSyncExternalStore(subscribe, () => window.location.pathname);
  return parseRoute(path);
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener('popstate', onChange);
  window.addEventListener(MOVED, onChange);
  return () => {
    window.removeEventListener('popstate', onChange);
    window.removeEventListener(MOVED, onChange);
  };
}

function decodeParts(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map((part) => decodeURIComponent(part));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}
