import { Command } from 'commander';
import { stringifyJson } from '../../core/codec.ts';
import { replay, type ReplayReport } from '../replay/replay.ts';
import { allFolds } from '../roles/folds.ts';
import { COUNTS } from '../stores.ts';
import { StoredDataError, openStoredLog } from '../stored-data.ts';
import { configOf, DATA_OPTION } from './settings.ts';

const PROGRESS_EVERY_RECORDS = 50_000;
const SHOWN_MAX = 20;

interface ReplayFlags {
  readonly data?: string;
  readonly withoutRule?: string;
  readonly json?: true;
}

/** `vigil replay`: folds the recorded log again; exit code 1 unless the same comes out. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('fold the recorded log again and compare what comes out with what was recorded')
    .option(...DATA_OPTION)
    .option('--without-rule <id>', 'leave one rule out and list what differs')
    .option('--json', 'print one JSON value: {verified, partitions, records, differences, …}')
    .action(async (flags: ReplayFlags, command: Command) => {
      const { dataDirectory } = configOf(command, flags);
      try {
        const report = await run(dataDirectory, flags.withoutRule);
        process.stdout.write(`${flags.json === true ? jsonOf(report) : textOf(report)}\n`);
        process.exitCode = report.verified ? 0 : 1;
      } catch (error) {
        if (!(error instanceof StoredDataError)) throw error;
        command.error(`error: ${error.message}`, { exitCode: 1 });
      }
    });
}

async function run(dataDirectory: string, withoutRule: string | undefined): Promise<ReplayReport> {
  const log = await openStoredLog(dataDirectory);
  try {
    return await replay({
      log,
      folds: allFolds(withoutRule === undefined ? {} : { withoutRule }),
      counts: COUNTS,
      byContent: withoutRule !== undefined,
      onProgress: ({ folded }) => {
        if (folded % PROGRESS_EVERY_RECORDS === 0)
          process.stderr.write(`folded ${folded} records\n`);
      },
    });
  } finally {
    await log.close();
  }
}

function jsonOf({ all: _all, ...report }: ReplayReport): string {
  return stringifyJson(report);
}

function textOf(report: ReplayReport): string {
  const { verified, partitions, records, compared, differences, owed, all } = report;
  const head = verified
    ? `verified: ${compared} outputs of ${records} records in ${partitions} partitions are the same`
    : `not verified: ${differences} differences in ${compared} compared outputs`;
  const lines = [head];
  if (owed > 0) lines.push(`${owed} outputs were not written yet when the process was killed`);
  for (const [version, count] of Object.entries(report.unverifiable)) {
    lines.push(`${count} records of ${version} cannot be verified by this release`);
  }
  for (const each of all.slice(0, SHOWN_MAX)) {
    lines.push(`${each.topic}/${each.partition} offset ${each.offset}, by ${each.fold}:`);
    lines.push(
      `  expected ${stringifyJson(each.expected)}`,
      `  found    ${stringifyJson(each.found)}`,
    );
  }
  if (all.length > SHOWN_MAX) lines.push(`… and ${all.length - SHOWN_MAX} more`);
  return lines.join('\n');
}
