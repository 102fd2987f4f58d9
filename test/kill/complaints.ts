import { partitionOf } from '../../core/entities.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { PageAttempted } from '../../core/events/pages.ts';
import { entitiesOf, type AnyEvent } from '../../core/events/registry.ts';
import { LANE_PARTITIONS } from '../../core/topics.ts';
import type { RecordedLog } from './recorded-log.ts';

/** What a log must not show, in words, told by distinct ids and never by counts; empty is good. */
export function complaintsAbout(log: RecordedLog): readonly string[] {
  return [
    ...commandComplaints(log),
    ...bookingComplaints(log),
    ...intakeComplaints(log),
    ...pageComplaints(log),
  ];
}

/** Each id that was sent has one first outcome; whenever it was sent again, it was told so. */
function commandComplaints(log: RecordedLog): readonly string[] {
  const outcomes = new Map<string, AnyEvent[]>();
  for (const { frame } of log('market.v1')) {
    if (frame.writer.kind !== 'fold') continue;
    const { offset, partition } = frame.writer.cause;
    for (const { event, causeIndex } of frame.entries) {
      const place = `${partition}/${offset}/${causeIndex}`;
      outcomes.set(place, [...(outcomes.get(place) ?? []), event]);
    }
  }
  const complaints: string[] = [];
  const first = new Set<string>();
  for (const { frame, partition, offset } of log('commands.v1')) {
    frame.entries.forEach(({ event }, index) => {
      if (event.type === 'TickPassed' || event.type === 'ControlApplied') return;
      const id = commandId(event);
      const found = outcomes.get(`${partition}/${offset}/${index}`) ?? [];
      const repeated = found.some(({ type }) => type === 'CommandRepeated');
      if (found.length === 0) complaints.push(`${event.type} ${id} has no outcome`);
      else if (repeated && found.length > 1) complaints.push(`${id} was repeated and had effect`);
      else if (repeated && !first.has(id)) complaints.push(`${id} is said to have come before`);
      else if (!repeated && first.has(id)) complaints.push(`${id} has a second first outcome`);
      first.add(id);
    });
  }
  return complaints;
}

function commandId({ data }: AnyEvent): string {
  return 'sender' in data && 'id' in data ? `${data.sender} ${data.id}` : 'without an id';
}

const BOOKED_ONCE = {
  OrderAccepted: 'order',
  DepositBooked: 'deposit',
  AdjustmentBooked: 'adjustment',
  WithdrawalDebited: 'withdrawal',
  HoldReleased: 'withdrawal',
  WithdrawalSettled: 'withdrawal',
} as const;

/** Nothing is accepted, credited, debited, released or settled twice. */
function bookingComplaints(log: RecordedLog): readonly string[] {
  const met = new Set<string>();
  const complaints: string[] = [];
  for (const { frame } of log('market.v1')) {
    for (const { event } of frame.entries) {
      const id = bookedId(event);
      if (id === undefined) continue;
      if (met.has(id)) complaints.push(`${id} twice`);
      met.add(id);
    }
  }
  return complaints;
}

function bookedId({ type, data }: AnyEvent): string | undefined {
  const key = Object.entries(BOOKED_ONCE).find(([each]) => each === type)?.[1];
  if (key === undefined) return undefined;
  return `${type} ${String(Object.entries(data).find(([each]) => each === key)?.[1])}`;
}

/** Each event from outside stands once on every lane that it names, and on no other. */
function intakeComplaints(log: RecordedLog): readonly string[] {
  const copies = new Map<string, number[]>();
  for (const { frame, partition } of log('lanes.v1')) {
    if (frame.writer.kind !== 'fold' || frame.writer.fold !== 'router-intake') continue;
    for (const { event } of frame.entries) {
      const id = envelopeId(event);
      if (id !== undefined) copies.set(id, [...(copies.get(id) ?? []), partition]);
    }
  }
  const complaints: string[] = [];
  const sent = new Set<string>();
  for (const { frame } of log('intake.v1')) {
    for (const { event } of frame.entries) {
      const id = envelopeId(event);
      if (id === undefined || sent.has(id)) continue;
      sent.add(id);
      const lanes = entitiesOf(event).map((entity) => partitionOf(entity, LANE_PARTITIONS));
      const due = [...new Set(lanes)].sort(byNumber).join();
      const found = [...(copies.get(id) ?? [])].sort(byNumber).join();
      if (found !== due) complaints.push(`${id} is due on the lanes ${due}, stands on ${found}`);
    }
  }
  for (const id of copies.keys()) if (!sent.has(id)) complaints.push(`${id} was never sent`);
  return complaints;
}

function envelopeId({ envelope }: AnyEvent): string | undefined {
  return envelope === undefined ? undefined : `${envelope.source} ${envelope.id}`;
}

function byNumber(a: number, b: number): number {
  return a - b;
}

/** Each page left, marked exactly where an earlier claim shows that it may have left before. */
function pageComplaints(log: RecordedLog): readonly string[] {
  const asked = new Set<string>();
  const claims = new Map<string, Set<number>>();
  const attempts = new Map<string, DataOf<typeof PageAttempted>[]>();
  for (const { event } of log('pages.v1').flatMap(({ frame }) => frame.entries)) {
    if (event.type === 'PageAsked') asked.add(event.data.page);
    if (event.type === 'PageClaimed') {
      const { page, attempt } = event.data;
      claims.set(page, (claims.get(page) ?? new Set()).add(attempt));
    }
    if (event.type === 'PageAttempted') {
      const { page } = event.data;
      attempts.set(page, [...(attempts.get(page) ?? []), event.data]);
    }
  }
  const complaints: string[] = [];
  for (const page of asked) {
    const made = attempts.get(page) ?? [];
    if (!made.some(({ outcome }) => outcome === 'sent')) complaints.push(`${page} was not sent`);
    const failed = made.filter(({ outcome }) => outcome === 'failed').map((each) => each.attempt);
    for (const { attempt, possibleRepeat } of made) {
      const isRepeat = [...(claims.get(page) ?? [])].some(
        (claim) => claim < attempt && !failed.includes(claim),
      );
      if (isRepeat !== possibleRepeat) {
        complaints.push(`${page} attempt ${attempt} is ${possibleRepeat ? '' : 'not '}marked`);
      }
    }
  }
  return complaints;
}
