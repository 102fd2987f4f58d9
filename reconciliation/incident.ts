import { AlertCleared, AlertRaised } from '../core/events/alerts.ts';
import type { Act } from '../core/events/acts.ts';
import { ActAsked } from '../core/events/controls.ts';
import type { BreakLocated } from '../core/events/cuts.ts';
import type { DataOf } from '../core/events/definition.ts';
import type { Position } from '../core/events/fields.ts';
import { SignalRaised } from '../core/events/judgements.ts';
import { entity } from '../core/entities.ts';
import { digestOf, idOf } from '../core/ids.ts';
import { minuteMs } from './keys.ts';
import {
  amountText,
  explain,
  explainPostings,
  mainBreak,
  titleOf,
  valuesOf,
  type BreakStory,
} from './wording.ts';

const SCENARIO = 'S01';
const SCENARIO_VERSION = 1;
const SCORE = 1_000;
const BY = 'reconciliation';
const EVIDENCE_MAX = 16;
const ENTITIES_MAX = 50;

/** The key under which all alerts about an asset's books are one incident. */
function incidentOf(asset: string): string {
  return `${SCENARIO}:${asset}`;
}

export function alertOf(story: BreakStory): ReturnType<typeof AlertRaised.of> {
  const { asset } = story;
  return AlertRaised.of({
    ...alertBase(story),
    title: titleOf(story),
    explanation: explain(story),
    entities: [entity('asset', asset)],
    evidence: story.evidence.slice(0, EVIDENCE_MAX),
    values: valuesOf(story),
  });
}

/** The alert that explains the incident by its postings. */
export function locatedAlertOf(
  story: BreakStory,
  located: DataOf<typeof BreakLocated>,
): ReturnType<typeof AlertRaised.of> {
  const { asset } = story;
  const amount = amountText(story);
  const accounts = [...new Set(located.postings.map((posting) => posting.account))];
  return AlertRaised.of({
    ...alertBase(story),
    title: titleOf(story),
    explanation: explainPostings({ located, amount, asset }),
    entities: [
      entity('asset', asset),
      ...accounts.slice(0, ENTITIES_MAX).map((account) => entity('account', account)),
    ],
    evidence: located.postings.slice(0, EVIDENCE_MAX).map((posting) => posting.at),
    values: {
      ...valuesOf(story),
      postings: located.found,
      postingsTotal: amount(located.totalMinor),
    },
  });
}

export function signalOf(story: BreakStory): ReturnType<typeof SignalRaised.of> {
  const { asset, episode, nowMs } = story;
  return SignalRaised.of({
    signal: idOf('signal', SCENARIO, asset, episode.firstMinute),
    scenario: SCENARIO,
    version: SCENARIO_VERSION,
    entity: entity('asset', asset),
    severity: 'critical',
    score: SCORE,
    group: incidentOf(asset),
    atMs: nowMs,
    evidence: story.evidence.slice(0, EVIDENCE_MAX),
    values: valuesOf(story),
    title: titleOf(story),
    explanation: explain(story),
  });
}

export function placeBlock(story: BreakStory): ReturnType<typeof ActAsked.of> {
  const { asset, episode } = story;
  const reason = mainBreak(episode).kind;
  return asked({
    request: idOf('place-block', asset, reason, episode.firstMinute),
    act: { kind: 'place-block', asset, reason, evidence: explain(story) },
  });
}

export function clearBlock(of: {
  readonly asset: string;
  readonly minute: number;
}): ReturnType<typeof ActAsked.of> {
  const { asset, minute } = of;
  return asked({
    request: idOf('clear-block', asset, minute),
    act: { kind: 'clear-block', asset },
  });
}

export function clearedOf(of: {
  readonly asset: string;
  readonly minute: number;
  readonly nowMs: number;
}): ReturnType<typeof AlertCleared.of> {
  const when = new Date(minuteMs(of.minute)).toISOString();
  return AlertCleared.of({
    incident: incidentOf(of.asset),
    explanation: `The books of ${of.asset} add up again at the cut of ${when}.`,
    atMs: of.nowMs,
  });
}

/** A minute whose books never came together is not judged; people must know. */
export function givenUpOf(of: {
  readonly minute: number;
  readonly evidence: readonly Position[];
  readonly nowMs: number;
}): ReturnType<typeof AlertRaised.of> {
  const { minute, nowMs } = of;
  const when = new Date(minuteMs(minute)).toISOString();
  return AlertRaised.of({
    alert: idOf('alert', SCENARIO, 'cut-incomplete', minute),
    incident: `${SCENARIO}:cut-incomplete`,
    kind: SCENARIO,
    severity: 'high',
    title: 'A cut was never complete',
    explanation: `Not all books of the minute ${when} arrived, so it was not compared.`,
    entities: [],
    evidence: of.evidence.slice(0, EVIDENCE_MAX),
    values: { minute },
    cutMinute: minute,
    atMs: nowMs,
  });
}

function alertBase(story: BreakStory) {
  const { asset, episode, nowMs } = story;
  return {
    alert: idOf('alert', SCENARIO, asset, episode.firstMinute, episode.alerts),
    incident: incidentOf(asset),
    kind: SCENARIO,
    severity: 'critical',
    cutMinute: episode.firstMinute,
    atMs: nowMs,
  } as const;
}

function asked(of: {
  readonly request: string;
  readonly act: Act;
}): ReturnType<typeof ActAsked.of> {
  return ActAsked.of({ ...of, by: BY, actDigest: digestOf(of.act) });
}
