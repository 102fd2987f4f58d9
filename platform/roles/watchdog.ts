import { AlertRaised } from '../../core/events/alerts.ts';
import { roleFrame } from '../../core/frame.ts';
import { idOf } from '../../core/ids.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { FoldFailure } from '../fold-runner/fold-runner.ts';

/** Raises alarms about Vigil itself; people are woken by them as by any other. */
export interface Watchdog {
  foldStopped(failure: FoldFailure, nowMs: number): Promise<void>;
  warehouseGone(detail: string, nowMs: number): Promise<void>;
}

export function createWatchdog(options: { readonly log: EventLog }): Watchdog {
  async function raise(alarm: {
    readonly kind: string;
    readonly title: string;
    readonly explanation: string;
    readonly nowMs: number;
  }): Promise<void> {
    const { kind, title, explanation, nowMs } = alarm;
    const alert = AlertRaised.of({
      alert: idOf('watchdog', title, explanation, nowMs),
      incident: `watchdog:${title}`,
      kind,
      severity: 'critical',
      title,
      explanation: explanation.slice(0, 1_000),
      entities: ['tenant:vigil'],
      evidence: [],
      values: {},
      cutMinute: null,
      atMs: nowMs,
    });
    await options.log.append('alerts.v1', 0, [roleFrame('watchdog', [alert])]);
  }

  return {
    foldStopped: ({ fold, partition, offset, error }, nowMs) =>
      raise({
        kind: 'fold_stopped',
        title: `${fold}/${partition} has stopped`,
        explanation: `At offset ${offset}: ${messageOf(error)}`,
        nowMs,
      }),
    warehouseGone: (detail, nowMs) =>
      raise({
        kind: 'warehouse_gone',
        title: 'the warehouse does not start',
        explanation: detail,
        nowMs,
      }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
