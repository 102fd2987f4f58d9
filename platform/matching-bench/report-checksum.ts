import {
  REPORT_KIND,
  REPORT_LOTS,
  REPORT_MAKER_ID,
  REPORT_MAKER_LOTS,
  REPORT_ORDER_ID,
  REPORT_PRICE_TICKS,
  REPORT_SEQUENCE,
  REPORT_SIDE,
} from '../../engine/matching/fast/report-ring.ts';

/**
 * What a report adds to the sum, modulo 2^32, over all reports of a pass: each of its eight
 * numbers has its own weight, and all of them that of the message, so that a report that is lost,
 * doubled, damaged or given to another message shows.
 */
export function reportChecksum(numbers: Float64Array, at: number): number {
  const sum =
    (numbers[at + REPORT_KIND] ?? 0) * 3 +
    (numbers[at + REPORT_SIDE] ?? 0) * 5 +
    (numbers[at + REPORT_ORDER_ID] ?? 0) * 7 +
    (numbers[at + REPORT_PRICE_TICKS] ?? 0) * 11 +
    (numbers[at + REPORT_LOTS] ?? 0) * 13 +
    (numbers[at + REPORT_MAKER_ID] ?? 0) * 17 +
    (numbers[at + REPORT_MAKER_LOTS] ?? 0) * 19;
  return Math.imul(sum, (numbers[at + REPORT_SEQUENCE] ?? 0) * 2 + 1);
}
