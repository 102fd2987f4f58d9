import { z } from 'zod';
import { custodyMovement } from './custody.ts';
import { defineEvent } from './definition.ts';
import { amountMinor, count, freeText, name, position, timeMs } from './fields.ts';

/** The sums of one asset in one book, in minor units. */
export const bookSums = z.object({
  asset: name,
  availableMinor: amountMinor,
  heldMinor: amountMinor,
  houseMinor: amountMinor,
  feeMinor: amountMinor,
  inTransitMinor: amountMinor,
  suspenseMinor: amountMinor,
  walletMinor: amountMinor,
});
export type BookSums = z.output<typeof bookSums>;

/**
 * What a book held when the minute's tick stood in its shard's commands: sums and hashes, never
 * rows.
 */
export const BookCut = defineEvent({
  type: 'BookCut',
  code: 0x0901,
  topic: 'cuts.v1',
  schema: z.object({
    book: z.enum(['engine', 'ledger']),
    shard: count,
    /** Minutes since 1970. */
    minute: count,
    atMs: timeMs,
    sums: z.array(bookSums),
    /** Per asset one hash for each of 256 buckets of accounts, empty where the bucket is. */
    buckets: z.array(z.object({ asset: name, hashes: z.array(z.string()) })),
    /**
     * Deposits (in, above zero) and settled withdrawals (out, below zero) that this book took in
     * since its last cut, as custody names them.
     */
    booked: z.array(z.object({ asset: name, subject: name, amountMinor })),
    /** Where the tick stood in the topic that the book reads. */
    at: position,
  }),
});

/** Custody's report, handed on from intake. */
export const CustodyReported = defineEvent({
  type: 'CustodyReported',
  code: 0x0902,
  topic: 'cuts.v1',
  schema: z.object({
    wallet: name,
    asset: name,
    amountMinor,
    minute: count,
    height: count,
    recordedAtMs: timeMs,
    movements: z.array(custodyMovement),
  }),
});

export const breakKind = z.enum([
  'engine_ledger',
  'liabilities_wallets',
  'wallets_custody',
  'custody_stale',
]);
export type BreakKind = z.output<typeof breakKind>;

/** How the three books of one asset compare at one minute; no breaks means clean. */
export const CutCompared = defineEvent({
  type: 'CutCompared',
  code: 0x0903,
  topic: 'cuts.v1',
  schema: z.object({
    asset: name,
    minute: count,
    /** L: client, house and fee. */
    liabilitiesMinor: amountMinor,
    /** T. */
    inTransitMinor: amountMinor,
    /** G: what the ledger believes the wallets hold. */
    ledgerMinor: amountMinor,
    /** C: what custody reports; null before its first report. */
    custodyMinor: amountMinor.nullable(),
    custodyMinute: count.nullable(),
    suspenseMinor: amountMinor,
    /**
     * What custody has seen and the ledger has not booked, less what the ledger has booked and
     * custody has not reported: G and this make C. The list has the latter with their sign turned.
     */
    inFlightMinor: amountMinor,
    inFlight: z.array(custodyMovement),
    breaks: z.array(z.object({ kind: breakKind, amountMinor })),
    /** The last clean cut before this one, or 0. */
    lastCleanMinute: count,
  }),
});

/** Which postings make up a break: found in the warehouse, told to the fold as an event. */
export const BreakLocated = defineEvent({
  type: 'BreakLocated',
  code: 0x0904,
  topic: 'cuts.v1',
  schema: z.object({
    asset: name,
    minute: count,
    /** The sum of all of them, listed or not; above zero where more is owed than held. */
    totalMinor: amountMinor,
    found: count,
    postings: z.array(
      z.object({ subject: name, account: name, amountMinor, reason: freeText, at: position }),
    ),
  }),
});
