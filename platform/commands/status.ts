import { Command } from 'commander';
import { z } from 'zod';
import { stringifyJson } from '../../core/codec.ts';
import { phaseOf, readRunFile, type RunFile } from '../run-file.ts';
import { StoredDataError, openStoredLog } from '../stored-data.ts';
import { Views } from '../views/views.ts';
import { configOf, DATA_OPTION } from './settings.ts';

const HEALTH_MS_MAX = 2_000;
const health = z.object({ lag: z.record(z.string(), z.number()) });

interface StatusFlags {
  readonly data?: string;
  readonly json?: true;
}

/** `vigil status`: what stands in the log, whether a process runs over it or not. */
export function statusCommand(): Command {
  return new Command('status')
    .description('say what stands in the log: incidents, decisions, breaks, books')
    .option(...DATA_OPTION)
    .option('--json', 'print one JSON value: {phase, events, contentSha256, lag, …}')
    .action(async (flags: StatusFlags, command: Command) => {
      const { dataDirectory } = configOf(command, flags);
      try {
        const status = await statusOf(dataDirectory);
        process.stdout.write(`${flags.json === true ? stringifyJson(status) : textOf(status)}\n`);
      } catch (error) {
        if (!(error instanceof StoredDataError)) throw error;
        command.error(`error: ${error.message}`, { exitCode: 1 });
      }
    });
}

type Status = Awaited<ReturnType<typeof statusOf>>;

async function statusOf(dataDirectory: string) {
  const running = await readRunFile(dataDirectory);
  const log = await openStoredLog(dataDirectory);
  const views = new Views({ log });
  await views.readAll(log);
  await log.close();
  return {
    phase: phaseOf(running),
    events: views.activity.events,
    contentSha256: views.contentSha256(),
    lag: await lagOf(running),
    incidents: views.incidents.list().map((each) => ({
      id: each.incident,
      kind: each.kind,
      entities: each.entities,
      reasons: [each.explanation],
      state: each.state,
      at: each.openedAtMs,
    })),
    decisions: views.withdrawals.list().map((each) => ({
      id: each.withdrawal,
      kind: each.outcome ?? 'deciding',
      entities: [`account:${each.account}`, `asset:${each.asset}`],
      reasons: each.reasons.map(({ reason }) => reason),
      state: each.state,
      at: each.history.at(-1)?.atMs ?? each.heldAtMs,
    })),
    breaks: views.books.breaks().map((cut) => ({
      id: `${cut.asset}/${cut.minute}`,
      kind: cut.breaks[0]?.kind ?? '',
      entities: [`asset:${cut.asset}`],
      reasons: cut.breaks.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`),
      at: cut.minute * 60_000,
    })),
    books: views.books.newest().map((cut) => ({
      asset: cut.asset,
      liabilities: cut.liabilitiesMinor,
      inTransit: cut.inTransitMinor,
      ledger: cut.ledgerMinor,
      custody: cut.custodyMinor,
      inFlight: cut.inFlightMinor,
    })),
  };
}

/** Only a running process has work left to do. */
async function lagOf(running: RunFile | undefined): Promise<Readonly<Record<string, number>>> {
  if (running === undefined || running.url === null) return {};
  try {
    const signal = AbortSignal.timeout(HEALTH_MS_MAX);
    const answer = await fetch(new URL('/health', running.url), { signal });
    return health.parse(await answer.json()).lag;
  } catch {
    return {};
  }
}

function textOf(status: Status): string {
  const lines = [
    `${status.phase}; ${status.events} events; content ${status.contentSha256}`,
    ...status.incidents.map(
      (each) => `incident ${each.id} ${each.state}: ${each.reasons.join(' ')}`,
    ),
    ...status.decisions.map(
      (each) => `withdrawal ${each.id} ${each.state} ${each.reasons.join(', ')}`,
    ),
    ...status.books.map(
      (each) =>
        `books ${each.asset}: L ${each.liabilities} T ${each.inTransit} G ${each.ledger} ` +
        `C ${each.custody ?? 'unknown'} in flight ${each.inFlight}`,
    ),
    `${status.breaks.length} cuts did not add up`,
  ];
  return lines.join('\n');
}
