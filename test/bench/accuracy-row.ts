/** One figure of detection quality; `published` is the best public one like it, or null. */
export interface AccuracyRow {
  readonly scenario: string;
  readonly set: string;
  readonly metric: string;
  readonly value: number;
  readonly published: number | null;
}

/** As people read it. */
export function tableOfAccuracy(rows: readonly AccuracyRow[]): string {
  const width = Math.max(...rows.map(({ metric }) => metric.length));
  const lines = rows.map(({ scenario, set, metric, value, published }) => {
    const beside = published === null ? '' : `   (published: ${published})`;
    return `${scenario} ${set}  ${metric.padEnd(width)}  ${figureOf(value)}${beside}`;
  });
  return `${lines.join('\n')}\n`;
}

/** So many digits as the sets can bear. */
export function rounded(value: number): number {
  return Number(value.toFixed(3));
}

function figureOf(value: number): string {
  return String(value).padStart(10);
}
