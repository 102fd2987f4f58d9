/** The gaps that a loop sees which does nothing but look at the clock. */
export interface Hiccup {
  readonly seconds: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

const MS_PER_SECOND = 1_000;

/** What this machine does to any latency that is measured on it. */
export function measureHiccup(of: { readonly seconds: number }): Hiccup {
  const gaps: number[] = [];
  let worstMs = 0;
  const endMs = performance.now() + of.seconds * MS_PER_SECOND;
  let sliceEndMs = performance.now() + 1;
  for (let before = performance.now(); before < endMs;) {
    const now = performance.now();
    worstMs = Math.max(worstMs, now - before);
    before = now;
    // One figure for each millisecond: the longest gap in it.
    if (now < sliceEndMs) continue;
    gaps.push(worstMs);
    worstMs = 0;
    sliceEndMs = now + 1;
  }
  gaps.sort((a, b) => a - b);
  const quantile = (part: number): number => gaps[Math.floor((gaps.length - 1) * part)] ?? 0;
  const { seconds } = of;
  return { seconds, p99Ms: quantile(0.99), p999Ms: quantile(0.999), maxMs: quantile(1) };
}
