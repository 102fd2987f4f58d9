/** One line of the table; `ratio` is `value` over `rivalValue`, null where there is no rival. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly rival: string | null;
  readonly rivalValue: number | null;
  readonly ratio: number | null;
  /** What was measured, on what, how often: without it a figure says nothing. */
  readonly conditions: string;
}

export const MS_PER_SECOND = 1_000;

/** A row with its rival and their ratio. */
export function rowAgainst(
  of: Omit<BenchRow, 'rival' | 'rivalValue' | 'ratio'> & {
    readonly rival: string;
    readonly rivalValue: number;
  },
): BenchRow {
  return { ...of, ratio: of.value / of.rivalValue };
}

/** The middle of the runs and how far apart they were. */
export function spreadOf(values: readonly number[]): {
  readonly median: number;
  readonly min: number;
  readonly max: number;
} {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return {
    median: at(Math.floor((sorted.length - 1) / 2)),
    min: at(0),
    max: at(sorted.length - 1),
  };
}

/** Ms that the work took; never 0, so that it can be divided by. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.max(performance.now() - startedMs, 0.001);
}

/** A figure as people read it. */
export function figure(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toPrecision(3);
}
