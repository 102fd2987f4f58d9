import { z } from 'zod';
import { entity, type Entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import {
  count,
  digest,
  freeText,
  name,
  position,
  positiveMinor,
  severity,
  timeMs,
  values,
} from './fields.ts';
import { reason } from './lanes.ts';

/** What a scenario saw. */
export const SignalRaised = defineEvent({
  type: 'SignalRaised',
  code: 0x0701,
  topic: 'signals.v1',
  schema: z.object({
    signal: name,
    scenario: name,
    version: count,
    entity: z.string(),
    severity,
    /** 0 to 1000. */
    score: z.number().int().min(0).max(1000),
    /** Signals of one incident share it. */
    group: z.string(),
    atMs: timeMs,
    evidence: z.array(position),
    values,
    /** What happened, in one line; an incident shows that of its newest alert. */
    title: freeText,
    explanation: freeText,
  }),
  entities: (data) => [data.entity as Entity],
});

/** An entity's risk, 0 to 1000, which signal moved it, and what it is made of now. */
export const RiskChanged = defineEvent({
  type: 'RiskChanged',
  code: 0x0702,
  topic: 'risks.v1',
  schema: z.object({
    entity: z.string(),
    score: count,
    before: count,
    signal: name,
    atMs: timeMs,
    parts: z
      .array(z.object({ signal: name, scenario: name, points: count, atMs: timeMs }))
      .readonly(),
  }),
  entities: (data) => [data.entity as Entity],
});

export const decisionOutcome = z.enum(['released', 'held', 'rejected']);

/** What became of a withdrawal, and why: a later decision of the same one replaces the earlier. */
export const WithdrawalDecided = defineEvent({
  type: 'WithdrawalDecided',
  code: 0x0703,
  topic: 'decisions.v1',
  schema: z.object({
    decision: name,
    withdrawal: name,
    account: name,
    asset: name,
    amountMinor: positiveMinor,
    chain: name,
    address: name,
    requestDigest: digest,
    outcome: decisionOutcome,
    reasons: z.array(reason),
    values,
    /** What was in force: the version of the controls and of each rule that was asked. */
    controlVersion: count,
    policyVersion: count,
    answers: z.array(
      z.object({ entity: z.string(), partition: count, offset: count, controlVersion: count }),
    ),
    /** Who asked for and who approved a release or a rejection. */
    approvers: z.array(name),
    /** Why an act of people on this withdrawal had no effect, or null. */
    refused: name.nullable(),
    atMs: timeMs,
  }),
  entities: (data) => [entity('account', data.account)],
});
