import type { Act } from '../../core/events/acts.ts';
import { DebitWithdrawal } from '../../core/events/commands.ts';
import { encodeFrame, roleFrame, type Frame } from '../../core/frame.ts';
import type { Topic } from '../../core/topics.ts';
import type { Edits, WholeLog } from '../fakes/rewrite-log.ts';
import {
  appended,
  decisionOn,
  entriesWith,
  eventsOf,
  find,
  foldOf,
  isTick,
  lastInChain,
  lengthOf,
  moved,
  nextTick,
  placeOf,
  removed,
  replaced,
  type EventNamed,
  type Partition,
  type Standing,
} from './find.ts';

/** What the report must name first; `differences` where it can be said exactly. */
export interface Culprit {
  readonly topic: Topic;
  readonly partition: number;
  readonly offset: number;
  readonly fold?: string;
  readonly expected?: unknown;
  readonly found?: unknown;
  readonly differences?: number;
}

/** One way to tamper with a log whose checksums are right again. */
export interface TamperingCase {
  readonly name: string;
  readonly tamper: (whole: WholeLog) => { readonly edits: Edits; readonly culprit: Culprit };
}

export const TAMPERING_CASES: readonly TamperingCase[] = [
  {
    name: 'an altered decision',
    tamper: (whole) => {
      const held = decisionOn(whole, 'W1', 'held');
      const changed = {
        ...held.event,
        data: { ...held.event.data, outcome: 'released' as const, reasons: [] },
      };
      const entries = entriesWith(held, () => changed);
      return {
        edits: [replaced(held, { writer: held.frame.writer, entries })],
        culprit: { ...placeOf(held), expected: held.event, found: changed, differences: 1 },
      };
    },
  },
  {
    name: 'a deleted decision',
    tamper: (whole) => {
      const held = decisionOn(whole, 'W1', 'held');
      return {
        edits: [removed(held)],
        culprit: { ...placeOf(held), expected: held.event, found: null, differences: 1 },
      };
    },
  },
  {
    name: 'a deleted output that other folds read',
    tamper: (whole) => {
      const booked = find(whole, {
        topic: 'market.v1',
        type: 'AdjustmentBooked',
        where: ({ event }) => event.data.account === 'user-09',
      });
      return {
        edits: [removed(booked)],
        culprit: { ...placeOf(booked), fold: 'engine', expected: first(booked) },
      };
    },
  },
  {
    name: 'an added decision: a copy of another one in the same chain',
    tamper: (whole) => {
      const released = decisionOn(whole, 'W0', 'released');
      const target = decisionOn(whole, 'W2', 'held');
      const last = lastInChain(whole, target);
      const cause = { ...last.cause, offset: last.cause.offset + 1, index: 0 };
      const writer = { ...last, cause, previous: last.cause };
      const bytes = encodeFrame({ writer, entries: released.frame.entries });
      const offset = lengthOf(whole, target);
      return {
        edits: [appended(target, bytes)],
        culprit: {
          ...placeOf(target),
          offset,
          expected: null,
          found: first(released),
          differences: 1,
        },
      };
    },
  },
  {
    name: 'an added debit: a perfect copy of the chain of the judge',
    tamper: (whole) => {
      const at = { topic: 'commands.v1', partition: 0 } as const;
      const paid = find(whole, { ...at, type: 'DebitWithdrawal', where: () => true });
      const { account, requestDigest } = decisionOn(whole, 'W3', 'held').event.data;
      const debit = DebitWithdrawal.of({
        ...paid.event.data,
        id: 'debit:W3:1',
        withdrawal: 'W3',
        account,
        requestDigest,
      });
      const last = lastInChain(whole, paid);
      const cause = { ...last.cause, offset: last.cause.offset + 1, index: 0 };
      const writer = { ...last, cause, previous: last.cause };
      const entries = [{ event: debit, causeIndex: 0, lanes: [] }];
      const culprit = { ...at, offset: lengthOf(whole, at), fold: 'judge', expected: null };
      return {
        edits: [appended(at, encodeFrame({ writer, entries }))],
        culprit: { ...culprit, found: debit, differences: 1 },
      };
    },
  },
  {
    name: 'a threshold altered where it was put in force',
    tamper: (whole) => {
      const opened = find(whole, {
        topic: 'controls.v1',
        type: 'VenueOpened',
        where: () => true,
      });
      const { acts } = opened.event.data;
      const entries = entriesWith(opened, (event) => ({
        ...event,
        data: { acts: acts.map(withShorterLock) },
      }));
      const applied = lockIn(whole, { topic: 'commands.v1', partition: 0 });
      return {
        edits: [replaced(opened, { writer: opened.frame.writer, entries })],
        culprit: {
          ...placeOf(applied),
          fold: 'controls',
          expected: shorterLock(applied),
          found: applied.event,
        },
      };
    },
  },
  {
    name: 'a threshold altered in one lane',
    tamper: (whole) => {
      const { partition } = decisionOn(whole, 'W1', 'held');
      const applied = lockIn(whole, { topic: 'lanes.v1', partition });
      const found = shorterLock(applied);
      const entries = entriesWith(applied, () => found);
      return {
        edits: [replaced(applied, { writer: applied.frame.writer, entries })],
        culprit: { ...placeOf(applied), fold: 'controls', expected: applied.event, found },
      };
    },
  },
  {
    name: 'a tick moved in commands',
    tamper: (whole) => {
      const order = find(whole, {
        topic: 'commands.v1',
        type: 'PlaceOrder',
        where: ({ offset }) =>
          isTick(whole, { topic: 'commands.v1', partition: 0, offset: offset - 1 }),
      });
      const written = find(whole, {
        topic: 'market.v1',
        type: 'TickPassed',
        where: ({ frame }) => foldOf(frame).cause.offset === order.offset - 1,
      });
      return {
        edits: [moved({ ...placeOf(order), offset: order.offset - 1 }, order.offset)],
        culprit: { ...placeOf(written), fold: 'engine', found: written.event },
      };
    },
  },
  {
    name: 'a tick moved in lanes, across a record that has an output',
    tamper: (whole) => {
      const raised = [...eventsOf(whole, { topic: 'signals.v1', type: 'SignalRaised' })];
      for (const signal of raised.filter(({ event }) => event.data.scenario === 'A11')) {
        const { partition, offset } = foldOf(signal.frame).cause;
        const tick = nextTick(whole, { topic: 'lanes.v1', partition, offset });
        if (tick === undefined) continue;
        return {
          edits: [moved({ topic: 'lanes.v1', partition, offset: tick }, offset)],
          culprit: { ...placeOf(signal), fold: 'judge', expected: null, found: signal.event },
        };
      }
      throw new Error('no tick behind a signal');
    },
  },
  {
    name: "an altered balance in a book's cut",
    tamper: (whole) => {
      const cut = find(whole, {
        topic: 'cuts.v1',
        type: 'BookCut',
        where: ({ event }) => event.data.book === 'ledger' && event.data.sums.length > 0,
      });
      const sums = cut.event.data.sums.map((each) => ({
        ...each,
        availableMinor: each.availableMinor + 1n,
      }));
      const found = { ...cut.event, data: { ...cut.event.data, sums } };
      const entries = entriesWith(cut, () => found);
      return {
        edits: [replaced(cut, { writer: cut.frame.writer, entries })],
        culprit: { ...placeOf(cut), fold: 'settlement', expected: cut.event, found },
      };
    },
  },
  {
    name: 'a debit by a role that may not write it',
    tamper: (whole) => {
      const at = { topic: 'commands.v1', partition: 0 } as const;
      const { event } = find(whole, { ...at, type: 'DebitWithdrawal', where: () => true });
      const expected = 'nothing that gateway may not write';
      return {
        edits: [appended(at, roleFrame('gateway', [event]))],
        culprit: { ...at, offset: lengthOf(whole, at), expected, found: event, differences: 1 },
      };
    },
  },
];

function first({ frame }: { readonly frame: Frame }): unknown {
  return frame.entries[0]?.event;
}

/** Where the rule U13 was put in force in a partition. */
function lockIn(whole: WholeLog, of: Partition): Standing<'ControlApplied'> {
  return find(whole, {
    topic: of.topic,
    type: 'ControlApplied',
    where: ({ partition, event }) => partition === of.partition && isLock(event.data.act),
  });
}

function isLock(act: Act): act is Extract<Act, { readonly kind: 'apply-rule' }> {
  return act.kind === 'apply-rule' && act.rule === 'U13';
}

function shorterLock({ event }: Standing<'ControlApplied'>): EventNamed<'ControlApplied'> {
  return { ...event, data: { ...event.data, act: withShorterLock(event.data.act) } };
}

/** Half an hour in place of the day that an address must have stood. */
function withShorterLock(act: Act): Act {
  if (!isLock(act)) return act;
  const text = act.text.replace('86400000', '1800000');
  if (text === act.text) throw new Error('the lock of U13 is no longer a day');
  return { ...act, text };
}
