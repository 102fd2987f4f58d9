import { describe, expect, it } from 'vitest';
import { ADDRESS, ASSET, because, DeskSim, REQUEST } from './desk.sim.ts';

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

interface Case {
  readonly name: string;
  /** What happens, and in words all that is written then, step by step. */
  readonly steps: readonly (readonly [(desk: DeskSim) => void, ...says: readonly string[]])[];
}

/** A withdrawal that everybody has answered, held where the own lane or an answer has a reason. */
function asked(...own: readonly string[]): (desk: DeskSim) => void {
  return (desk) => {
    desk.own = own.map((reason) => because(reason));
    desk.hold();
    desk.answer(ASSET);
    desk.answer(ADDRESS);
  };
}

function answersTo(gather: number): (desk: DeskSim) => void {
  return (desk) => {
    desk.answer(ADDRESS, { gather });
    desk.answer(ASSET, { gather });
  };
}

const gathering: readonly Case[] = [
  {
    name: 'goes when the last answer has come, in whatever order',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.answer(ADDRESS)],
      [(desk) => desk.answer(ASSET), 'released', 'debit:w1:1'],
      [(desk) => desk.answer(ASSET)],
      [(desk) => desk.tick(20)],
    ],
  },
  {
    name: 'counts answers that came before the request',
    steps: [
      [(desk) => desk.answer(ADDRESS)],
      [(desk) => desk.answer(ASSET)],
      [(desk) => desk.hold(), 'released', 'debit:w1:1'],
    ],
  },
  {
    name: 'decides a request once, however often it is said to be held',
    steps: [[asked(), 'released', 'debit:w1:1'], [(desk) => desk.hold()]],
  },
  {
    name: 'is held for what its own lane and the others say, in the order of the request',
    steps: [
      [
        (desk) => {
          desk.own = [because('U13')];
          desk.hold();
        },
      ],
      [(desk) => desk.answer(ADDRESS, { reasons: [because('X2')] })],
      [(desk) => desk.answer(ASSET, { reasons: [because('X1')] }), 'held U13 X1 X2'],
    ],
  },
  {
    name: 'takes no answer twice, unasked, from another gather or another writer',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.answer(ADDRESS)],
      [(desk) => desk.answer(ADDRESS, { reasons: [because('X2')] })],
      [(desk) => desk.answer('ip:203.0.113.7')],
      [(desk) => desk.answer(ASSET, { gather: 2 })],
      [(desk) => desk.answer(ASSET, { writer: { kind: 'role', role: 'gateway' } })],
      [(desk) => desk.answer(ASSET, { writer: forged({ fold: 'router-market', partition: 9 }) })],
      [(desk) => desk.answer(ASSET, { writer: forged({ fold: 'judge', partition: 3 }) })],
      [(desk) => desk.answer(ASSET), 'released', 'debit:w1:1'],
    ],
  },
  {
    name: 'is held after ten silent ticks and goes when the late answer has nothing against it',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.tick(9)],
      [(desk) => desk.tick(), 'held risk_behind'],
      [(desk) => desk.answer(ADDRESS)],
      [(desk) => desk.tick(20)],
      [(desk) => desk.answer(ASSET), 'released', 'debit:w1:2'],
    ],
  },
  {
    name: 'is held after silence for what the late answer says',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.tick(10), 'held risk_behind'],
      [(desk) => desk.answer(ADDRESS, { reasons: [because('X2')] })],
      [(desk) => desk.answer(ASSET), 'held X2'],
      [(desk) => desk.answer(ASSET)],
    ],
  },
  {
    name: 'stays held for people where silence hid a reason that has ended since',
    steps: [
      [
        (desk) => {
          desk.own = [because('A11')];
          desk.hold();
        },
      ],
      [(desk) => desk.tick(10), 'held A11 risk_behind'],
      [
        (desk) => {
          desk.own = [];
          answersTo(1)(desk);
        },
        'held awaiting_release',
      ],
      [(desk) => desk.release('awaiting_release'), 'asks again, 2'],
      [answersTo(2), 'released', 'debit:w1:3'],
    ],
  },
];

function forged(of: { readonly fold: string; readonly partition: number }) {
  const { fold, partition } = of;
  const cause = { topic: 'lanes.v1', incarnation: 1, partition, offset: 1, index: 0 };
  return { kind: 'fold', fold, semanticsVersion: 1, cause, previous: null } as const;
}

const blocks: readonly Case[] = [
  {
    name: 'held for the block alone: asked anew at its end, and goes',
    steps: [
      [(desk) => desk.block()],
      [asked(), 'held asset_blocked'],
      [(desk) => desk.lift(), 'asks again, 2'],
      [answersTo(2), 'released', 'debit:w1:2'],
    ],
  },
  {
    name: 'held for the block alone, and something is found at its end',
    steps: [
      [(desk) => desk.block()],
      [asked(), 'held asset_blocked'],
      [(desk) => desk.lift(), 'asks again, 2'],
      [(desk) => desk.answer(ADDRESS, { gather: 2, reasons: [because('X2')] })],
      [(desk) => desk.answer(ASSET, { gather: 2 }), 'held X2'],
    ],
  },
  {
    name: 'held for the block too: keeps the rest and waits for people',
    steps: [
      [asked('U13'), 'held U13'],
      [(desk) => desk.block(), 'held U13 asset_blocked'],
      [(desk) => desk.lift(), 'held U13'],
      [(desk) => desk.tick(20)],
    ],
  },
  {
    name: 'blocked before the answers are whole: said at once, decided when they are',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.block(), 'held asset_blocked'],
      [(desk) => desk.answer(ASSET)],
      [(desk) => desk.answer(ADDRESS, { reasons: [because('X2')] }), 'held X2 asset_blocked'],
      [(desk) => desk.lift(), 'held X2'],
    ],
  },
  {
    name: 'blocked and lifted before the answers are whole: goes when they are',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.block(), 'held asset_blocked'],
      [(desk) => desk.lift()],
      [answersTo(1), 'released', 'debit:w1:2'],
    ],
  },
  {
    name: 'silent and blocked: each ends for itself',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.tick(10), 'held risk_behind'],
      [(desk) => desk.block(), 'held asset_blocked risk_behind'],
      [(desk) => desk.lift(), 'held risk_behind'],
      [answersTo(1), 'released', 'debit:w1:4'],
    ],
  },
  {
    name: 'asked anew at the end of one block, caught by the next',
    steps: [
      [(desk) => desk.block()],
      [asked(), 'held asset_blocked'],
      [(desk) => desk.lift(), 'asks again, 2'],
      [(desk) => desk.block(), 'held asset_blocked'],
      [answersTo(2)],
      [(desk) => desk.lift(), 'asks again, 3'],
      [answersTo(2)],
      [answersTo(3), 'released', 'debit:w1:3'],
    ],
  },
  {
    name: 'what held it ended under the block: the end of the block is no release',
    steps: [
      [asked('A11'), 'held A11'],
      [
        (desk) => {
          desk.own = [];
          desk.release('A11');
        },
        'asks again, 2',
      ],
      [(desk) => desk.answer(ASSET, { gather: 2 })],
      [(desk) => desk.block(), 'held (asset_blocked) A11 asset_blocked'],
      [(desk) => desk.lift(), 'held A11'],
      [(desk) => desk.answer(ADDRESS, { gather: 2 })],
    ],
  },
  {
    name: 'a block of another asset, and the end of one that does not stand, say nothing',
    steps: [
      [asked('U13'), 'held U13'],
      [(desk) => desk.act({ kind: 'place-block', asset: 'B', reason: 'x', evidence: '' })],
      [(desk) => desk.lift()],
    ],
  },
];

const people: readonly Case[] = [
  {
    name: 'two release what they saw',
    steps: [
      [asked('U13'), 'held U13'],
      [(desk) => desk.release('U13'), 'asks again, 2'],
      [(desk) => desk.answer(ASSET)],
      [answersTo(2), 'released U13', 'debit:w1:2'],
      [(desk) => desk.release('U13'), 'released (not_pending) U13'],
    ],
  },
  {
    name: 'a reason that was not shown holds',
    steps: [
      [asked('A11', 'U13'), 'held A11 U13'],
      [(desk) => desk.release('U13'), 'asks again, 2'],
      [answersTo(2), 'held (reason_not_shown) A11 U13'],
      [(desk) => desk.release('U13', 'A11'), 'asks again, 3'],
      [answersTo(3), 'released A11 U13', 'debit:w1:3'],
    ],
  },
  {
    name: 'a signal that came after the screen was read holds, though its scenario was shown',
    steps: [
      [asked('A11'), 'held A11'],
      [
        (desk) => {
          desk.own = [because('A11', 's2')];
          desk.release('A11');
        },
        'asks again, 2',
      ],
      [answersTo(2), 'held (reason_not_shown) A11'],
    ],
  },
  {
    name: 'naming a reason that never was shown sets nothing aside',
    steps: [
      [asked('U13'), 'held U13'],
      [
        (desk) => {
          desk.own = [because('U13'), because('A11')];
          desk.release('U13', 'A11');
        },
        'asks again, 2',
      ],
      [answersTo(2), 'held (reason_not_shown) U13 A11'],
    ],
  },
  {
    name: 'silence ends their word; what comes late needs it again',
    steps: [
      [asked('U13'), 'held U13'],
      [(desk) => desk.release('U13'), 'asks again, 2'],
      [(desk) => desk.tick(10), 'held (risk_behind) U13 risk_behind'],
      [answersTo(2), 'held U13'],
    ],
  },
  {
    name: 'a release while the block stands is refused',
    steps: [
      [(desk) => desk.block()],
      [asked('U13'), 'held U13 asset_blocked'],
      [(desk) => desk.release('U13', 'asset_blocked'), 'held (asset_blocked) U13 asset_blocked'],
    ],
  },
  {
    name: 'a rejection frees the hold and ends it',
    steps: [
      [asked('A11'), 'held A11'],
      [(desk) => desk.reject(), 'rejected A11', 'release-hold:w1:2'],
      [(desk) => desk.release('A11'), 'rejected (not_pending) A11'],
      [(desk) => desk.freed()],
      [(desk) => desk.reject(), 'rejected (not_pending) A11'],
      [(desk) => desk.block()],
    ],
  },
  {
    name: 'a rejection does not wait for answers',
    steps: [
      [(desk) => desk.hold()],
      [(desk) => desk.reject(), 'rejected', 'release-hold:w1:1'],
      [answersTo(1)],
      [(desk) => desk.tick(20)],
    ],
  },
  {
    name: 'an act on a withdrawal that nobody knows says nothing',
    steps: [[(desk) => desk.release('U13')], [(desk) => desk.reject()]],
  },
];

const engine: readonly Case[] = [
  {
    name: 'a debit refused as blocked holds again, and the block’s end asks anew',
    steps: [
      [asked(), 'released', 'debit:w1:1'],
      [refuses('debit:w1:1', 'asset_blocked'), 'held asset_blocked'],
      [(desk) => desk.block(), 'held asset_blocked'],
      [(desk) => desk.lift(), 'asks again, 2'],
      [answersTo(2), 'released', 'debit:w1:4'],
    ],
  },
  {
    name: 'a debit that people had allowed and a block stopped needs them again',
    steps: [
      [asked('U13'), 'held U13'],
      [(desk) => desk.release('U13'), 'asks again, 2'],
      [answersTo(2), 'released U13', 'debit:w1:2'],
      [(desk) => desk.block()],
      [refuses('debit:w1:2', 'asset_blocked'), 'held U13 asset_blocked'],
      [(desk) => desk.lift(), 'held U13'],
    ],
  },
  {
    name: 'a debit refused for anything else waits for people',
    steps: [
      [asked(), 'released', 'debit:w1:1'],
      [refuses('debit:w1:1', 'decision_used'), 'held command_refused'],
      [(desk) => desk.block(), 'held command_refused asset_blocked'],
      [(desk) => desk.lift(), 'held command_refused'],
      [(desk) => desk.release('command_refused'), 'asks again, 2'],
      [answersTo(2), 'released', 'debit:w1:5'],
    ],
  },
  {
    name: 'a refusal of another command, or a second one, changes nothing',
    steps: [
      [asked(), 'released', 'debit:w1:1'],
      [refuses('debit:w1:7', 'decision_used')],
      [refuses('debit:w1:1', 'decision_used'), 'held command_refused'],
      [refuses('debit:w1:1', 'decision_used')],
    ],
  },
  {
    name: 'what was debited is not decided any more',
    steps: [
      [asked(), 'released', 'debit:w1:1'],
      [(desk) => desk.debited()],
      [(desk) => desk.block()],
      [(desk) => desk.reject(), 'released (not_pending)'],
    ],
  },
];

function refuses(id: string, reason: 'asset_blocked' | 'decision_used') {
  return (desk: DeskSim): void => desk.engineRefuses({ id, reason, command: 'DebitWithdrawal' });
}

describe.each([
  { title: 'a withdrawal gathers', cases: gathering },
  { title: 'a withdrawal and blocks', cases: blocks },
  { title: 'a withdrawal and people', cases: people },
  { title: 'a withdrawal and the engine', cases: engine },
])('$title', ({ cases }) => {
  describe.each(cases)('$name', ({ steps }) => {
    it.each([
      { how: 'at rest', restless: false },
      { how: 'restored before every event', restless: true },
    ])('$how', ({ restless }) => {
      const desk = new DeskSim({ restless });
      const said = steps.map(([happens]) => {
        happens(desk);
        return desk.says();
      });
      expect(said).toEqual(steps.map(([, ...says]) => says));
    });
  });
});

describe('what is remembered', () => {
  const forgotten = ['withdrawals control', 'withdrawals due times', 'withdrawals forget times'];

  it('of a settled withdrawal ends a day later', () => {
    const desk = new DeskSim({ restless: true });
    desk.act({ kind: 'list-asset', asset: { asset: 'BTC', decimals: 8 } });
    desk.tick();
    asked()(desk);
    desk.debited();
    desk.settled();
    desk.tick(DAY_MINUTES - 1, { everyMs: MINUTE_MS });
    expect(desk.keys()).toContain('withdrawal w1');
    desk.tick(2, { everyMs: MINUTE_MS });
    expect(desk.keys()).toEqual([...forgotten, 'withdrawals tick']);
  });

  it('of a withdrawal that waits for people does not end', () => {
    const desk = new DeskSim({ restless: true });
    asked('U13')(desk);
    desk.tick(3 * DAY_MINUTES, { everyMs: MINUTE_MS });
    expect(desk.keys()).toContain('withdrawal w1');
  });

  it('of answers to a request that never came ends within the hour', () => {
    const desk = new DeskSim({ restless: true });
    desk.act({ kind: 'list-asset', asset: { asset: 'BTC', decimals: 8 } });
    desk.answer(ASSET);
    desk.answer(ASSET);
    desk.answer(ADDRESS);
    expect(desk.keys()).toContain('withdrawals early w1');
    desk.tick(62, { everyMs: MINUTE_MS });
    expect(desk.keys()).toEqual([
      'withdrawals control',
      'withdrawals forget times',
      'withdrawals tick',
    ]);
  });

  it('carries what the signals saw into the decision', () => {
    const desk = new DeskSim({ restless: true });
    desk.hold({ ...REQUEST, amountMinor: 900n });
    answersTo(1)(desk);
    expect(desk.written().map(({ data }) => data)).toMatchObject([
      { values: { addressAgeMs: 5, availableMinor: 900n, amountMinor: 900n } },
      { id: 'debit:w1:1' },
    ]);
  });
});
