import type { Topic } from '../core/topics.ts';

/** All funds lie with one shard until accounts are allotted to several. */
const ACCOUNT_SHARD = 0;

/** Where the engine that keeps the account's money reads its commands. */
export function shardOf(_account: string): { readonly topic: Topic; readonly partition: number } {
  return { topic: 'commands.v1', partition: ACCOUNT_SHARD };
}
