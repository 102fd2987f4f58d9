import type { PlayedSample } from './played-sample.ts';
import { figure, type BenchRow } from './row.ts';

/** What a play of the sample cost, with every role, archive and console at work. */
export function sampleRows(
  of: PlayedSample & { readonly recordingSeconds: number; readonly events: number },
): readonly BenchRow[] {
  const { wallSeconds, cpuSeconds, recordingSeconds, events } = of;
  const conditions =
    `the first ${recordingSeconds} s of the recording and the day before it at speed max, one ` +
    `process and its warehouse, from its start to the sample's end, once: ${events} events, ` +
    `${figure(events / wallSeconds)} events/s`;
  const wall: BenchRow = {
    name: 'sample, wall',
    value: wallSeconds,
    unit: 's',
    rival: 'the recording itself',
    rivalValue: recordingSeconds,
    ratio: wallSeconds / recordingSeconds,
    conditions,
  };
  if (cpuSeconds === null) return [wall];
  const perEvent = figure((cpuSeconds * 1_000_000) / events);
  return [
    wall,
    {
      ...wall,
      name: 'sample, CPU',
      value: cpuSeconds,
      ratio: cpuSeconds / recordingSeconds,
      conditions: `${conditions}; ${perEvent} µs of CPU an event, warehouse included`,
    },
  ];
}
