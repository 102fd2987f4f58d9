import { describe, expect, test } from 'vitest';
import { entity } from './entities.ts';
import { TickPassed } from './events/every.ts';
import { ActApproved } from './events/controls.ts';
import { decodeFrame, encodeFrame, roleFrame, type EntryToWrite, type Writer } from './frame.ts';

const tick = TickPassed.of({ atMs: 1_000, gapMs: 0 });
const approved = ActApproved.of({ request: 'r', by: 'ada', actDigest: 'f'.repeat(64) });
const cause = { topic: 'lanes.v1', incarnation: 2, partition: 15, offset: 2 ** 40, index: 3 };
const WRITERS: readonly Writer[] = [
  { kind: 'role', role: 'clock' },
  { kind: 'fold', fold: 'judge', semanticsVersion: 4, cause, previous: null },
  { kind: 'fold', fold: 'judge', semanticsVersion: 4, cause, previous: { offset: 0, index: 0 } },
];
const entries: readonly EntryToWrite[] = [
  { event: tick, causeIndex: 0, lanes: [] },
  { event: approved, causeIndex: 7, lanes: [entity('account', 'é'), entity('ip', '::1')] },
];

describe('a frame', () => {
  test.each(WRITERS)('by $kind comes back whole, the same bytes each time', (writer) => {
    const bytes = encodeFrame({ writer, entries });
    expect(decodeFrame(bytes)).toEqual({ writer, entries });
    expect(encodeFrame(decodeFrame(bytes))).toEqual(bytes);
  });

  test('of a role holds its events in order', () => {
    const { entries: found } = decodeFrame(roleFrame('gateway', [approved, tick]));
    expect(found.map(({ event, causeIndex }) => [event.type, causeIndex])).toEqual([
      ['ActApproved', 0],
      ['TickPassed', 0],
    ]);
  });

  test('may be empty', () => {
    const writer = { kind: 'role', role: 'clock' } as const;
    expect(decodeFrame(roleFrame('clock', []))).toEqual({ writer, entries: [] });
  });

  test('with more lanes than it can count is refused, not cut', () => {
    const lanes = Array.from({ length: 256 }, (_, at) => entity('account', `${at}`));
    const writer = { kind: 'role', role: 'clock' } as const;
    const entry = { event: tick, causeIndex: 0, lanes };
    expect(() => encodeFrame({ writer, entries: [entry] })).toThrow(RangeError);
    expect(() =>
      encodeFrame({ writer, entries: [{ ...entry, lanes: lanes.slice(1) }] }),
    ).not.toThrow();
  });
});

describe('bytes that are no frame', () => {
  const whole = encodeFrame({ writer: WRITERS[1]!, entries });

  test('end at any place too early', () => {
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeFrame(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  test('go on behind the end', () => {
    expect(() => decodeFrame(Uint8Array.of(...whole, 0))).toThrow('behind its end');
  });

  test('are of another format', () => {
    expect(() => decodeFrame(Uint8Array.of(9, ...whole.subarray(1)))).toThrow(
      'unknown_frame_format: 9',
    );
  });

  test('are by a role that there is not', () => {
    const forged = Buffer.from(roleFrame('clock', [tick]));
    forged.write('clerk', forged.indexOf('clock'));
    expect(() => decodeFrame(forged)).toThrow('unknown_role: clerk');
  });

  test('hold an event that this release does not know', () => {
    const bytes = Buffer.from(roleFrame('clock', [tick]));
    const codeAt = 1 + 1 + 4 + 'clock'.length + 4;
    const code = Buffer.from(bytes);
    code.writeUInt16LE(0xffff, codeAt);
    expect(() => decodeFrame(code)).toThrow('unknown_event: code 65535, version 1');
    const version = Buffer.from(bytes);
    version.writeUInt16LE(2, codeAt + 2);
    expect(() => decodeFrame(version)).toThrow('unknown_event: code 1, version 2');
  });
});
