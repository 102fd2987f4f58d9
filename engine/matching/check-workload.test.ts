import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkWorkload } from './check-workload.ts';
import { createPlainOrderBook } from './plain-order-book.ts';
import { referenceResult } from './reference-matcher.contract.ts';
import { WorkloadError, type WorkloadMessage } from './workload.ts';
import { encodeWorkload, makeFlow } from './workload-flow.contract.ts';

const SEED = 23;
const MESSAGES = 20_000;

function check(messages: readonly WorkloadMessage[]) {
  return checkWorkload({ bytes: encodeWorkload(messages), book: createPlainOrderBook<number>() });
}

test(`${MESSAGES} messages of seed ${SEED} give the reference’s report stream`, () => {
  const flow = makeFlow({ seed: SEED, messages: MESSAGES });
  const { countByType, ...expected } = referenceResult(flow);
  expect(check(flow)).toEqual({ messages: MESSAGES, ...expected });
  // A flow that reaches each kind of report but seldom would prove little.
  expect(Math.min(...countByType)).toBeGreaterThan(MESSAGES / 40);
});

test('any seed gives the reference’s report stream', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 300 }), (seed, messages) => {
      const flow = makeFlow({ seed, messages });
      const { countByType: _, ...expected } = referenceResult(flow);
      expect(check(flow)).toEqual({ messages, ...expected });
    }),
  );
});

const ORDER = {
  kind: 'new',
  sequence: 0,
  orderId: 1,
  side: 'buy',
  priceTicks: -5,
  lots: 3,
  immediateOrCancel: false,
} as const;

test('ids come again after their order is gone, prices may be negative', () => {
  const flow: readonly WorkloadMessage[] = [
    ORDER,
    { kind: 'cancel', sequence: 1, orderId: 1 },
    { ...ORDER, sequence: 2 },
    { ...ORDER, sequence: 3, orderId: 2, side: 'sell', lots: 4 },
    { ...ORDER, sequence: 9, orderId: 1, side: 'sell' },
  ];
  const { countByType: _, ...expected } = referenceResult(flow);
  expect(check(flow)).toEqual({ messages: flow.length, ...expected });
});

test('no message gives the hash of nothing', () => {
  expect(check([])).toEqual({
    messages: 0,
    reports: 0,
    trades: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  });
});

const REFUSED: readonly [name: string, flow: readonly WorkloadMessage[], message: string][] = [
  [
    'a new order whose id rests',
    [ORDER, { ...ORDER, sequence: 1 }],
    'refused_by_book: duplicate_order_id, message 1',
  ],
  [
    'a new order of no lots',
    [{ ...ORDER, lots: 0 }],
    'refused_by_book: lots_not_positive_safe_integer, message 0',
  ],
  [
    'a modify to no lots',
    [ORDER, { kind: 'modify', sequence: 1, orderId: 1, priceTicks: 5, lots: 0 }],
    'refused_by_book: lots_not_positive_safe_integer, message 1',
  ],
  [
    'a sequence number that comes twice',
    [ORDER, { ...ORDER, orderId: 2 }],
    'sequence_not_ascending: 0 after 0 in record 1',
  ],
];

test.each(REFUSED)('%s is refused by name', (_name, flow, message) => {
  expect(() => check(flow)).toThrow(WorkloadError);
  expect(() => check(flow)).toThrow(message);
});
