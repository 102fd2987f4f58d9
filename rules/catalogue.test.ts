import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { SignalRaised } from '../core/events/judgements.ts';
import { definitionOf } from '../core/events/registry.ts';
import {
  askedEvents,
  judgeLane,
  oracleHits,
  readLane,
  readScenarios,
  ruleOf,
  signalHits,
  signalsText,
} from './evidence.contract.ts';
import { facts } from './facts/registry.ts';
import { readRuleText } from './rule-text.ts';

const scenarios = readScenarios();

describe.each(scenarios)('$folder', ({ folder, faults, text }) => {
  it('has its whole evidence', () => {
    expect(faults).toEqual([]);
    expect(text('README.md').startsWith(`# ${ruleOf(text('rule.json')).rule}: `)).toBe(true);
  });

  it('compiles, and its folder is named for it', () => {
    const { rule } = ruleOf(text('rule.json'));
    expect(folder.startsWith(`${rule.toLowerCase()}-`)).toBe(true);
  });

  it('fires as expected', async () => {
    const rules = [ruleOf(text('rule.json'))];
    const signals = judgeLane({ rules, lane: readLane(text('fires.jsonl')) });
    const expected = path.join(import.meta.dirname, 'catalogue', folder, 'expected.json');
    await expect(signalsText(signals)).toMatchFileSnapshot(expected);
    expect(signals.length).toBeGreaterThan(0);
    for (const signal of signals) SignalRaised.schema.parse(signal);
  });

  it('is silent just below', async () => {
    const rules = [ruleOf(text('rule.json'))];
    const lane = readLane(text('silent.jsonl'));
    expect(judgeLane({ rules, lane })).toEqual([]);
    const asked = askedEvents({ rules, lane });
    expect(asked.length, 'the rule was asked').toBeGreaterThan(0);
    expect(await oracleHits(asked)).toEqual([]);
  });

  it('hits what json-rules-engine hits', async () => {
    const rules = [ruleOf(text('rule.json'))];
    const lane = readLane(text('fires.jsonl'));
    const asked = askedEvents({ rules, lane });
    expect(await oracleHits(asked)).toEqual(signalHits(judgeLane({ rules, lane })));
  });

  it('never fires while it is left out', () => {
    const rules = [ruleOf(text('rule.json'))];
    const lane = readLane(text('fires.jsonl'));
    expect(judgeLane({ rules, lane, withoutRule: rules[0]?.rule ?? '' })).toEqual([]);
  });

  it('uses no built-in operator on an amount', () => {
    const onAmounts = comparisonsIn(JSON.parse(text('rule.json'))).filter(
      ({ fact }) => fact.endsWith('Minor') || facts.get(fact)?.fact.type === 'minor',
    );
    for (const { operator } of onAmounts) expect(operator).toMatch(/^minor/);
  });

  it('says what it needs by fields that the events have', () => {
    const read = readRuleText(text('rule.json'));
    if (read.kind === 'refused') throw new Error(read.detail);
    for (const field of read.rule.blind) {
      const [type = '', ...keys] = field.split('.');
      expect(hasField(definitionOf(type)?.schema, keys), field).toBe(true);
    }
  });
});

describe('the catalogue', () => {
  it('hits on all evidence together what json-rules-engine hits', async () => {
    const rules = scenarios.map(({ text }) => ruleOf(text('rule.json')));
    const lane = readLane(
      scenarios.map(({ text }) => text('fires.jsonl') + text('silent.jsonl')).join(''),
    );
    const signals = signalHits(judgeLane({ rules, lane }));
    expect(await oracleHits(askedEvents({ rules, lane }))).toEqual(signals);
  });

  it('holds every scenario once', () => {
    const ids = scenarios.map(({ text }) => ruleOf(text('rule.json')).rule);
    expect(ids).toEqual([
      'A03',
      'A03a',
      'A04',
      'A11',
      'M01',
      'S02',
      'U01',
      'U03',
      'U12',
      'U13',
      'U14',
      'V05',
    ]);
  });

  it('gives amounts a type and a name that agree', () => {
    for (const [name, { fact }] of facts) {
      expect([name, fact.type === 'minor']).toEqual([name, name.endsWith('Minor')]);
    }
  });

  it('tells events apart by texts alone', () => {
    const identifying = [...facts].filter(([, { fact }]) => fact.identifies);
    expect(identifying.map(([name]) => name)).toEqual([
      'eventId',
      'adjustmentId',
      'withdrawalId',
      'tradeId',
      'negativeBalanceId',
    ]);
    for (const [name, { fact }] of identifying) {
      expect([name, fact.type, fact.nullable]).toEqual([name, 'text', false]);
    }
  });

  it('has a word on every fact', () => {
    for (const [name, { fact }] of facts) expect([name, fact.doc]).not.toEqual([name, '']);
  });
});

describe('a scenario without evidence', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'vigil-catalogue-'));
  afterAll(() => rmSync(root, { recursive: true }));

  it('is named with what is missing', () => {
    const folder = path.join(root, 'z99-nothing');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'rule.json'), '{}');
    writeFileSync(path.join(folder, 'notes.txt'), '');
    expect(readScenarios(root).map(({ faults }) => faults)).toEqual([
      [
        'README.md is missing',
        'fires.jsonl is missing',
        'silent.jsonl is missing',
        'expected.json is missing',
        'notes.txt is no evidence',
      ],
    ]);
  });
});

interface Named {
  readonly fact: string;
  readonly operator: string;
}

/** Every object with a fact and an operator, wherever it stands. */
function comparisonsIn(value: unknown): readonly Named[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(comparisonsIn);
  return isNamed(value) ? [value, ...inner] : inner;
}

function isNamed(value: object): value is Named {
  return 'fact' in value && 'operator' in value;
}

function hasField(schema: z.ZodType | undefined, keys: readonly string[]): boolean {
  const [key, ...rest] = keys;
  if (key === undefined) return schema !== undefined;
  if (!(schema instanceof z.ZodObject)) return false;
  const inner: unknown = schema.shape[key];
  return inner instanceof z.ZodType && hasField(inner, rest);
}
