import { expect, test } from 'vitest';
import { PageAsked, PageAttempted, PageClaimed } from '../core/events/pages.ts';
import type { AnyEvent } from '../core/events/registry.ts';
import {
  ATTEMPTS_MAX,
  CLAIM_MS_MAX,
  PageBook,
  RETRY_MS_FIRST,
  RETRY_MS_MAX,
  type NextActions,
} from './pager.ts';

const ASKED = PageAsked.of({
  page: 'p1',
  incident: 'S01:BTC',
  staff: 'ann',
  channel: 'mail',
  to: 'ann@example.org',
  subject: 's',
  text: 't',
  severity: 'critical',
  atMs: 0,
});

function claimed(pager: string, attempt: number, claimedAtMs = 0): AnyEvent {
  return PageClaimed.of({ page: 'p1', pager, attempt, claimedAtMs });
}

function attempted(
  pager: string,
  attempt: number,
  outcome: 'sent' | 'failed' | 'unknown',
  of: { readonly final?: boolean; readonly atMs?: number } = {},
): AnyEvent {
  return PageAttempted.of({
    page: 'p1',
    pager,
    attempt,
    outcome,
    possibleRepeat: false,
    final: of.final ?? outcome === 'sent',
    carrier: 'smtp',
    carrierId: '',
    detail: '',
    attemptedAtMs: of.atMs ?? 0,
  });
}

const CLAIM = (attempt: number): NextActions => ({
  actions: [{ kind: 'claim', page: 'p1', attempt }],
  dueMs: undefined,
});
const SEND = (attempt: number, possibleRepeat = false): NextActions => ({
  actions: [{ kind: 'send', asked: ASKED.data, attempt, possibleRepeat }],
  dueMs: undefined,
});
const WAIT = (dueMs: number | undefined): NextActions => ({ actions: [], dueMs });

interface Case {
  readonly name: string;
  readonly records: readonly AnyEvent[];
  readonly nowMs?: number;
  /** Claims of this pager that this very process made; all by default. */
  readonly mine?: readonly number[];
  readonly next: NextActions;
}

const CASES: readonly Case[] = [
  { name: 'a page is claimed first', records: [ASKED], next: CLAIM(1) },
  { name: 'a repeated request is one page', records: [ASKED, ASKED], next: CLAIM(1) },
  {
    name: 'the first claim acts',
    records: [ASKED, claimed('me', 1), claimed('you', 1)],
    next: SEND(1),
  },
  {
    name: 'the second claim waits',
    records: [ASKED, claimed('you', 1, 10), claimed('me', 1, 11)],
    nowMs: 11,
    next: WAIT(10 + CLAIM_MS_MAX),
  },
  {
    name: 'a claim past its limit is taken over',
    records: [ASKED, claimed('you', 1)],
    nowMs: CLAIM_MS_MAX,
    next: CLAIM(2),
  },
  {
    name: 'what was taken over may have arrived',
    records: [ASKED, claimed('you', 1), claimed('me', 2, CLAIM_MS_MAX)],
    nowMs: CLAIM_MS_MAX,
    next: SEND(2, true),
  },
  {
    name: 'a claim within its limit cannot be taken over',
    records: [ASKED, claimed('you', 1), claimed('me', 2, CLAIM_MS_MAX - 1)],
    next: WAIT(CLAIM_MS_MAX),
  },
  {
    name: 'a claim from an earlier life of the same pager is taken over at once',
    records: [ASKED, claimed('me', 1)],
    mine: [],
    next: CLAIM(2),
  },
  {
    name: 'and sent again as a possible repeat',
    records: [ASKED, claimed('me', 1), claimed('me', 2, 1)],
    mine: [2],
    next: SEND(2, true),
  },
  {
    name: 'a failed attempt is repeated after a pause',
    records: [ASKED, claimed('me', 1), attempted('me', 1, 'failed', { atMs: 7 })],
    nowMs: 7,
    next: WAIT(7 + RETRY_MS_FIRST),
  },
  {
    name: 'a repetition after a failure is no possible repeat',
    records: [ASKED, claimed('me', 1), attempted('me', 1, 'failed'), claimed('me', 2)],
    next: SEND(2, false),
  },
  {
    name: 'a repetition after silence is a possible repeat',
    records: [ASKED, claimed('me', 1), attempted('me', 1, 'unknown'), claimed('me', 2)],
    next: SEND(2, true),
  },
  {
    name: 'what was sent is over',
    records: [ASKED, claimed('me', 1), attempted('me', 1, 'sent')],
    next: WAIT(undefined),
  },
  {
    name: 'what was given up is over',
    records: [ASKED, claimed('me', 1), attempted('me', 1, 'failed', { final: true })],
    next: WAIT(undefined),
  },
  {
    name: 'a late word of one that was overtaken does not end the newer attempt',
    records: [
      ASKED,
      claimed('you', 1),
      claimed('me', 2, CLAIM_MS_MAX),
      attempted('you', 1, 'failed', { final: true }),
    ],
    nowMs: CLAIM_MS_MAX,
    next: SEND(2, true),
  },
  {
    name: 'a late word that it was sent ends all',
    records: [
      ASKED,
      claimed('you', 1),
      claimed('me', 2, CLAIM_MS_MAX),
      attempted('you', 1, 'sent'),
    ],
    next: WAIT(undefined),
  },
];

test.each(CASES)('$name', ({ records, nowMs = 0, mine, next }) => {
  const book = new PageBook();
  for (const record of records) book.take(record);
  const isMine = ({ attempt }: { readonly attempt: number }): boolean =>
    mine === undefined || mine.includes(attempt);
  expect(book.next({ nowMs, pager: 'me', mine: isMine })).toEqual(next);
});

test('the pauses double up to their limit, and the last abandoned claim is given up', () => {
  const book = new PageBook();
  const pauses: number[] = [];
  book.take(ASKED);
  for (let attempt = 1; attempt < ATTEMPTS_MAX; attempt += 1) {
    book.take(claimed('me', attempt));
    book.take(attempted('me', attempt, 'failed'));
    pauses.push(book.next({ nowMs: 0, pager: 'me', mine: () => true }).dueMs ?? -1);
  }
  expect(pauses.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
  expect(pauses.at(-1)).toBe(RETRY_MS_MAX);
  book.take(claimed('me', ATTEMPTS_MAX));
  expect(book.next({ nowMs: 0, pager: 'me', mine: () => false }).actions).toEqual([
    { kind: 'give-up', page: 'p1', attempt: ATTEMPTS_MAX },
  ]);
});
