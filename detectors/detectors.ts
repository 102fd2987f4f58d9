import type { FoldState } from '../core/fold-state.ts';
import type { LaneEvent, SignalData } from './signal.ts';
import { createResourceAnomaly } from './v10-resource-anomaly/detect.ts';

/** The detectors that read lanes, as the judge asks them. */
export interface Detectors {
  /** Learns the event and says what stands out, in the order of the detectors' names. */
  readonly judge: (input: LaneEvent) => readonly SignalData[];
  /** Forgets what fell silent; once per tick. */
  readonly sweep: (nowMs: number) => void;
}

/** The detectors of one lane partition: all that they remember stands in its state. */
export function createDetectors(options: { readonly state: FoldState }): Detectors {
  const resourceAnomaly = createResourceAnomaly(options);
  return {
    judge: (input) => resourceAnomaly.judge(input),
    sweep: (nowMs) => resourceAnomaly.sweep(nowMs),
  };
}
