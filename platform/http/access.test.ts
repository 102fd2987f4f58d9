import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LightMyRequestResponse } from 'fastify';
import type { Act } from '../../core/events/acts.ts';
import { problemView } from '../../core/views.ts';
import { startHttpVenue, type HttpVenue } from '../../test/fakes/http-venue.ts';
import { createManualClock } from '../../test/fakes/manual-clock.ts';
import { LINK_TTL_MS, SESSION_TTL_MS } from '../access/access.ts';
import { ACCESS_TABLE } from './access-table.ts';

const NOW_MS = Date.UTC(2024, 7, 8, 12);
const HOST = 'localhost:8080';
const OLD_TOKEN = 'a'.repeat(43);
const PROBLEM = { reason: expect.any(String), message: expect.any(String) };

type Headers = Readonly<Record<string, string>>;

const routes: string[] = [];
const clock = createManualClock(NOW_MS);
let venue: HttpVenue;

beforeAll(async () => {
  const onRoute = ({ method, url }: { readonly method: string; readonly url: string }): void =>
    void routes.push(`${method} ${url}`);
  const consoleDirectory = import.meta.dirname;
  venue = await startHttpVenue({ nowMs: NOW_MS, clock, server: { onRoute, consoleDirectory } });
});
afterAll(() => venue.stop());

async function call(of: {
  readonly route: string;
  readonly headers?: Headers;
  readonly body?: Headers;
}): Promise<LightMyRequestResponse> {
  const [method = '', url = ''] = of.route.split(' ');
  return await venue.app.inject({
    method: method === 'POST' ? 'POST' : method === 'DELETE' ? 'DELETE' : 'GET',
    url: url.replace('/*', '/access-table.ts'),
    headers: { host: HOST, ...of.headers },
    ...(of.body === undefined ? {} : { payload: of.body }),
  });
}

async function signedIn(staff: string): Promise<Headers> {
  const token = await venue.access.issueLink(staff);
  const answer = await call({ route: 'POST /api/session', body: { token } });
  const [cookie] = answer.cookies;
  return { cookie: `${cookie?.name}=${cookie?.value}` };
}

async function bearer(client: string): Promise<Headers> {
  return { authorization: `Bearer ${await venue.access.issueClientToken(client)}` };
}

describe('the table of routes', () => {
  test('lists every route that the server has, and no other', () => {
    const written = routes.filter((route) => !route.startsWith('HEAD '));
    expect(new Set(written)).toEqual(new Set(Object.keys(ACCESS_TABLE)));
  });

  test('adds HEAD only where it lists GET', () => {
    const heads = routes.filter((route) => route.startsWith('HEAD '));
    const gets = heads.map((route) => route.replace('HEAD', 'GET'));
    expect(gets.filter((route) => !Object.hasOwn(ACCESS_TABLE, route))).toEqual([]);
  });

  test.each(Object.entries(ACCESS_TABLE))(
    '%s is closed to strangers',
    async (route, { access }) => {
      const answer = await call({ route });
      if (access.kind === 'public') {
        expect(answer.statusCode).not.toBe(401);
        return;
      }
      expect(answer.statusCode).toBe(401);
      expect(answer.json()).toEqual({
        ...PROBLEM,
        reason: access.kind === 'staff' ? 'not_signed_in' : 'not_authenticated',
      });
    },
  );

  test.each(Object.entries(ACCESS_TABLE))(
    '%s keeps staff and programs apart',
    async (route, rule) => {
      if (rule.access.kind === 'public') return;
      const others = rule.access.kind === 'staff' ? await bearer('sample') : await signedIn('olga');
      expect((await call({ route, headers: others })).statusCode).toBe(401);
    },
  );
});

describe('a session', () => {
  test('comes from a link that works once', async () => {
    const token = await venue.access.issueLink('olga');
    const first = await call({ route: 'POST /api/session', body: { token } });
    expect([first.statusCode, first.body]).toEqual([204, '']);
    expect(first.cookies).toEqual([
      {
        name: 'vigil_session',
        value: expect.stringMatching(/^[\w-]{43}$/),
        path: '/',
        httpOnly: true,
        sameSite: 'Strict',
        maxAge: SESSION_TTL_MS / 1_000,
      },
    ]);
    const again = await call({ route: 'POST /api/session', body: { token } });
    expect([again.statusCode, again.json()]).toEqual([
      401,
      { ...PROBLEM, reason: 'link_not_valid' },
    ]);
    expect(again.cookies).toEqual([]);
  });

  test('of two who bring one link at once only one gets in', async () => {
    const token = await venue.access.issueLink('olga');
    const both = [1, 2].map(() => call({ route: 'POST /api/session', body: { token } }));
    const statuses = (await Promise.all(both)).map(({ statusCode }) => statusCode);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, 401]);
  });

  test('does not come from a link that is too old', async () => {
    const token = await venue.access.issueLink('olga');
    await clock.advance(LINK_TTL_MS + 1);
    const answer = await call({ route: 'POST /api/session', body: { token } });
    expect([answer.statusCode, problemOf(answer).reason]).toEqual([401, 'link_not_valid']);
  });

  test('ends when its time is over', async () => {
    const headers = await signedIn('olga');
    expect((await call({ route: 'GET /api/me', headers })).statusCode).toBe(200);
    await clock.advance(SESSION_TTL_MS + 1);
    expect((await call({ route: 'GET /api/me', headers })).statusCode).toBe(401);
  });

  test('ends when its owner signs out, and no other does', async () => {
    const [olga, other] = [await signedIn('olga'), await signedIn('olga')];
    const out = await call({ route: 'DELETE /api/session', headers: olga });
    expect(out.statusCode).toBe(204);
    expect(out.cookies[0]).toMatchObject({ name: 'vigil_session', value: '', path: '/' });
    expect((await call({ route: 'GET /api/me', headers: olga })).statusCode).toBe(401);
    expect((await call({ route: 'GET /api/me', headers: other })).json()).toEqual({
      staff: 'olga',
      rights: ['officer', 'on-call'],
      sample: true,
    });
  });

  test('is only sent over https where the server is reached by it', async () => {
    const publicUrl = 'https://vigil.example';
    const secured = await startHttpVenue({ nowMs: NOW_MS, server: { publicUrl } });
    const token = await secured.access.issueLink('olga');
    const answer = await secured.app.inject({
      method: 'POST',
      url: '/api/session',
      headers: { host: 'vigil.example', origin: publicUrl },
      payload: { token },
    });
    await secured.stop();
    expect(answer.statusCode).toBe(204);
    expect(answer.cookies[0]).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' });
  });
});

describe('rights', () => {
  test('staff without the right is told which one is needed', async () => {
    const member = { kind: 'change-staff', mail: '' } as const;
    const acts: readonly Act[] = [
      { ...member, staff: 'cora', rights: ['compliance'] },
      { ...member, staff: 'gil', rights: [] },
    ];
    const other = await startHttpVenue({ nowMs: NOW_MS, acts });
    const answers = [];
    for (const staff of ['cora', 'gil', 'nobody']) {
      const { session } = (await other.access.redeemLink(await other.access.issueLink(staff)))!;
      const headers = { host: HOST, cookie: `vigil_session=${session}` };
      const url = '/api/incidents/A11:x/acknowledge';
      const answer = await other.app.inject({ method: 'POST', url, headers });
      answers.push([staff, answer.statusCode, answer.json()]);
    }
    await other.stop();
    const signIn = { reason: 'not_signed_in', message: 'Sign in with a link first.' };
    const needed = 'This needs one of: officer, approver, on-call, admin.';
    expect(answers).toEqual([
      ['cora', 403, { reason: 'no_right', message: needed }],
      ['gil', 401, signIn],
      ['nobody', 401, signIn],
    ]);
  });

  const client = { 'content-type': 'application/json' };
  const cases = [
    { who: 'sample-back-office', route: 'POST /api/withdrawals', needs: 'venue' },
    { who: 'sample-back-office', route: 'GET /api/decisions/W1', needs: 'venue' },
    { who: 'sample-back-office', route: 'POST /api/events', needs: 'source' },
    { who: 'sample', route: 'POST /api/events', needs: 'source' },
    { who: 'sample-custody', route: 'POST /api/commands', needs: 'venue, back-office' },
  ];
  test.each(cases)('$who may not $route', async ({ who, route, needs }) => {
    const answer = await call({ route, headers: { ...client, ...(await bearer(who)) } });
    expect([answer.statusCode, answer.json()]).toEqual([
      403,
      { reason: 'no_right', message: `This needs one of: ${needs}.` },
    ]);
  });

  test('a token ends with the next one of the same program', async () => {
    const before = await bearer('sample');
    const now = await bearer('sample');
    const route = 'GET /api/decisions/none';
    expect((await call({ route, headers: before })).statusCode).toBe(401);
    expect((await call({ route, headers: now })).statusCode).toBe(404);
  });

  const strange = [
    { name: 'an unknown token', headers: { authorization: `Bearer ${OLD_TOKEN}` } },
    { name: 'no token', headers: { authorization: 'Bearer ' } },
    { name: 'another scheme', headers: { authorization: 'Basic c2FtcGxlOnNhbXBsZQ==' } },
    { name: 'a key of the store', headers: { authorization: 'Bearer ../client-of/sample' } },
  ];
  test.each(strange)('$name is nobody', async ({ headers }) => {
    const answer = await call({ route: 'GET /api/decisions/W1', headers });
    expect([answer.statusCode, problemOf(answer).reason]).toEqual([401, 'not_authenticated']);
  });
});

describe('other sites', () => {
  const hosts = ['evil.example', 'evil.example:8080', 'localhost.evil.example', '127.0.0.1.nip.io'];
  test.each(hosts)('the name %j is not this server’s', async (host) => {
    for (const route of ['GET /health', 'GET /api/overview', 'GET /*']) {
      const answer = await call({ route, headers: { host } });
      expect([answer.statusCode, problemOf(answer).reason]).toEqual([421, 'unknown_host']);
    }
  });

  const own = ['localhost:8080', '127.0.0.1:1', '[::1]:8080', 'localhost'];
  test.each(own)('the name %j is', async (host) => {
    expect((await call({ route: 'GET /health', headers: { host } })).statusCode).toBe(200);
  });

  const origins = ['https://evil.example', 'http://localhost:8081', 'null', 'file://', 'x'];
  test.each(origins)('a page of %j may not call, not even with a session', async (origin) => {
    const headers = { ...(await signedIn('olga')), origin };
    const answer = await call({ route: 'GET /api/overview', headers });
    expect([answer.statusCode, problemOf(answer).reason]).toEqual([403, 'foreign_origin']);
  });

  test('its own page may', async () => {
    const headers = { ...(await signedIn('olga')), origin: `http://${HOST}` };
    expect((await call({ route: 'GET /api/overview', headers })).statusCode).toBe(200);
  });
});

function problemOf(answer: LightMyRequestResponse): { reason: string; message: string } {
  return problemView.parse(answer.json());
}
