import { describe, expect, test } from 'vitest';
import { entity } from '../../core/entities.ts';
import { AddressAdded } from '../../core/events/user.ts';
import { TickPassed } from '../../core/events/every.ts';
import { TransferPosted } from '../../core/events/ledger.ts';
import { decodeFrame, encodeFrame, roleFrame, type Frame } from '../../core/frame.ts';
import { TOPICS, type Topic } from '../../core/topics.ts';
import { envelopeExample, eventExamples } from '../../test/fakes/event-examples.ts';
import { rowsOf, tableOf } from './rows.ts';

function record(topic: Topic, frame: Frame) {
  return { topic, partition: 3, offset: 41, incarnation: 1, frame };
}

function foldFrame(fold: string, lanes: readonly ReturnType<typeof entity>[] = []): Frame {
  const cause = { topic: 'intake.v1', incarnation: 1, partition: 1, offset: 9, index: 0 };
  const writer = { kind: 'fold', fold, semanticsVersion: 1, cause, previous: null } as const;
  const event = AddressAdded.of(eventExamples.AddressAdded, envelopeExample);
  return decodeFrame(encodeFrame({ writer, entries: [{ event, causeIndex: 5, lanes }] }));
}

test('every topic has a table of its own', () => {
  const tables = TOPICS.map(tableOf);
  expect(new Set(tables).size).toBe(TOPICS.length);
  expect(tableOf('dead-letters.v1')).toBe('dead_letters');
});

describe('a row', () => {
  test('says where the event stands, who wrote it, because of what, and what it is about', () => {
    const { rows } = rowsOf(record('intake.v1', foldFrame('judge')), 1_000);
    expect(rows).toEqual([
      {
        incarnation: 1,
        log_partition: 3,
        log_offset: 41,
        log_index: 0,
        writer: 'judge',
        cause_partition: 1,
        cause_offset: 9,
        cause_index: 5,
        type: 'AddressAdded',
        at: new Date(envelopeExample.recordedAtMs).toISOString(),
        entities: ['account:alice', 'address:bitcoin:bc1q-example'],
        data: JSON.stringify({ ...eventExamples.AddressAdded, envelope: envelopeExample }),
      },
    ]);
  });

  test('of a role has no cause', () => {
    const frame = decodeFrame(roleFrame('clock', [TickPassed.of({ atMs: 5, gapMs: 0 })]));
    const { rows } = rowsOf(record('commands.v1', frame), 0);
    expect(rows).toMatchObject([{ writer: 'clock', cause_offset: 0, cause_index: 0 }]);
  });

  test('takes its time from the tick before it, which never goes back', () => {
    const tick = (atMs: number) => TickPassed.of({ atMs, gapMs: 0 });
    const events = [TransferPosted.of(eventExamples.TransferPosted), tick(2_000), tick(500)];
    const frame = decodeFrame(roleFrame('gateway', events));
    const { rows, nowMs } = rowsOf(record('ledger.v1', frame), 1_000);
    expect(rows.map((row) => row['at'])).toEqual([
      '1970-01-01T00:00:01.000Z',
      '1970-01-01T00:00:02.000Z',
      '1970-01-01T00:00:02.000Z',
    ]);
    expect(nowMs).toBe(2_000);
  });

  test('of a transfer has its legs in columns, amounts as digits', () => {
    const event = TransferPosted.of(eventExamples.TransferPosted);
    const frame = decodeFrame(roleFrame('gateway', [event]));
    expect(rowsOf(record('ledger.v1', frame), 0).rows).toMatchObject([
      {
        'legs.account': ['venue', 'alice'],
        'legs.asset': ['BTC', 'BTC'],
        'legs.code': ['wallet', 'available'],
        'legs.amount_minor': ['-1', '1'],
      },
    ]);
  });

  test('of a lane keeps the content only where it stands nowhere else', () => {
    const lanes = [entity('account', 'alice')];
    const [copy] = rowsOf(record('lanes.v1', foldFrame('router-intake', lanes)), 0).rows;
    const [own] = rowsOf(record('lanes.v1', foldFrame('judge', lanes)), 0).rows;
    expect([copy?.['entities'], copy?.['data']]).toEqual([lanes, '']);
    expect(own?.['data']).not.toBe('');
  });
});
