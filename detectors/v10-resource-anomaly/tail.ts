/** So many residuals make the first fit; until then nothing is judged. */
export const WARM_SAMPLES = 200;
/** What lies above this share of the residuals is tail. */
const PEAK_LEVEL = 0.98;
const PEAK_RATE = 1 - PEAK_LEVEL;
/** Half of what a tail knows is forgotten after about so many samples. */
const MEMORY_SAMPLES = 2_000;
/** How fast the threshold follows, in mean excesses per memory. */
const THRESHOLD_PACE = 5;
/** One peak teaches as if it were no more than so many mean excesses above the threshold. */
const EXCESS_CAP = 8;
/** A few peaks alike must not make the tail end just behind them: it is never this light. */
const SHAPE_MIN = 0.1;
/** Above one half the fit by moments has no meaning. */
const SHAPE_MAX = 0.4;
/** Of the squared mean excess: keeps the fit finite where all peaks are alike. */
const VARIANCE_SHARE_MIN = 1e-6;
/** What is less likely than 1 in 10^30 is told so. */
const SURPRISE_MAX = 30;

/** The peaks above one threshold, as moments of a generalised Pareto distribution. */
interface Peaks {
  threshold: number;
  meanExcess: number;
  squareExcess: number;
  /** Share of the samples above the threshold. */
  rate: number;
}

/** Both tails of one stream of residuals; its size is bounded by `WARM_SAMPLES`. */
export interface TwoTails {
  /** The residuals of the first fit, empty once it is made. */
  warm: number[];
  up: Peaks | null;
  down: Peaks | null;
}

export interface Surprise {
  /** −log10 of the probability of a value so far out on that side; 0 where it is ordinary. */
  readonly surprise: number;
  readonly side: 'above' | 'below';
}

export function createTails(): TwoTails {
  return { warm: [], up: null, down: null };
}

/**
 * How unlikely the residual is by what came before it; then learns it, in place. Peaks over a
 * moving threshold in both directions (bi-directional DSPOT), fitted by moments with forgetting,
 * so that each sample costs the same and nothing but sums is kept. `finest`: a spread smaller than
 * this is no spread. Undefined until both tails are fitted.
 */
export function stepTails(
  tails: TwoTails,
  of: { readonly residual: number; readonly finest: number },
): Surprise | undefined {
  const { residual, finest } = of;
  if (tails.up === null || tails.down === null) {
    tails.warm.push(residual);
    if (tails.warm.length < WARM_SAMPLES) return undefined;
    tails.up = fitPeaks(tails.warm, finest);
    tails.down = fitPeaks(
      tails.warm.map((each) => -each),
      finest,
    );
    tails.warm = [];
    return undefined;
  }
  const above = surpriseOf(tails.up, residual);
  const below = surpriseOf(tails.down, -residual);
  learn(tails.up, residual);
  learn(tails.down, -residual);
  return above >= below ? { surprise: above, side: 'above' } : { surprise: below, side: 'below' };
}

/** Between the mean peaks of both sides; null until both tails are fitted. */
export function usualOf({ up, down }: TwoTails): {
  readonly low: number;
  readonly high: number;
} | null {
  return up === null || down === null
    ? null
    : { low: -down.threshold - down.meanExcess, high: up.threshold + up.meanExcess };
}

function fitPeaks(residuals: readonly number[], finest: number): Peaks {
  const sorted = residuals.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? 0;
  const threshold = at(PEAK_LEVEL);
  const excesses = sorted.filter((each) => each > threshold).map((each) => each - threshold);
  const rate = Math.max(excesses.length / sorted.length, PEAK_RATE / 2);
  const meanExcess = mean(excesses);
  if (meanExcess > finest) {
    return { threshold, meanExcess, squareExcess: mean(excesses.map((each) => each ** 2)), rate };
  }
  // Nothing stands out: an exponential tail as wide as a third of the upper half of what was seen.
  const width = Math.max(finest, (at(0.9) - at(0.5)) / 3);
  return { threshold, meanExcess: width, squareExcess: 2 * width ** 2, rate };
}

function surpriseOf(peaks: Peaks, value: number): number {
  const excess = value - peaks.threshold;
  if (excess <= 0) return 0;
  const { meanExcess, squareExcess, rate } = peaks;
  const square = meanExcess ** 2;
  const variance = Math.max(squareExcess - square, VARIANCE_SHARE_MIN * square);
  const shape = clamp(0.5 * (1 - square / variance), { min: SHAPE_MIN, max: SHAPE_MAX });
  const exponent = Math.log1p((shape * excess) / (meanExcess * (1 - shape))) / shape;
  return Math.min(SURPRISE_MAX, (exponent - Math.log(rate)) / Math.LN10);
}

function learn(peaks: Peaks, value: number): void {
  const excess = value - peaks.threshold;
  const isPeak = excess > 0;
  const step = 1 / MEMORY_SAMPLES;
  peaks.threshold += peaks.meanExcess * THRESHOLD_PACE * step * ((isPeak ? 1 : 0) - PEAK_RATE);
  peaks.rate = Math.max(peaks.rate + step * ((isPeak ? 1 : 0) - peaks.rate), PEAK_RATE / 4);
  if (!isPeak) return;
  const peakStep = step / PEAK_RATE;
  const taught = Math.min(excess, EXCESS_CAP * peaks.meanExcess);
  peaks.meanExcess += peakStep * (taught - peaks.meanExcess);
  peaks.squareExcess += peakStep * (taught ** 2 - peaks.squareExcess);
}

function mean(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function clamp(value: number, to: { readonly min: number; readonly max: number }): number {
  return Math.max(to.min, Math.min(to.max, value));
}
