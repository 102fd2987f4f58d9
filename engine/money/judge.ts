import { entity } from '../../core/entities.ts';
import { laneOf } from '../../core/fold.ts';
import type { Writer } from '../../core/frame.ts';
import type { PartitionCounts } from '../../core/topics.ts';

/** True for the one writer that may decide on the account's money: the judge of its lane. */
export function isJudgeOf(options: {
  readonly account: string;
  readonly writer: Writer;
  readonly counts: PartitionCounts;
}): boolean {
  const { account, writer, counts } = options;
  return (
    writer.kind === 'fold' &&
    writer.fold === 'judge' &&
    writer.cause.topic === 'lanes.v1' &&
    writer.cause.partition === laneOf({ counts, entity: entity('account', account) })
  );
}
