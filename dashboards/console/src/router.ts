import { useSyncExternalStore } from 'react';

/** What the address bar asks for; everything but `home` opens over the page. */
export type Route =
  | { readonly kind: 'home' }
  | { readonly kind: 'incident'; readonly incident: string }
  | { readonly kind: 'withdrawal'; readonly withdrawal: string }
  | { readonly kind: 'acts' }
  | { readonly kind: 'pages' }
  | { readonly kind: 'dead-letters' }
  | {
      readonly kind: 'record';
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    }
  | { readonly kind: 'unknown'; readonly path: string };

const MOVED = 'vigil-moved';

/** The route of a path; one that cannot be read is `unknown`, never an exception. */
export function parseRoute(path: string): Route {
  const parts = decodeParts(path);
  if (parts === undefined) return { kind: 'unknown', path };
  const [first, second, third, fourth] = parts;
  if (first === undefined) return { kind: 'home' };
  if (parts.length === 1) {
    if (first === 'acts' || first === 'pages' || first === 'dead-letters') return { kind: first };
    // The link was used; the page that it led to is the first one.
    if (first === 'sign-in') return { kind: 'home' };
  }
  if (parts.length === 2 && second !== undefined) {
    if (first === 'incidents') return { kind: 'incident', incident: second };
    if (first === 'withdrawals') return { kind: 'withdrawal', withdrawal: second };
  }
  if (parts.length === 4 && first === 'records' && second !== undefined) {
    const partition = wholeNumber(third);
    const offset = wholeNumber(fourth);
    if (partition !== undefined && offset !== undefined) {
      return { kind: 'record', topic: second, partition, offset };
    }
  }
  return { kind: 'unknown', path };
}

export function incidentPath(incident: string): string {
  return `/incidents/${encodeURIComponent(incident)}`;
}

export function withdrawalPath(withdrawal: string): string {
  return `/withdrawals/${encodeURIComponent(withdrawal)}`;
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
