import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { referenceResult } from '../../engine/matching/reference-matcher.contract.ts';
import { WorkloadError } from '../../engine/matching/workload.ts';
import { encodeWorkload, makeFlow } from '../../engine/matching/workload-flow.contract.ts';
import { benchMatcher } from './bench-matcher.ts';
import { checkedPass } from './checked-pass.ts';
import { messageColumns } from './message-columns.ts';
import { ReportChannel } from './report-channel.ts';
import { createChannelMatcher, timeFast } from './timed-passes.ts';
import { rivalVersion } from './rival.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'vigil-matching-bench-'));
afterAll(() => rmSync(directory, { recursive: true }));

function streamOf(name: string, bytes: Uint8Array): string {
  const stream = path.join(directory, name);
  writeFileSync(stream, bytes);
  return stream;
}

const FLOW = makeFlow({ seed: 9, messages: 3000 });

test('a short stream is checked first, then timed in fresh processes', async () => {
  const stream = streamOf('short', encodeWorkload(FLOW));
  const heard: string[] = [];
  const onProgress = (text: string): void => void heard.push(text);
  const result = await benchMatcher({ stream, runs: 1, restingOrders: 500, onProgress });
  expect(result).toMatchObject({
    messages: FLOW.length,
    sha256: referenceResult(FLOW).sha256,
    runs: 1,
    resting: { orders: 500 },
  });
  expect(heard[0]).toBe('checking the reports of the fast book against the plain one');
  const rates = [
    result.messagesPerSecond,
    result.firstPassMessagesPerSecond,
    result.plainMessagesPerSecond,
    result.resting?.streamLarge,
    result.resting?.uniformLarge,
  ];
  expect(rates.every((rate) => rate !== undefined && rate > 0 && rate < Infinity)).toBe(true);
  expect(result.messagesPerSecondMin).toBe(result.messagesPerSecondMax);
  expect(result.rivalMessages).toBe(rivalVersion() === undefined ? null : FLOW.length);
  // An order is 32 bytes of its own and 16 of the ids; the levels are shared by too few here.
  expect(result.resting?.bytesPerOrder).toBeGreaterThan(48);
});

test('a stream that is none is refused by name and nothing is timed', async () => {
  const stream = streamOf('broken', encodeWorkload(FLOW).subarray(0, 99));
  const options = { runs: 1, restingOrders: undefined, onProgress: () => undefined };
  await expect(benchMatcher({ stream, ...options })).rejects.toThrow(WorkloadError);
});

test('the numbers of any flow make the reference’s report stream', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 300 }), (seed, messages) => {
      const flow = makeFlow({ seed, messages });
      const { countByType: _, ...expected } = referenceResult(flow);
      const { reports, trades, sha256 } = checkedPass(messageColumns(encodeWorkload(flow)));
      expect({ reports, trades, sha256 }).toEqual(expected);
    }),
  );
});

test('the second thread reads each report once, however often the ring goes round', async () => {
  const flow = makeFlow({ seed: 4, messages: 20_000 });
  const columns = messageColumns(encodeWorkload(flow));
  const { checksum, reports } = checkedPass(columns);
  const channel = new ReportChannel();
  await channel.ready();
  for (const pass of [1, 2, 3]) {
    timeFast({ columns, channel, matcher: createChannelMatcher(channel) });
    expect(channel.flush()).toBe(Math.imul(checksum, pass));
    expect(channel.ring.written).toBe(reports * pass);
  }
  await channel.close();
});

test('flows that differ in one order have different checksums', () => {
  const [first, ...others] = FLOW;
  const changed = first?.kind === 'new' ? { ...first, lots: first.lots + 1 } : undefined;
  expect(changed).toBeDefined();
  const sums = [FLOW, [changed!, ...others]].map(
    (flow) => checkedPass(messageColumns(encodeWorkload(flow))).checksum,
  );
  expect(sums[0]).not.toBe(sums[1]);
});
