import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DebitWithdrawal } from '../../core/events/commands.ts';
import { entity } from '../../core/entities.ts';
import { laneOf } from '../../core/fold.ts';
import { decodeFrame, encodeFrame, type Writer } from '../../core/frame.ts';
import { incidentView } from '../../core/views.ts';
import { openEmbeddedEventLog } from '../../platform/event-log/embedded/embedded-event-log.ts';
import { readRange } from '../../platform/event-log/read-range.ts';
import { COUNTS, DIRECTORIES } from '../../platform/stores.ts';
import { signIn } from '../api.ts';
import { SAMPLE_MS_MAX, VigilProcess } from '../sample-run.ts';
import { replayOf } from '../vigil-commands.ts';
import { until } from '../fakes/wait.ts';
import { copiedRun } from './copied-run.ts';
import { storedEvents } from './stored-events.ts';

const COMMANDS = { topic: 'commands.v1', partition: 0 } as const;
const FOUND_MS_MAX = 60_000;
const LANE = laneOf({ counts: COUNTS, entity: entity('account', 'alice') });
const OTHER_LANE = (LANE + 1) % COUNTS['lanes.v1'];

/** A place in the chain of what one judge wrote. */
interface Mark {
  readonly offset: number;
  readonly index: number;
}

/** What a forger knows: how far each lane is, and where each judge's chain to the engine ends. */
interface Known {
  readonly laneEnds: readonly number[];
  readonly lastOf: ReadonlyMap<number, Mark>;
}

const forgeries = {
  'by a role': (): Writer => ({ kind: 'role', role: 'gateway' }),
  'by the judge of another lane': (known: Known): Writer =>
    judge({ partition: OTHER_LANE, known, previous: known.lastOf.get(OTHER_LANE) ?? null }),
  'by the right judge, with the right chain': (known: Known): Writer =>
    judge({ partition: LANE, known, previous: known.lastOf.get(LANE) ?? null }),
  'by the right judge, with a gap in its chain': (known: Known): Writer => {
    const last = known.lastOf.get(LANE) ?? { offset: 0, index: 0 };
    return judge({ partition: LANE, known, previous: { ...last, offset: last.offset + 1 } });
  },
} as const satisfies Record<string, (known: Known) => Writer>;

test(
  'a debit that no judge decided moves nothing, and a replay finds it',
  { timeout: 2 * SAMPLE_MS_MAX },
  async () => {
    await using data = await copiedRun();
    const names = [
      'by a role',
      'by the judge of another lane',
      'by the right judge, with the right chain',
    ] as const;
    const offsets: number[] = [];
    for (const name of names) offsets.push(await forge(data.directory, name));
    {
      await using vigil = new VigilProcess({ dataDirectory: data.directory });
      await vigil.reached('open');
      await vigil.interrupt();
    }
    const market = await storedEvents(data.directory, 'market.v1');
    const refused = market.flatMap(({ event, writer }) =>
      event.type === 'CommandRefused' && event.data.command === 'DebitWithdrawal'
        ? [{ ...event.data, offset: writer.kind === 'fold' ? writer.cause.offset : null }]
        : [],
    );
    const common = { command: 'DebitWithdrawal', account: 'alice', subject: 'W1' };
    expect(refused.map(({ sender: _sender, id: _id, ...each }) => each)).toEqual([
      { ...common, reason: 'not_the_judge', offset: offsets[0] },
      { ...common, reason: 'not_the_judge', offset: offsets[1] },
      // It passes for the judge's own word; the engine's block stands all the same.
      { ...common, reason: 'asset_blocked', offset: offsets[2] },
    ]);
    const debited = market.flatMap(({ event }) =>
      event.type === 'WithdrawalDebited' ? [event.data.withdrawal] : [],
    );
    expect(debited).toEqual(['W0']);

    const replayed = await replayOf(data.directory);
    expect(replayed).toMatchObject({
      verified: false,
      differences: names.length,
      firstDifference: { ...COMMANDS, offset: offsets[0] },
    });
  },
);

test(
  'a gap in the judge’s chain stops the engine, and somebody is told',
  { timeout: 2 * SAMPLE_MS_MAX },
  async () => {
    await using data = await copiedRun();
    const offset = await forge(data.directory, 'by the right judge, with a gap in its chain');
    await using vigil = new VigilProcess({ dataDirectory: data.directory });
    const ready = await vigil.ready();
    const { failures } = await until(
      async () => {
        const answer = await fetch(new URL('/health', ready.url));
        return answer.status === 503 && health.parse(await answer.json());
      },
      FOUND_MS_MAX,
      () => new Error('the engine does not stop'),
    );
    expect(failures).toEqual([
      { role: 'engine/0', error: expect.stringMatching(`^at offset ${offset}: .*cause_gap`) },
    ]);

    const olga = await signIn(ready, 'olga');
    const told = await until(
      async () => {
        const { body } = await olga.call('GET', '/api/incidents');
        const { incidents } = z.object({ incidents: incidentView.array() }).parse(body);
        return incidents.find(({ kind }) => kind === 'fold_stopped');
      },
      FOUND_MS_MAX,
      () => new Error('nobody is told'),
    );
    expect(told).toMatchObject({
      incident: 'watchdog:engine/0 has stopped',
      severity: 'critical',
      explanation: expect.stringContaining('cause_gap'),
    });
    const decision = await olga.call('GET', '/api/withdrawals/W1');
    expect(decision.body).toMatchObject({ state: 'held' });
  },
);

const health = z.object({
  healthy: z.literal(false),
  failures: z.array(z.object({ role: z.string(), error: z.string() })),
});

/** Appends a debit of W1 to the commands of a stopped venue; returns where it stands. */
async function forge(dataDirectory: string, name: keyof typeof forgeries): Promise<number> {
  const decisions = await storedEvents(dataDirectory, 'decisions.v1');
  const held = decisions.findLast(
    ({ event }) => event.type === 'WithdrawalDecided' && event.data.withdrawal === 'W1',
  )?.event;
  if (held?.type !== 'WithdrawalDecided') throw new Error('W1 was never decided');
  const { withdrawal, account, asset, requestDigest } = held.data;
  const debit = DebitWithdrawal.of({
    sender: 'judge',
    id: `debit ${name}`.replaceAll(/[ ,]+/g, '-'),
    withdrawal,
    account,
    asset,
    requestDigest,
    decision: `forged-${Object.keys(forgeries).indexOf(name)}`,
  });
  const log = await openEmbeddedEventLog({
    directory: path.join(dataDirectory, DIRECTORIES.log),
  });
  const lastOf = new Map<number, Mark>();
  const to = await log.end(COMMANDS.topic, COMMANDS.partition);
  for await (const { bytes } of readRange(log, { ...COMMANDS, from: 0, to })) {
    const { writer } = decodeFrame(bytes);
    if (writer.kind === 'fold' && writer.fold === 'judge') {
      lastOf.set(writer.cause.partition, writer.cause);
    }
  }
  const lanes = Array.from({ length: COUNTS['lanes.v1'] }, (_, lane) => log.end('lanes.v1', lane));
  const writer = forgeries[name]({ laneEnds: await Promise.all(lanes), lastOf });
  const entries = [{ event: debit, causeIndex: 0, lanes: [] }];
  const offset = await log.append(COMMANDS.topic, 0, [encodeFrame({ writer, entries })]);
  await log.close();
  return offset;
}

function judge(of: {
  readonly partition: number;
  readonly known: Known;
  readonly previous: Mark | null;
}): Writer {
  const { partition, known, previous } = of;
  const offset = (known.laneEnds[partition] ?? 0) - 1;
  const mark = previous === null ? null : { offset: previous.offset, index: previous.index };
  const cause = { topic: 'lanes.v1', incarnation: 1, partition, offset, index: 0 };
  return { kind: 'fold', fold: 'judge', semanticsVersion: 1, cause, previous: mark };
}
