import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseJson, stringifyJson } from '../core/codec.ts';
import type { Position } from '../core/events/fields.ts';
import {
  decodeEvent,
  definitionOf,
  encodeEvent,
  entitiesOf,
  type AnyEvent,
} from '../core/events/registry.ts';
import type { FoldState } from '../core/fold-state.ts';
import { createDetectors } from './detectors.ts';
import { createWashTrading } from './m02-wash-trading/detect.ts';
import type { SignalData } from './signal.ts';

const EVIDENCE = [
  'README.md',
  'detect.ts',
  'expected.json',
  'fires.jsonl',
  'silent.jsonl',
] as const;

/** One recorded event with where it stands and the last tick before it. */
export interface RecordedEvent {
  readonly event: AnyEvent;
  readonly position: Position;
  readonly nowMs: number;
}

/** Judges recorded events one by one; what it learns stands in the state. */
export type JudgeRecorded = (recorded: RecordedEvent) => readonly SignalData[];

/** One detector's folder, as it stands on the disk. */
export interface DetectorFolder {
  readonly folder: string;
  readonly missing: readonly string[];
  readonly text: (file: (typeof EVIDENCE)[number]) => string;
}

/** Every folder of the slice; each is a detector. */
export function readDetectorFolders(): readonly DetectorFolder[] {
  return readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const directory = path.join(import.meta.dirname, name);
      return {
        folder: name,
        missing: EVIDENCE.filter((file) => !existsSync(path.join(directory, file))),
        text: (file) => readFileSync(path.join(directory, file), 'utf8'),
      };
    });
}

/** How the evidence of a folder is judged: by what reads its topic. */
export function judgeOf(folder: string, state: FoldState): JudgeRecorded {
  return folder.startsWith('m') ? marketJudge(state) : laneJudge(state);
}

/** A recording, one event a line, each checked against its schema and read as from the log. */
export function readRecording(jsonLines: string): readonly RecordedEvent[] {
  let nowMs = 0;
  return jsonLines
    .split('\n')
    .filter((line) => line !== '')
    .map((line, offset) => {
      const event = readEvent(line);
      if (event.type === 'TickPassed') nowMs = event.data.atMs;
      return { event, nowMs, position: { topic: 'lanes.v1', partition: 0, offset, index: 0 } };
    });
}

/** Signals as `expected.json` holds them. */
export function signalsText(signals: readonly SignalData[]): string {
  return `${JSON.stringify(JSON.parse(stringifyJson(signals)), null, 2)}\n`;
}

function laneJudge(state: FoldState): JudgeRecorded {
  const detectors = createDetectors({ state });
  return (recorded) => {
    if (recorded.event.type === 'TickPassed') detectors.sweep(recorded.nowMs);
    return entitiesOf(recorded.event).flatMap((of) => detectors.judge({ ...recorded, entity: of }));
  };
}

function marketJudge(state: FoldState): JudgeRecorded {
  const washTrading = createWashTrading({ state });
  return (recorded) => {
    const { event, nowMs } = recorded;
    if (event.type === 'TickPassed') washTrading.sweep(nowMs);
    if (event.type !== 'TradeExecuted') return [];
    return washTrading.judge({ ...recorded, trade: event.data })?.signals ?? [];
  };
}

function readEvent(line: string): AnyEvent {
  const parsed: unknown = parseJson(line);
  if (!isRecorded(parsed)) throw new Error(`no event: ${line}`);
  const definition = definitionOf(parsed.type);
  if (definition === undefined) throw new Error(`unknown event: ${parsed.type}`);
  const event = definition.of(definition.schema.parse(parsed.data), parsed.envelope);
  return decodeEvent(encodeEvent(event));
}

interface Recorded {
  readonly type: string;
  readonly data: unknown;
  readonly envelope?: NonNullable<AnyEvent['envelope']>;
}

function isRecorded(value: unknown): value is Recorded {
  return typeof value === 'object' && value !== null && 'type' in value && 'data' in value;
}
