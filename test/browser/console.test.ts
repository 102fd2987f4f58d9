import { existsSync } from 'node:fs';
import path from 'node:path';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { startVigil, type VigilProcess } from './vigil-process.ts';

/** Debian's; nothing is downloaded. */
const CHROMIUM = '/usr/bin/chromium';
/** Minutes in a browser: `npm run test:ci` takes them, and there a skip is a failure. */
const SKIPPED = !existsSync(CHROMIUM) || process.env['VIGIL_REQUIRE_SERVICES'] !== '1';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const IMAGES = path.join(import.meta.dirname, '../../docs/images');
const SCREENSHOTS = process.env['VIGIL_SCREENSHOTS'] === '1';
/** The incident stands within seconds; this is for a machine that does other things too. */
const START_MS_MAX = 240_000;
/** A cut comes every virtual minute, which after the sample is a minute of ours. */
const CUT_MS_MAX = 150_000;
/** Every page in two colour schemes under axe, on a machine that has other work too. */
const WALK_MS_MAX = 400_000;
const STEP_MS_MAX = 20_000;
const TABS_MAX = 200;
/** Every page of the navigation and one entity's, with something that stands on it. */
const PAGES: readonly {
  readonly at: string;
  readonly title: string;
  readonly shows: string;
  readonly file: string;
}[] = [
  { at: '/incidents', title: 'Incidents', shows: 'A11', file: 'console-incidents.png' },
  { at: '/withdrawals', title: 'Withdrawals', shows: 'W2', file: 'console-withdrawals.png' },
  { at: '/acts', title: 'Acts', shows: 'Block', file: 'console-acts.png' },
  {
    at: '/reconciliation',
    title: 'Reconciliation',
    shows: 'See the postings',
    file: 'console-reconciliation.png',
  },
  { at: '/market', title: 'Markets', shows: 'Order book', file: 'console-markets.png' },
  { at: '/servers', title: 'Servers', shows: 'Hosts', file: 'console-servers.png' },
  { at: '/scenarios', title: 'Scenarios', shows: 'A11', file: 'console-scenarios.png' },
  { at: '/pages', title: 'Outbox', shows: 'olga', file: 'console-outbox.png' },
  {
    at: '/dead-letters',
    title: 'Dead letters',
    shows: 'could be read',
    file: 'console-dead-letters.png',
  },
  {
    at: '/entities/admin%3Aop-lee',
    title: 'admin:op-lee',
    shows: 'changes balances by hand',
    file: 'console-entity.png',
  },
  { at: '/search/BTC', title: 'Search', shows: 'BTC', file: 'console-search.png' },
];
const listOfIncidents = z.object({ incidents: z.array(z.looseObject({})) });

let vigil: VigilProcess;
let browser: Browser;
let olga: Page;
let peter: Page;
/** What a page threw, or what its policy kept it from doing. */
const faults: string[] = [];

describe.skipIf(SKIPPED)('the console, on a real Vigil in a real browser', () => {
  beforeAll(async () => {
    vigil = await startVigil();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    [olga, peter] = [await signIn('olga'), await signIn('peter')];
    await vigil.told(/^withdrawal W3 .* is held$/);
    await vigil.told(/^the break of BTC is located/);
  }, START_MS_MAX);

  afterAll(async () => {
    await browser?.close();
    await vigil?.stop();
  });

  it('takes a link once and says so the second time', async () => {
    const stranger = await newPage();
    await stranger.goto(`${vigil.url}/incidents/A11%3Aop-lee`);
    await heading(stranger, 'Sign in to Vigil').waitFor();
    await stranger.goto(vigil.link('olga'));
    await stranger.getByText('link_not_valid').waitFor();
    expect(await violations(stranger)).toEqual([]);
    await stranger.context().close();
  });

  it('shows what needs a decision, live and staged as such', async () => {
    await olga.goto(vigil.url);
    await olga.getByRole('navigation', { name: 'What needs a decision' }).waitFor();
    await olga.getByText('live', { exact: true }).waitFor();
    await olga.getByText('sample: the incident is staged').waitFor();
    await olga.getByText('withdrawals blocked').waitFor();
    expect(await olga.getByRole('row', { name: /^W2/ }).innerText()).toMatch(
      /user-07\s+1,000 BTC\s+held\s+A11/,
    );
    await picture(olga, 'console.png');
  });

  it(
    'has no fault that axe finds, in any view, light or dark, wide or on a phone',
    async () => {
      const onPhone = ['/incidents/S01%3ABTC', '/withdrawals/W1'];
      const views = [
        { width: 1400, colorScheme: 'light', details: [...onPhone, '/records/ledger.v1/0/0'] },
        { width: 390, colorScheme: 'dark', details: onPhone },
      ] as const;
      for (const { width, colorScheme, details } of views) {
        await olga.setViewportSize({ width, height: 900 });
        await olga.emulateMedia({ colorScheme });
        await olga.goto(vigil.url);
        await olga.getByText('withdrawals blocked').waitFor();
        await loaded(olga);
        expect({ width, found: await violations(olga) }).toEqual({ width, found: [] });
        const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
        expect(await olga.evaluate<number>(overflow)).toBeLessThanOrEqual(0);
        for (const each of details) {
          await open(olga, each);
          await loaded(olga);
          const found = await violations(olga, '[role=dialog]');
          expect({ each, width, found }).toEqual({ each, width, found: [] });
        }
      }
      await olga.setViewportSize({ width: 1400, height: 1000 });
      await olga.emulateMedia({ colorScheme: 'light' });
    },
    WALK_MS_MAX,
  );

  it(
    'has a page for every subject, each without a fault that axe finds, light and dark',
    async () => {
      const wrong: unknown[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await olga.emulateMedia({ colorScheme });
        for (const { at, title, shows, file } of PAGES) {
          await olga.goto(`${vigil.url}${at}`);
          await heading(olga, title).first().waitFor();
          await olga.getByRole('main').getByText(shows).first().waitFor();
          await loaded(olga);
          const found = await violations(olga);
          const overflow = 'document.documentElement.scrollWidth - window.innerWidth';
          const tooWide = (await olga.evaluate<number>(overflow)) > 0;
          if (found.length > 0 || tooWide) wrong.push({ at, colorScheme, found, tooWide });
          if (colorScheme === 'light') await picture(olga, file);
        }
      }
      await olga.emulateMedia({ colorScheme: 'light' });
      expect(wrong).toEqual([]);
    },
    WALK_MS_MAX,
  );

  it('goes from page to page by keyboard and finds what is typed', async () => {
    await olga.goto(vigil.url);
    const pages = olga.getByRole('navigation', { name: 'Pages' });
    await tabTo(olga, pages.getByRole('link', { name: 'Scenarios' }));
    await olga.keyboard.press('Enter');
    await heading(olga, 'Scenarios').waitFor();
    expect(await pages.getByRole('link', { name: 'Scenarios' }).getAttribute('aria-current')).toBe(
      'page',
    );
    await olga.keyboard.press('/');
    await olga.keyboard.type('user-07');
    await olga.keyboard.press('Enter');
    const main = olga.getByRole('main');
    await main.getByRole('link', { name: 'user-07', exact: true }).click();
    await heading(olga, 'account:user-07').waitFor();
    await main.getByText('AdjustmentBooked').first().waitFor();
    expect(new URL(olga.url()).pathname).toBe('/entities/account%3Auser-07');
  });

  it('has the book of an earlier moment back, with an address of its own', async () => {
    await olga.goto(`${vigil.url}/market/BTC-USDT`);
    const book = olga.getByRole('region', { name: 'Order book' });
    await book.getByText('now', { exact: true }).waitFor();
    await book.getByRole('button', { name: 'One minute earlier' }).click();
    await book.getByText('as it was').waitFor();
    await loaded(olga);
    const path = new URL(olga.url()).pathname;
    expect(path).toMatch(/^\/market\/BTC-USDT\/\d+$/);
    const moment = await book.getByRole('slider').getAttribute('aria-valuetext');
    await book.getByText(`${moment}:`).waitFor();
    const rows = await book.getByRole('row').allInnerTexts();
    await olga.reload();
    await book.getByText(`${moment}:`).waitFor();
    expect(await book.getByRole('row').allInnerTexts()).toEqual(rows);
    expect(rows.length).toBeGreaterThan(2);
    await picture(olga, 'console-market.png');
  });

  it('leads from the incident down to the posting and its raw record', async () => {
    await olga.goto(vigil.url);
    await olga
      .getByRole('link', { name: /what is owed differs/ })
      .first()
      .click();
    const detail = olga.getByRole('dialog');
    await detail.getByText('620,000 BTC').first().waitFor();
    await picture(olga, 'console-incident.png');
    const postings = detail.getByRole('region', { name: 'Postings that make up the break' });
    await postings.getByRole('link').first().click();
    await detail.getByText('TransferPosted').first().waitFor();
    await detail.getByText('suspense').first().waitFor();
    await olga.keyboard.press('Escape');
    await detail.waitFor({ state: 'detached' });
    expect(new URL(olga.url()).pathname).toBe('/');
  });

  it('shows hostile text as text', async () => {
    const page = await newPage(olga);
    const title = '<img src=x onerror="document.title=1">\u202egnp';
    await page.route('**/api/incidents', async (route) => {
      const answer = await route.fetch();
      const body = listOfIncidents.parse(await answer.json());
      const incidents = body.incidents.map((incident) => ({ ...incident, title }));
      await route.fulfill({ response: answer, json: { incidents } });
    });
    await page.goto(vigil.url);
    await page.getByText('<img src=x onerror="document.title=1">‹U+202E›gnp').first().waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(await page.title()).toBe('Vigil');
    await page.close();
  });

  it(
    'rejects W2 by keyboard alone',
    async () => {
      await olga.goto(vigil.url);
      await olga.getByRole('row', { name: /^W2/ }).waitFor();
      await tabTo(olga, olga.getByRole('link', { name: 'W2', exact: true }));
      await olga.keyboard.press('Enter');
      const detail = olga.getByRole('dialog');
      await detail.getByText('Why it is held').waitFor();
      await tabTo(olga, detail.getByRole('button', { name: 'Reject…' }));
      await olga.keyboard.press('Enter');
      await olga.keyboard.press('Escape');
      await tabTo(olga, detail.getByRole('button', { name: 'Reject…' }));
      await olga.keyboard.press('Enter');
      await olga.keyboard.type('credited without approval');
      await tabTo(olga, detail.getByRole('button', { name: 'Reject', exact: true }));
      await olga.keyboard.press('Enter');
      await detail.getByText('rejected', { exact: true }).first().waitFor();
      await olga.keyboard.press('Escape');
      await detail.waitFor({ state: 'detached' });
      const row = olga.getByRole('row', { name: /^W2 .* rejected/ });
      await row.waitFor();
      expect(await row.innerText()).not.toContain('held');
    },
    WALK_MS_MAX,
  );

  it('refuses a release while the block stands, and keeps the form', async () => {
    const detail = await open(olga, '/withdrawals/W1');
    await detail.getByText('so a release will be refused').waitFor();
    await detail.getByRole('button', { name: 'Release…' }).click();
    const form = detail.getByRole('form', { name: 'Release 5 BTC' });
    await form.getByRole('button', { name: 'Ask a second person to approve' }).click();
    const refusal = form.getByRole('alert');
    await refusal.waitFor();
    const words = await refusal.innerText();
    const waiting = await detail.getByText('waiting for a second person').count();
    expect({ words, waiting }).toEqual({
      words: expect.stringContaining('asset_blocked'),
      waiting: 0,
    });
  });

  it(
    'takes the credits back when two agree, and not when one does',
    async () => {
      const detail = await open(olga, '/incidents/A11%3Aop-lee');
      await detail.getByRole('button', { name: 'Reverse 25 credits…' }).click();
      await detail.getByLabel('Ticket').fill('CASE-1');
      await detail.getByText(/Takes 620,000 BTC back from 25 accounts/).waitFor();
      await detail.getByRole('button', { name: 'Ask a second person to approve' }).click();
      await detail.getByText('Asked: waiting for a second person.').waitFor();
      await detail.getByRole('link', { name: 'See the act' }).click();
      await detail.waitFor({ state: 'detached' });
      const own = olga.getByRole('main').getByRole('button', { name: 'Approve…' });
      await own.waitFor();
      expect(await own.isDisabled()).toBe(true);
      await olga.getByRole('main').getByText('You asked for this').waitFor();
      await approve(peter, 'Reverse 25 credits, 620,000 BTC');
    },
    WALK_MS_MAX,
  );

  it(
    'lets the block be lifted by two after a clean cut',
    async () => {
      await olga.goto(`${vigil.url}/reconciliation`);
      const lift = olga.getByRole('button', { name: 'Lift the block of BTC…' });
      await expect.poll(() => lift.isEnabled(), { timeout: CUT_MS_MAX }).toBe(true);
      await lift.click();
      await olga.getByRole('button', { name: 'Ask a second person to approve' }).click();
      await olga.getByText('Asked: waiting for a second person.').waitFor();
      await approve(peter, 'Lift the block of BTC');
      await lift.waitFor({ state: 'detached' });
      expect(await olga.getByText('withdrawals blocked').count()).toBe(0);
    },
    WALK_MS_MAX,
  );

  it(
    'releases W1 when two agree',
    async () => {
      const detail = await open(olga, '/withdrawals/W1');
      await detail.getByText('so a release will be refused').waitFor({ state: 'detached' });
      await detail.getByRole('button', { name: 'Release…' }).click();
      await detail.getByRole('button', { name: 'Ask a second person to approve' }).click();
      await detail.getByText('waiting for a second person').first().waitFor();
      await approve(peter, 'Release 5 BTC');
      await detail
        .getByText(/^(released|debited|settled)$/)
        .first()
        .waitFor();
      expect(faults).toEqual([]);
    },
    WALK_MS_MAX,
  );
});

async function signIn(staff: string): Promise<Page> {
  const page = await newPage();
  await page.goto(vigil.link(staff));
  await page.getByRole('navigation', { name: 'What needs a decision' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  return page;
}

/** A page in a context of its own, or beside another one with its session. */
async function newPage(beside?: Page): Promise<Page> {
  const context =
    beside?.context() ??
    (await browser.newContext({
      viewport: { width: 1400, height: 1000 },
      colorScheme: 'light',
      reducedMotion: 'reduce',
    }));
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_MS_MAX);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
  });
  return page;
}

async function open(page: Page, at: string): Promise<Locator> {
  await page.goto(`${vigil.url}${at}`);
  const detail = page.getByRole('dialog');
  await detail.waitFor();
  return detail;
}

/** The second person reads exactly what was asked, digest and all, and approves it. */
async function approve(page: Page, title: string): Promise<void> {
  await page.goto(`${vigil.url}/acts`);
  const acts = page.getByRole('main');
  const card = acts.getByRole('article').filter({ hasText: 'waiting for a second person' });
  await card.getByRole('heading', { name: title }).waitFor();
  await card.getByRole('button', { name: 'Approve…' }).click();
  await card.getByText(`You approve exactly this: ${title}`).waitFor();
  await card.getByRole('button', { name: /^Approve [0-9a-f]{12}$/ }).click();
  await card.waitFor({ state: 'detached' });
  await acts.getByRole('heading', { name: title }).first().waitFor();
}

/** Presses Tab until the element has the focus, as somebody without a mouse must. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    const focused = (await target.and(page.locator(':focus')).count()) > 0;
    if (focused) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached within ${TABS_MAX} tabs`);
}

function heading(page: Page, name: string): Locator {
  return page.getByRole('heading', { name });
}

async function loaded(page: Page): Promise<void> {
  await expect.poll(() => page.locator('.loading').count(), { timeout: STEP_MS_MAX }).toBe(0);
}

async function violations(page: Page, within = 'html'): Promise<readonly string[]> {
  const result = await new AxeBuilder({ page }).include(within).analyze();
  return result.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  );
}

/** Pictures for the documents, made only when they are asked for. */
async function picture(page: Page, file: string): Promise<void> {
  if (SCREENSHOTS) await page.screenshot({ path: path.join(IMAGES, file) });
}
