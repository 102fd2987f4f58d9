import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { parseRecordedLine } from '../../ingest/sources/binance-recording.ts';
import { MARKET, RECORDING_START_MS, STEP } from './cast.ts';
import { MarketMaking, type FeedBatch } from './market-making.ts';

const RECORDING = new URL('../../samples/binance-feed/spot_btcusdt_20240808.gz', import.meta.url);

/** What makers and takers send, message by message of the recording, at the venue's time. */
export async function* recordedOrders(options: {
  readonly seconds: number;
}): AsyncIterable<{ readonly atMs: number; readonly commands: FeedBatch['commands'] }> {
  const making = new MarketMaking({ market: MARKET.market });
  const lines = createInterface({ input: createReadStream(RECORDING).pipe(createGunzip()) });
  let line = 0;
  for await (const text of lines) {
    line += 1;
    const parsed = parseRecordedLine(text);
    if (parsed.kind !== 'ok') throw new Error(`samples: line ${line} is broken: ${whyOf(parsed)}`);
    const { atMs, commands } = making.take(line, parsed.value);
    if (atMs > options.seconds * STEP.second) return;
    if (commands.length > 0) yield { atMs: RECORDING_START_MS + atMs, commands };
  }
}

function whyOf(outcome: { readonly reason?: string; readonly detail?: string }): string {
  return [outcome.reason, outcome.detail].filter((each) => each !== undefined).join(': ');
}
