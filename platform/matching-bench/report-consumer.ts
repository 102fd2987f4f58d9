import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { REPORT_BYTES, REPORT_DOUBLES } from '../../engine/matching/fast/report-ring.ts';
import { CHECKSUM, CLOSED, CONSUMED, PUBLISHED, SLEEP_MS } from './report-channel.ts';
import { reportChecksum } from './report-checksum.ts';

/** Room is given back as often, so that the writer need not wait for the whole ring to be read. */
const CONSUMED_REPORTS = 512;

const memory = z
  .object({ numbers: z.instanceof(SharedArrayBuffer), state: z.instanceof(SharedArrayBuffer) })
  .parse(workerData);
consume(new Float64Array(memory.numbers), new Int32Array(memory.state));

/** Reads every number of every report, until the channel is closed. */
function consume(numbers: Float64Array, state: Int32Array): void {
  const mask = numbers.byteLength / REPORT_BYTES - 1;
  let checksum = 0;
  let consumed = 0;
  while (Atomics.load(state, CLOSED) === 0) {
    const published = Atomics.load(state, PUBLISHED);
    if (published === consumed) {
      Atomics.wait(state, PUBLISHED, consumed, SLEEP_MS);
      continue;
    }
    const end = Math.min(published, consumed + CONSUMED_REPORTS);
    for (let report = consumed; report < end; report += 1) {
      checksum = (checksum + reportChecksum(numbers, (report & mask) * REPORT_DOUBLES)) | 0;
    }
    consumed = end;
    Atomics.store(state, CHECKSUM, checksum);
    Atomics.store(state, CONSUMED, consumed);
    Atomics.notify(state, CONSUMED);
  }
}
