/** What a hit, a miss and a false alarm weigh. */
export interface NabProfile {
  readonly tpWeight: number;
  readonly fnWeight: number;
  readonly fpWeight: number;
}

/** The three published profiles of the benchmark. */
export const NAB_PROFILES = {
  standard: { tpWeight: 1, fnWeight: 1, fpWeight: 0.11 },
  reward_low_FP_rate: { tpWeight: 1, fnWeight: 1, fpWeight: 0.22 },
  reward_low_FN_rate: { tpWeight: 1, fnWeight: 2, fpWeight: 0.11 },
} as const satisfies Readonly<Record<string, NabProfile>>;

/** First and last row of a labelled window, both inside. */
export interface NabWindow {
  readonly first: number;
  readonly last: number;
}

export interface NabFile {
  readonly rows: number;
  /** In order, not overlapping. */
  readonly windows: readonly NabWindow[];
  /** The rows at which there was an alarm, ascending. */
  readonly alarms: readonly number[];
}

export interface NabScore {
  readonly raw: number;
  readonly windows: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 5_000;
const STEEPNESS = 5;
/** So many window widths behind a window an alarm costs all that it can. */
const FAR_WIDTHS = 3;

/** Rows at the start of a file on which nothing is scored. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_SHARE * PROBATION_ROWS_MAX);
}

/**
 * The raw score of one file: of each window the best alarm or the cost of a miss, and the cost of
 * each alarm outside. A window that lies within the probation counts as missed.
 */
export function scoreNabFile(file: NabFile, profile: NabProfile): NabScore {
  const probation = probationRows(file.rows);
  const best = file.windows.map(() => -profile.fnWeight);
  let falseAlarms = 0;
  for (const row of file.alarms) {
    if (row < probation) continue;
    const at = file.windows.findIndex(({ first, last }) => row >= first && row <= last);
    const window = file.windows[at];
    if (window === undefined) falseAlarms += profile.fpWeight * outsideReward(file.windows, row);
    else best[at] = Math.max(best[at] ?? 0, profile.tpWeight * insideReward(window, row));
  }
  return { raw: best.reduce((sum, each) => sum + each, falseAlarms), windows: best.length };
}

/** 0 is a detector that says nothing, 100 one that alarms at each window's first row only. */
export function normalizeNab(scores: readonly NabScore[], profile: NabProfile): number {
  const raw = scores.reduce((sum, score) => sum + score.raw, 0);
  const windows = scores.reduce((sum, score) => sum + score.windows, 0);
  const nothing = -profile.fnWeight * windows;
  const perfect = profile.tpWeight * windows;
  return (100 * (raw - nothing)) / (perfect - nothing);
}

/** 1 at the first row of the window, falling to little at its last. */
function insideReward({ first, last }: NabWindow, row: number): number {
  const width = last - first + 1;
  return scaledSigmoid(-(last - row + 1) / width) / scaledSigmoid(-1);
}

/** From about 0 just behind a window to −1 far from it, or where none came before. */
function outsideReward(windows: readonly NabWindow[], row: number): number {
  const before = windows.findLast(({ last }) => last < row);
  if (before === undefined) return -1;
  return scaledSigmoid((row - before.last) / (before.last - before.first));
}

function scaledSigmoid(widths: number): number {
  return widths > FAR_WIDTHS ? -1 : 2 / (1 + Math.exp(STEEPNESS * widths)) - 1;
}
