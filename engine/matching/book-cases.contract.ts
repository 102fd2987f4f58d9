/** One command, what it reports, and each side of the book after it (none: the side is empty). */
export interface BookStep {
  readonly run: string;
  readonly reports: readonly string[];
  readonly buys?: string;
  readonly sells?: string;
}

export interface BookCase {
  readonly name: string;
  /** Commands that make the book in which the case begins; each must be accepted. */
  readonly given: readonly string[];
  readonly steps: readonly BookStep[];
}

const PRICE_MAX = Number.MAX_SAFE_INTEGER;

/** What a random flow hardly ever reaches and every book must get right. */
export const BOOK_CASES: readonly BookCase[] = [
  {
    name: 'an order cancelled in the middle of a queue is passed over by a sweep',
    given: ['sell 1 5@100', 'sell 2 5@100', 'sell 3 5@100'],
    steps: [
      {
        run: 'cancel 2',
        reports: ['cancelled 2 5@100 requested'],
        sells: '100=10(1×5 3×5)',
      },
      {
        run: 'buy 4 10@100',
        reports: [
          'accepted 4',
          'trade 5@100 maker 1 left 0 taker 4 left 5',
          'trade 5@100 maker 3 left 0 taker 4 left 0',
        ],
      },
    ],
  },
  {
    name: 'an order cancelled at the head of a queue leaves its place to the next',
    given: ['buy 1 5@100', 'buy 2 5@100', 'buy 3 5@100'],
    steps: [
      { run: 'cancel 1', reports: ['cancelled 1 5@100 requested'], buys: '100=10(2×5 3×5)' },
      {
        run: 'sell 4 7@100',
        reports: [
          'accepted 4',
          'trade 5@100 maker 2 left 0 taker 4 left 2',
          'trade 2@100 maker 3 left 3 taker 4 left 0',
        ],
        buys: '100=3(3×3)',
      },
    ],
  },
  {
    name: 'scattered cancels in a deep queue keep the order of the others',
    given: [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `sell ${id} ${id}@100`),
    steps: [
      {
        run: 'cancel 5',
        reports: ['cancelled 5 5@100 requested'],
        sells: '100=31(1×1 2×2 3×3 4×4 6×6 7×7 8×8)',
      },
      {
        run: 'cancel 2',
        reports: ['cancelled 2 2@100 requested'],
        sells: '100=29(1×1 3×3 4×4 6×6 7×7 8×8)',
      },
      {
        run: 'cancel 8',
        reports: ['cancelled 8 8@100 requested'],
        sells: '100=21(1×1 3×3 4×4 6×6 7×7)',
      },
      {
        run: 'buy 9 20@100',
        reports: [
          'accepted 9',
          'trade 1@100 maker 1 left 0 taker 9 left 19',
          'trade 3@100 maker 3 left 0 taker 9 left 16',
          'trade 4@100 maker 4 left 0 taker 9 left 12',
          'trade 6@100 maker 6 left 0 taker 9 left 6',
          'trade 6@100 maker 7 left 1 taker 9 left 0',
        ],
        sells: '100=1(7×1)',
      },
    ],
  },
  {
    name: 'an immediate-or-cancel order takes several levels up to its limit and never rests',
    given: ['sell 1 2@102', 'sell 2 2@100', 'sell 3 2@101', 'sell 4 2@103'],
    steps: [
      {
        run: 'buy 5 9@102 ioc',
        reports: [
          'accepted 5',
          'trade 2@100 maker 2 left 0 taker 5 left 7',
          'trade 2@101 maker 3 left 0 taker 5 left 5',
          'trade 2@102 maker 1 left 0 taker 5 left 3',
          'cancelled 5 3@102 immediate_or_cancel',
        ],
        sells: '103=2(4×2)',
      },
      {
        run: 'buy 6 1@102 ioc',
        reports: ['accepted 6', 'cancelled 6 1@102 immediate_or_cancel'],
        sells: '103=2(4×2)',
      },
      {
        run: 'cancel 5',
        reports: ['rejected 5 unknown_order'],
        sells: '103=2(4×2)',
      },
    ],
  },
  {
    name: 'a filled immediate-or-cancel order reports no cancellation',
    given: ['buy 1 5@100'],
    steps: [
      {
        run: 'sell 2 5@100 ioc',
        reports: ['accepted 2', 'trade 5@100 maker 1 left 0 taker 2 left 0'],
      },
    ],
  },
  {
    name: 'an order for exactly what several levels hold empties them and rests nowhere',
    given: ['buy 1 3@101', 'buy 2 4@100', 'buy 3 1@99'],
    steps: [
      {
        run: 'sell 4 7@100',
        reports: [
          'accepted 4',
          'trade 3@101 maker 1 left 0 taker 4 left 4',
          'trade 4@100 maker 2 left 0 taker 4 left 0',
        ],
        buys: '99=1(3×1)',
      },
      { run: 'cancel 4', reports: ['rejected 4 unknown_order'], buys: '99=1(3×1)' },
    ],
  },
  {
    name: 'what is left of a sweep becomes the best price and can be taken',
    given: ['sell 1 2@100', 'sell 2 2@101', 'sell 3 2@105'],
    steps: [
      {
        run: 'buy 4 10@102',
        reports: [
          'accepted 4',
          'trade 2@100 maker 1 left 0 taker 4 left 8',
          'trade 2@101 maker 2 left 0 taker 4 left 6',
        ],
        buys: '102=6(4×6)',
        sells: '105=2(3×2)',
      },
      {
        run: 'sell 5 4@102',
        reports: ['accepted 5', 'trade 4@102 maker 4 left 2 taker 5 left 0'],
        buys: '102=2(4×2)',
        sells: '105=2(3×2)',
      },
    ],
  },
  {
    name: 'a purchase replaced through the spread fills at the makers’ prices, past the first',
    given: ['sell 1 2@101', 'sell 2 2@102', 'sell 3 2@109', 'buy 4 5@99'],
    steps: [
      {
        run: 'replace 4 6@105',
        reports: [
          'replaced 4 5@99 to 6@105',
          'trade 2@101 maker 1 left 0 taker 4 left 4',
          'trade 2@102 maker 2 left 0 taker 4 left 2',
        ],
        buys: '105=2(4×2)',
        sells: '109=2(3×2)',
      },
    ],
  },
  {
    name: 'a sale replaced through the spread fills at the makers’ prices, past the first',
    given: ['buy 1 2@99', 'buy 2 2@98', 'buy 3 2@90', 'sell 4 5@101'],
    steps: [
      {
        run: 'replace 4 3@95',
        reports: [
          'replaced 4 5@101 to 3@95',
          'trade 2@99 maker 1 left 0 taker 4 left 1',
          'trade 1@98 maker 2 left 1 taker 4 left 0',
        ],
        buys: '98=1(2×1) 90=2(3×2)',
      },
      {
        run: 'replace 4 1@101',
        reports: ['rejected 4 unknown_order'],
        buys: '98=1(2×1) 90=2(3×2)',
      },
    ],
  },
  {
    name: 'of two orders at one price the one is replaced and the other stays',
    given: ['buy 1 5@100', 'buy 2 6@100'],
    steps: [
      {
        run: 'replace 1 5@98',
        reports: ['replaced 1 5@100 to 5@98'],
        buys: '100=6(2×6) 98=5(1×5)',
      },
      {
        run: 'sell 3 6@100',
        reports: ['accepted 3', 'trade 6@100 maker 2 left 0 taker 3 left 0'],
        buys: '98=5(1×5)',
      },
    ],
  },
  {
    name: 'an order replaced at its own price goes to the back, with fewer lots too',
    given: ['sell 1 5@100', 'sell 2 5@100'],
    steps: [
      {
        run: 'replace 1 3@100',
        reports: ['replaced 1 5@100 to 3@100'],
        sells: '100=8(2×5 1×3)',
      },
      {
        run: 'replace 2 9@100',
        reports: ['replaced 2 5@100 to 9@100'],
        sells: '100=12(1×3 2×9)',
      },
    ],
  },
  {
    name: 'the only order at a price is replaced at that price',
    given: ['sell 1 5@100'],
    steps: [
      { run: 'replace 1 2@100', reports: ['replaced 1 5@100 to 2@100'], sells: '100=2(1×2)' },
    ],
  },
  {
    name: 'a partly filled order is cancelled for what was left',
    given: ['sell 1 5@100'],
    steps: [
      {
        run: 'buy 2 2@100',
        reports: ['accepted 2', 'trade 2@100 maker 1 left 3 taker 2 left 0'],
        sells: '100=3(1×3)',
      },
      { run: 'cancel 1', reports: ['cancelled 1 3@100 requested'] },
    ],
  },
  {
    name: 'a partly filled order is replaced by what shall be open now',
    given: ['sell 1 5@100', 'sell 3 1@100'],
    steps: [
      {
        run: 'buy 2 2@100',
        reports: ['accepted 2', 'trade 2@100 maker 1 left 3 taker 2 left 0'],
        sells: '100=4(1×3 3×1)',
      },
      {
        run: 'replace 1 4@101',
        reports: ['replaced 1 3@100 to 4@101'],
        sells: '100=1(3×1) 101=4(1×4)',
      },
    ],
  },
  {
    name: 'a filled, a cancelled and a never issued order are neither cancelled nor replaced',
    given: ['sell 1 5@100', 'buy 2 5@100', 'buy 3 1@90', 'cancel 3'],
    steps: [
      { run: 'cancel 1', reports: ['rejected 1 unknown_order'] },
      { run: 'replace 1 5@100', reports: ['rejected 1 unknown_order'] },
      { run: 'cancel 3', reports: ['rejected 3 unknown_order'] },
      { run: 'replace 3 5@100', reports: ['rejected 3 unknown_order'] },
      { run: 'cancel 77', reports: ['rejected 77 unknown_order'] },
      { run: 'replace 77 5@100', reports: ['rejected 77 unknown_order'] },
    ],
  },
  {
    name: 'the better price goes first, whatever came first',
    given: ['sell 1 1@103', 'sell 2 1@101', 'sell 3 1@102', 'buy 4 1@97', 'buy 5 1@99'],
    steps: [
      {
        run: 'buy 6 1@103',
        reports: ['accepted 6', 'trade 1@101 maker 2 left 0 taker 6 left 0'],
        buys: '99=1(5×1) 97=1(4×1)',
        sells: '102=1(3×1) 103=1(1×1)',
      },
      {
        run: 'sell 7 1@97',
        reports: ['accepted 7', 'trade 1@99 maker 5 left 0 taker 7 left 0'],
        buys: '97=1(4×1)',
        sells: '102=1(3×1) 103=1(1×1)',
      },
    ],
  },
  {
    name: 'an id is free again after a cancel and after a full fill, and not before',
    given: ['buy 1 5@100'],
    steps: [
      { run: 'buy 1 1@101', reports: ['rejected 1 duplicate_order_id'], buys: '100=5(1×5)' },
      { run: 'sell 1 1@100', reports: ['rejected 1 duplicate_order_id'], buys: '100=5(1×5)' },
      { run: 'cancel 1', reports: ['cancelled 1 5@100 requested'] },
      { run: 'sell 1 3@103', reports: ['accepted 1'], sells: '103=3(1×3)' },
      {
        run: 'buy 2 3@103',
        reports: ['accepted 2', 'trade 3@103 maker 1 left 0 taker 2 left 0'],
      },
      { run: 'buy 1 2@90', reports: ['accepted 1'], buys: '90=2(1×2)' },
      { run: 'cancel 1', reports: ['cancelled 1 2@90 requested'] },
    ],
  },
  {
    name: 'no best price remains of a level whose last order was cancelled',
    given: ['buy 1 5@100', 'buy 2 5@99', 'sell 3 5@105'],
    steps: [
      {
        run: 'cancel 1',
        reports: ['cancelled 1 5@100 requested'],
        buys: '99=5(2×5)',
        sells: '105=5(3×5)',
      },
      {
        run: 'sell 4 5@100',
        reports: ['accepted 4'],
        buys: '99=5(2×5)',
        sells: '100=5(4×5) 105=5(3×5)',
      },
      {
        run: 'cancel 2',
        reports: ['cancelled 2 5@99 requested'],
        sells: '100=5(4×5) 105=5(3×5)',
      },
      {
        run: 'sell 5 1@1 ioc',
        reports: ['accepted 5', 'cancelled 5 1@1 immediate_or_cancel'],
        sells: '100=5(4×5) 105=5(3×5)',
      },
    ],
  },
  {
    name: 'a limit order that matches stops at its own limit',
    given: ['sell 1 2@100', 'sell 2 2@102'],
    steps: [
      {
        run: 'buy 3 5@101',
        reports: ['accepted 3', 'trade 2@100 maker 1 left 0 taker 3 left 3'],
        buys: '101=3(3×3)',
        sells: '102=2(2×2)',
      },
    ],
  },
  {
    name: 'the head of a queue keeps its place between separate takers',
    given: ['sell 1 5@100', 'sell 2 5@100'],
    steps: [
      {
        run: 'buy 3 2@100',
        reports: ['accepted 3', 'trade 2@100 maker 1 left 3 taker 3 left 0'],
        sells: '100=8(1×3 2×5)',
      },
      {
        run: 'buy 4 2@100',
        reports: ['accepted 4', 'trade 2@100 maker 1 left 1 taker 4 left 0'],
        sells: '100=6(1×1 2×5)',
      },
      {
        run: 'buy 5 2@100',
        reports: [
          'accepted 5',
          'trade 1@100 maker 1 left 0 taker 5 left 1',
          'trade 1@100 maker 2 left 4 taker 5 left 0',
        ],
        sells: '100=4(2×4)',
      },
    ],
  },
  {
    name: 'prices near the largest are told apart and cross exactly',
    given: [`buy 1 1@${PRICE_MAX - 1}`, `sell 2 1@${PRICE_MAX}`, 'buy 3 1@1'],
    steps: [
      {
        run: `sell 4 2@${PRICE_MAX - 1}`,
        reports: ['accepted 4', `trade 1@${PRICE_MAX - 1} maker 1 left 0 taker 4 left 1`],
        buys: '1=1(3×1)',
        sells: `${PRICE_MAX - 1}=1(4×1) ${PRICE_MAX}=1(2×1)`,
      },
      {
        run: `buy 5 3@${PRICE_MAX}`,
        reports: [
          'accepted 5',
          `trade 1@${PRICE_MAX - 1} maker 4 left 0 taker 5 left 2`,
          `trade 1@${PRICE_MAX} maker 2 left 0 taker 5 left 1`,
        ],
        buys: `${PRICE_MAX}=1(5×1) 1=1(3×1)`,
      },
    ],
  },
  {
    name: 'a market order takes any price, and what finds nobody is cancelled without a price',
    given: ['sell 1 2@100', `sell 2 2@${PRICE_MAX}`],
    steps: [
      {
        run: 'buy 3 5 market',
        reports: [
          'accepted 3',
          'trade 2@100 maker 1 left 0 taker 3 left 3',
          `trade 2@${PRICE_MAX} maker 2 left 0 taker 3 left 1`,
          'cancelled 3 1 no_liquidity',
        ],
      },
      { run: 'sell 4 1 market', reports: ['accepted 4', 'cancelled 4 1 no_liquidity'] },
      { run: 'cancel 4', reports: ['rejected 4 unknown_order'] },
    ],
  },
  {
    name: 'what is no price or no number of lots is refused and changes nothing',
    given: ['buy 1 5@100'],
    steps: [
      { run: 'buy 2 0@100', reports: ['rejected 2 lots_not_positive_safe_integer'] },
      { run: 'buy 2 -1@100', reports: ['rejected 2 lots_not_positive_safe_integer'] },
      { run: 'buy 2 1.5@100', reports: ['rejected 2 lots_not_positive_safe_integer'] },
      { run: 'sell 2 0 market', reports: ['rejected 2 lots_not_positive_safe_integer'] },
      { run: 'buy 2 1@100.5', reports: ['rejected 2 price_not_safe_integer'] },
      { run: 'buy 2 1@NaN', reports: ['rejected 2 price_not_safe_integer'] },
      { run: `buy 2 1@${2 ** 53}`, reports: ['rejected 2 price_not_safe_integer'] },
      { run: 'replace 1 0@100', reports: ['rejected 1 lots_not_positive_safe_integer'] },
      { run: 'replace 1 5@Infinity', reports: ['rejected 1 price_not_safe_integer'] },
    ].map((step) => ({ ...step, buys: '100=5(1×5)' })),
  },
  {
    name: 'the lots of a level stay a safe integer',
    given: [`buy 1 ${Number.MAX_SAFE_INTEGER - 1}@100`, 'buy 2 1@99'],
    steps: [
      { run: 'buy 3 2@100', reports: ['rejected 3 level_lots_exceeded'] },
      { run: 'replace 2 2@100', reports: ['rejected 2 level_lots_exceeded'] },
    ].map((step) => ({ ...step, buys: '100=9007199254740990(1×9007199254740990) 99=1(2×1)' })),
  },
  {
    name: 'the lots of a level reach the largest safe integer, an order’s own not counted twice',
    given: [`buy 1 ${Number.MAX_SAFE_INTEGER - 1}@100`],
    steps: [
      {
        run: `replace 1 ${Number.MAX_SAFE_INTEGER}@100`,
        reports: ['replaced 1 9007199254740990@100 to 9007199254740991@100'],
        buys: '100=9007199254740991(1×9007199254740991)',
      },
      {
        run: 'buy 2 1@100 ioc',
        reports: ['accepted 2', 'cancelled 2 1@100 immediate_or_cancel'],
        buys: '100=9007199254740991(1×9007199254740991)',
      },
    ],
  },
];
