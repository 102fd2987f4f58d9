import type { Position } from '../../../core/events/fields.ts';
import type { FactContext } from '../fact.ts';
import { recordedAtOf } from './event-time.ts';
import { keepUntil, readLive, type Expiring } from './expiring.ts';

/** One step of a sequence: what it was, in words, and where. */
export interface Step {
  readonly what: string;
  readonly atMs: number;
  readonly position: Position;
}

/** Steps of one entity that follow each other, each an event of its own. */
export interface Sequence {
  /** Takes the event as step `step`, from 0; without the step before it says nothing. */
  readonly take: (
    context: FactContext,
    as: { readonly step: number; readonly what: string },
  ) => void;
  /**
   * The steps up to `step`, of all that are live those that began last; undefined where there are
   * none. So that any limit on the age of the first step is met if it can be met at all.
   */
  readonly upTo: (context: FactContext, step: number) => readonly Step[] | undefined;
}

interface Kept extends Expiring {
  /** By the step that was reached; an empty list where it was not. */
  readonly reached: readonly (readonly Step[])[];
}

export function sequence(options: {
  readonly name: string;
  readonly steps: number;
  /** The first step of a sequence is forgotten after so long, and the sequence with it. */
  readonly withinMs: number;
}): Sequence {
  const { name, steps, withinMs } = options;
  const keyOf = ({ entity }: FactContext): string => `facts/sequence/${name} ${entity}`;
  const read = (context: FactContext): readonly (readonly Step[])[] => {
    const { state, nowMs } = context;
    const reached = readLive<Kept>(state, { key: keyOf(context), nowMs })?.reached;
    const isLive = ([first]: readonly Step[]): boolean =>
      first !== undefined && first.atMs + withinMs > nowMs;
    return Array.from({ length: steps }, (_, step) => {
      const found = reached?.[step] ?? [];
      return isLive(found) ? found : [];
    });
  };
  return {
    take: (context, { step, what }) => {
      const reached = read(context);
      const before = step === 0 ? [] : reached[step - 1];
      if (before === undefined || before.length < step) return;
      const atMs = recordedAtOf(context);
      const next = reached.with(step, [...before, { what, atMs, position: context.position }]);
      const untilMs = withinMs + Math.max(...next.flatMap(([first]) => first?.atMs ?? []));
      keepUntil(context.state, { key: keyOf(context), value: { reached: next, untilMs } });
    },
    upTo: (context, step) => {
      const found = read(context)[step] ?? [];
      return found.length === 0 ? undefined : found;
    },
  };
}
