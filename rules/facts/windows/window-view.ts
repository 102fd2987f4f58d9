import type { Position } from '../../../core/events/fields.ts';

/** A signal names at most so many events of a window, the newest. */
const EVIDENCE_MAX = 16;
const PERCENT = 100;

/** One event of a window: what of it is counted, and where it stands. */
export interface WindowEntry {
  readonly atMs: number;
  /** What is told apart: an account, a path, a withdrawal. */
  readonly value: string;
  readonly amountMinor: bigint;
  readonly position: Position;
}

/** What can be asked of the entries of a window, the oldest first. */
export interface WindowView {
  /** Entries of the window had to be forgotten: every number is a lower bound. */
  readonly cut: boolean;
  /** The time of an entry was not believed and was moved. */
  readonly marked: boolean;
  readonly count: number;
  readonly sumMinor: bigint;
  readonly distinct: number;
  /** How often the most frequent value came. */
  readonly perValueMax: number;
  /** Null where the window is empty. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly evidence: readonly Position[];
  /** How many of a hundred values came at most so often; 0 where the window is empty. */
  readonly rarePercent: (timesMax: number) => number;
}

export function viewOf(
  entries: readonly WindowEntry[],
  flags: Pick<WindowView, 'cut' | 'marked'>,
): WindowView {
  const perValue = new Map<string, number>();
  let sumMinor = 0n;
  for (const { value, amountMinor } of entries) {
    perValue.set(value, (perValue.get(value) ?? 0) + 1);
    sumMinor += amountMinor;
  }
  return {
    ...flags,
    count: entries.length,
    sumMinor,
    distinct: perValue.size,
    perValueMax: Math.max(0, ...perValue.values()),
    firstMs: entries[0]?.atMs ?? null,
    lastMs: entries.at(-1)?.atMs ?? null,
    evidence: entries.slice(-EVIDENCE_MAX).map(({ position }) => position),
    rarePercent: (timesMax) => {
      if (perValue.size === 0) return 0;
      const rare = [...perValue.values()].filter((times) => times <= timesMax).length;
      return Math.floor((rare * PERCENT) / perValue.size);
    },
  };
}
