import { Command } from 'commander';
import { stringifyJson } from '../../core/codec.ts';
import type { DataOf } from '../../core/events/definition.ts';
import type { TransferPosted } from '../../core/events/ledger.ts';
import { decodeFrame } from '../../core/frame.ts';
import { conservationReport } from '../../engine/conservation.ts';
import { CauseFilter } from '../event-log/cause-filter.ts';
import type { EmbeddedEventLog } from '../event-log/embedded/embedded-event-log.ts';
import { readRange } from '../event-log/read-range.ts';
import { StoredDataError, openStoredLog } from '../stored-data.ts';
import { configOf, DATA_OPTION } from './settings.ts';

const LEDGER = 'ledger.v1';

type Transfer = DataOf<typeof TransferPosted>;
type Report = ReturnType<typeof conservationReport>;

/** `vigil engine report`: whether money is conserved in the recorded ledger. */
export function engineReportCommand(): Command {
  return new Command('report')
    .description(
      'add up the whole ledger per asset and account code; exit code 1 unless it is zero',
    )
    .option(...DATA_OPTION)
    .option('--json', 'print one JSON value: {transfers, conserved, assets}')
    .action(async (flags: { readonly data?: string; readonly json?: true }, command: Command) => {
      const { dataDirectory } = configOf(command, flags);
      try {
        const log = await openStoredLog(dataDirectory);
        const report = conservationReport(await transfersOf(log));
        await log.close();
        const text = flags.json === true ? stringifyJson(report) : textOf(report);
        process.stdout.write(`${text}\n`);
        process.exitCode = report.conserved ? 0 : 1;
      } catch (error) {
        if (!(error instanceof StoredDataError)) throw error;
        command.error(`error: ${error.message}`, { exitCode: 1 });
      }
    });
}

async function transfersOf(log: EmbeddedEventLog): Promise<readonly Transfer[]> {
  const transfers: Transfer[] = [];
  for (let partition = 0; partition < log.partitions(LEDGER); partition += 1) {
    const filter = new CauseFilter();
    const to = await log.end(LEDGER, partition);
    for await (const { bytes } of readRange(log, { topic: LEDGER, partition, from: 0, to })) {
      const frame = decodeFrame(bytes);
      if (!filter.accept(frame)) continue;
      for (const { event } of frame.entries) {
        if (event.type === 'TransferPosted') transfers.push(event.data);
      }
    }
  }
  return transfers;
}

function textOf({ transfers, conserved, assets }: Report): string {
  const lines = assets.map(({ asset, sumMinor, codes }) => {
    const parts = Object.entries(codes).map(([code, amount]) => `${code} ${String(amount)}`);
    return `${asset}: sum ${sumMinor}; ${parts.join(', ')}`;
  });
  const verdict = conserved ? 'money is conserved' : 'MONEY IS NOT CONSERVED';
  return [`${transfers} transfers: ${verdict}`, ...lines].join('\n');
}
