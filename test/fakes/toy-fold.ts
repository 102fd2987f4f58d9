import { ActAsked, ActRefused } from '../../core/events/controls.ts';
import type { VigilEvent } from '../../core/events/definition.ts';
import type { Fold } from '../../core/fold.ts';
import { roleFrame } from '../../core/frame.ts';
import type { Topic } from '../../core/topics.ts';

/**
 * A fold that answers every toy event with as many events as it asks for, and every tick with one.
 * It counts, so that a lost or a doubled input shows in all that follows.
 */
export function createToyFold(
  options: { readonly name?: string; readonly reads?: Topic; readonly writes?: Topic } = {},
): Fold {
  const { name = 'toy', reads = 'commands.v1', writes = 'market.v1' } = options;
  return {
    name,
    semanticsVersion: 1,
    reads,
    create: ({ state }) => ({
      handle({ event, nowMs }, emit) {
        const answer = (detail: string): VigilEvent =>
          ActRefused.of({ request: 'toy', by: name, reason: 'no_right', detail });
        if (event.type === 'TickPassed') {
          emit({ topic: writes, partition: 0 }, answer(`tick ${nowMs}`));
        }
        if (event.type !== 'ActAsked' || event.data.act.kind !== 'clear-block') return;
        const count = (state.get<number>(`seen/${event.data.by}`) ?? 0) + 1;
        state.set(`seen/${event.data.by}`, count);
        const partition = event.data.by === 'west' ? 1 : 0;
        for (let at = 1; at <= Number(event.data.request); at += 1) {
          emit({ topic: writes, partition }, answer(`${at} of ${count} at ${nowMs}`));
        }
      },
    }),
  };
}

/** Asks a toy fold for so many answers; those of `west` go to the second partition. */
export function toyEvent(answers: number, by = 'east'): VigilEvent {
  const act = { kind: 'clear-block', asset: 'BTC' } as const;
  return ActAsked.of({ request: String(answers), by, act, actDigest: '0'.repeat(64) });
}

/** One toy event as a record of the gateway. */
export function toyFrame(answers: number, by = 'east'): Uint8Array {
  return roleFrame('gateway', [toyEvent(answers, by)]);
}
