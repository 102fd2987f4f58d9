import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { ForgetfulDisk } from '../../../test/fakes/forgetful-file-layer.ts';
import { openEmbeddedEventLog } from './embedded-event-log.ts';
import type { EmbeddedEventLog } from './embedded-event-log.ts';

const RUNS = 60;
const LIVES_PER_RUN = 6;
const PARTITIONS = 3;
const SEGMENT_BYTES = 3_000;
const RECORD_BYTES_MAX = 900;
/** A seed given by hand replays one run. */
const SEED = Number(process.env['VIGIL_SEED'] ?? randomInt(2 ** 31));

it(`keeps a whole prefix with all that was acknowledged, seed ${SEED}`, async () => {
  expect.hasAssertions();
  for (let run = 0; run < RUNS; run += 1) await liveAndDie(SEED + run);
});

/** Each record holds its number in the order of all appends, over all partitions. */
async function liveAndDie(seed: number): Promise<void> {
  const disk = new ForgetfulDisk({ seed });
  const random = numbersFrom(seed);
  let kept = 0;
  for (let life = 0; life < LIVES_PER_RUN; life += 1) {
    const log = await openEmbeddedEventLog({
      directory: '/log',
      fileLayer: disk.mount(),
      segmentBytes: SEGMENT_BYTES,
    });
    const what = `seed ${seed}, life ${life}`;
    await log.createTopics([{ topic: 'facts.v1', partitions: PARTITIONS }]);
    const found = await numbersIn(log);
    expect(found, what).toEqual(Array.from({ length: found.length }, (_, at) => at));
    expect(found.length, `${what}: acknowledged`).toBeGreaterThanOrEqual(kept);

    let next = found.length;
    kept = next;
    const acknowledged = (upTo: number): void => {
      kept = Math.max(kept, upTo);
    };
    for (let steps = random(60); steps > 0; steps -= 1) {
      if (random(10) < 6) {
        const count = 1 + random(3);
        const records = Array.from({ length: count }, (_, at) => record(next + at, random));
        next += count;
        const upTo = next;
        log.append('facts.v1', random(PARTITIONS), records).then(
          () => acknowledged(upTo),
          () => undefined,
        );
      }
      if (random(40) === 0) disk.failNext(random(2) === 0 ? 'write' : 'sync', 'EIO');
      if (random(3) > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    if (random(4) === 0) disk.kill();
    else disk.crash();
    // Ends the tries of the life that is over; what they tell is no acknowledgement.
    const keptAtDeath = kept;
    await log.close().catch(() => undefined);
    expect(kept, what).toBe(keptAtDeath);
  }
}

function record(number: number, random: (below: number) => number): Buffer {
  const bytes = Buffer.alloc(4 + random(RECORD_BYTES_MAX), number);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** The numbers found in all partitions, sorted; each partition must hold its own in order. */
async function numbersIn(log: EmbeddedEventLog): Promise<readonly number[]> {
  const all: number[] = [];
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const end = await log.end('facts.v1', partition);
    const numbers: number[] = [];
    const stop = new AbortController();
    if (end === 0) stop.abort();
    for await (const batch of log.read('facts.v1', partition, 0, stop.signal)) {
      for (const { bytes } of batch) numbers.push(Buffer.from(bytes).readUInt32LE());
      if (numbers.length >= end) stop.abort();
    }
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
    all.push(...numbers);
  }
  return all.sort((left, right) => left - right);
}

function numbersFrom(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647 || 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
