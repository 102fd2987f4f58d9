import { describe, expect, it } from 'vitest';
import { readLane, readScenarios, ruleOf } from './evidence.contract.ts';
import { benchRules } from './rules.bench.ts';

describe('the bench of the rules', () => {
  it('runs on the evidence and reports both sides', async () => {
    const scenarios = readScenarios();
    let ticks = 0;
    const row = await benchRules({
      rules: scenarios.map(({ text }) => ruleOf(text('rule.json'))),
      lane: readLane(scenarios.map(({ text }) => text('fires.jsonl')).join('')),
      passes: 4,
      rivalPasses: 1,
      nowMs: () => (ticks += 500),
    });
    expect(row).toMatchInlineSnapshot(`
      {
        "conditions": "12 rules, 403 events, 79 hits, 4 passes against 1, hits identical",
        "name": "rules",
        "ratio": 1,
        "rival": "json-rules-engine",
        "rivalValue": 806,
        "unit": "events/s",
        "value": 806,
      }
    `);
  });
});
