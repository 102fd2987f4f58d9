import type { Ready } from './sample-run.ts';
import { vigil } from './vigil-commands.ts';

/** Calls the HTTP API with what proves who calls. */
export interface Api {
  call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }>;
}

/** Signs a member of staff in by the single-use link of this start. */
export async function signIn(ready: Ready, staff: string): Promise<Api> {
  const link = ready.links.find((each) => each.staff === staff);
  if (link === undefined) throw new Error(`no link for ${staff}`);
  const answer = await fetch(new URL('/api/session', ready.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: new URL(link.url).hash.slice(1) }),
  });
  if (answer.status !== 204) throw new Error(`sign-in as ${staff}: ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
  return apiOf(ready.url, { cookie: cookie.join('; ') });
}

/** Calls as a program of the exchange, with a new token. */
export async function clientApi(
  ready: Ready,
  of: { readonly dataDirectory: string; readonly client: string },
): Promise<Api> {
  const { code, stdout, stderr } = await vigil([
    'client',
    'token',
    of.client,
    '--data',
    of.dataDirectory,
  ]);
  if (code !== 0) throw new Error(`no token for ${of.client}: ${stderr}`);
  return apiOf(ready.url, { authorization: `Bearer ${stdout.trim()}` });
}

/** Calls without saying who. */
export function apiOf(url: string, headers: Readonly<Record<string, string>> = {}): Api {
  return {
    async call(method, route, body) {
      const answer = await fetch(new URL(route, url), {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: parseJson(text) ?? text };
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
