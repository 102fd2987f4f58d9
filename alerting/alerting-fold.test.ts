import { describe, expect, test } from 'vitest';
import type { Act } from '../core/events/acts.ts';
import {
  AlertCleared,
  AlertRaised,
  IncidentAcknowledged,
  IncidentResolved,
  ReceiptCame,
} from '../core/events/alerts.ts';
import type { DataOf } from '../core/events/definition.ts';
import { ControlApplied, TickPassed } from '../core/events/every.ts';
import { IncidentChanged, PageAsked } from '../core/events/pages.ts';
import { partitionCounts } from '../core/topics.ts';
import { FoldDesk, type Step } from '../test/fakes/fold-desk.ts';
import { alertingFold } from './alerting-fold.ts';

const AT_MS = 1_770_000_000_000;

function createDesk(): FoldDesk {
  const counts = partitionCounts({ shards: 1 });
  return new FoldDesk({ fold: alertingFold, counts, nowMs: AT_MS });
}

function control(act: Act): Step {
  const applied = { version: 1, requestId: 'r', by: 'supervisor', approvedBy: null };
  return { event: ControlApplied.of({ ...applied, act }) };
}

function staff(name: string, mail: string, rights: readonly ('admin' | 'on-call')[]): Step {
  return control({ kind: 'change-staff', staff: name, rights: [...rights], mail });
}

function raised(alert: string, of: Partial<DataOf<typeof AlertRaised>> = {}): Step {
  return {
    event: AlertRaised.of({
      alert,
      incident: 'S01:BTC',
      kind: 'S01',
      severity: 'critical',
      title: 'BTC: the books differ',
      explanation: 'L + T exceeds G by 7.5 BTC.',
      entities: ['asset:BTC'],
      evidence: [{ topic: 'cuts.v1', partition: 0, offset: 12, index: 3 }],
      values: { difference: '7.5 BTC', custody: null },
      cutMinute: 29_500_000,
      atMs: AT_MS,
      ...of,
    }),
  };
}

const ACKNOWLEDGED: Step = {
  event: IncidentAcknowledged.of({ incident: 'S01:BTC', by: 'ann' }),
};
const RESOLVED: Step = {
  event: IncidentResolved.of({ incident: 'S01:BTC', by: 'ann', note: 'done' }),
};
const CLEARED: Step = {
  event: AlertCleared.of({ incident: 'S01:BTC', explanation: 'It adds up again.', atMs: AT_MS }),
};

function failed(page: string): Step {
  const receipt = { page, carrier: 'smtp', outcome: 'failed', detail: 'no such user' } as const;
  return { event: ReceiptCame.of(receipt) };
}

const OPENED: readonly Step[] = [
  staff('ann', 'ann@example.org', ['on-call']),
  staff('bob', 'bob@example.org', ['on-call']),
  staff('root', 'root@example.org', ['admin']),
  control({ kind: 'apply-schedule', onCall: ['ann', 'bob'] }),
];

function paged(desk: FoldDesk): readonly string[] {
  return desk.ofType(PageAsked).map((page) => page.to);
}

describe('a page', () => {
  test('tells what, since when, the numbers, the evidence, and where to look', () => {
    const desk = createDesk();
    desk.play([...OPENED, raised('a1')]);
    expect(desk.outputs.map(({ target, event }) => [target.topic, event.type])).toEqual([
      ['pages.v1', 'IncidentChanged'],
      ['pages.v1', 'PageAsked'],
    ]);
    const [page] = desk.ofType(PageAsked);
    expect(page).toMatchObject({ incident: 'S01:BTC', staff: 'ann', to: 'ann@example.org' });
    expect(page?.subject).toBe('[critical] BTC: the books differ');
    expect(page?.text).toMatchInlineSnapshot(`
      "What: BTC: the books differ
      Severity: critical
      Since: 2026-02-02T02:40:00.000Z
      First cut: 2026-02-02T02:40:00.000Z

      L + T exceeds G by 7.5 BTC.

      Numbers:
        difference: 7.5 BTC
        custody: null

      Concerned:
        asset:BTC

      Evidence:
        cuts.v1/0/12.3

      Look and act:
      /incidents/S01%3ABTC"
    `);
  });

  test('keeps what comes from outside on its line', () => {
    const desk = createDesk();
    const title = 'x\r\nBcc: eve@example.com\u2028y';
    desk.play([...OPENED, raised('a1', { title, incident: 'U1:\n/incidents/x' })]);
    const [page] = desk.ofType(PageAsked);
    expect(page?.subject).toBe('[critical] x Bcc: eve@example.com y');
    expect(page?.text.split('\n').at(-1)).toBe('/incidents/U1%3A%0A%2Fincidents%2Fx');
  });

  const cases: readonly {
    readonly name: string;
    readonly steps: readonly Step[];
    readonly to: readonly string[];
    readonly suppressed: readonly (string | null)[];
  }[] = [
    {
      name: 'comes once for repeated alerts',
      steps: [...OPENED, raised('a1'), raised('a2')],
      to: ['ann@example.org'],
      suppressed: [null, 'repeated'],
    },
    {
      name: 'does not come below high',
      steps: [...OPENED, raised('a1', { severity: 'medium' })],
      to: [],
      suppressed: ['severity_below_paging'],
    },
    {
      name: 'comes when the severity rises, even if somebody had it',
      steps: [...OPENED, raised('a1', { severity: 'high' }), ACKNOWLEDGED, raised('a2')],
      to: ['ann@example.org', 'ann@example.org'],
      suppressed: [null, null, null],
    },
    {
      name: 'comes anew after the incident was over',
      steps: [...OPENED, raised('a1'), CLEARED, raised('a2'), RESOLVED, raised('a3')],
      to: ['ann@example.org', 'ann@example.org', 'ann@example.org'],
      suppressed: [null, null, null, null, null],
    },
    {
      name: 'goes to the next on call who can be reached',
      steps: [...OPENED, staff('ann', '', ['on-call']), raised('a1')],
      to: ['bob@example.org'],
      suppressed: [null],
    },
    {
      name: 'never goes to somebody without any right',
      steps: [...OPENED, staff('ann', 'ann@example.org', []), raised('a1')],
      to: ['bob@example.org'],
      suppressed: [null],
    },
    {
      name: 'goes to every administrator when nobody is on call',
      steps: [
        staff('eve', 'eve@example.org', ['admin']),
        staff('dan', 'dan@example.org', ['admin']),
        raised('a1'),
      ],
      to: ['dan@example.org', 'eve@example.org'],
      suppressed: [null],
    },
    {
      name: 'is missed by name when nobody can be reached',
      steps: [raised('a1')],
      to: [],
      suppressed: ['nobody_on_call'],
    },
    {
      name: 'that nobody got is asked for as soon as somebody can be reached',
      steps: [raised('a1'), staff('eve', 'eve@example.org', ['admin'])],
      to: ['eve@example.org'],
      suppressed: ['nobody_on_call', null],
    },
  ];

  test.each(cases)('$name', ({ steps, to, suppressed }) => {
    const desk = createDesk();
    desk.play(steps);
    expect(paged(desk)).toEqual(to);
    expect(desk.ofType(IncidentChanged).map((each) => each.pageSuppressed)).toEqual(suppressed);
    const ids = desk.ofType(PageAsked).map((page) => page.page);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('that cannot be delivered goes to the next, and a repeated word changes nothing', () => {
    const desk = createDesk();
    desk.play([...OPENED, raised('a1')]);
    for (let round = 0; round < 3; round += 1) {
      const page = desk.ofType(PageAsked).at(-1)?.page ?? '';
      desk.play([failed(page), failed(page)]);
    }
    expect(paged(desk)).toEqual(['ann@example.org', 'bob@example.org', 'root@example.org']);
    expect(desk.ofType(IncidentChanged).at(-1)?.pageSuppressed).toBe('nobody_on_call');
  });

  test('that cannot be delivered goes to nobody once somebody has the incident', () => {
    const desk = createDesk();
    desk.play([...OPENED, raised('a1'), ACKNOWLEDGED]);
    desk.play([failed(desk.ofType(PageAsked)[0]?.page ?? '')]);
    expect(paged(desk)).toEqual(['ann@example.org']);
  });

  test('is not lost because its severity is unknown', () => {
    const desk = createDesk();
    const steps = [...OPENED, raised('a1')].map(({ event }) => ({
      event: JSON.stringify(event.data).includes('"critical"')
        ? { ...event, data: Object.assign({}, event.data, { severity: 'apocalyptic' }) }
        : event,
    }));
    desk.play(steps);
    expect(paged(desk)).toEqual(['ann@example.org']);
  });
});

test('an incident tells how it stands after every word', () => {
  const desk = createDesk();
  const located = { explanation: 'One posting of 7.5 BTC.', entities: ['account:alice'] };
  desk.play([...OPENED, raised('a1'), raised('a2', located), ACKNOWLEDGED, CLEARED, RESOLVED]);
  desk.play([RESOLVED]);
  const changes = desk.ofType(IncidentChanged);
  expect(changes.map(({ state, alerts, by }) => [state, alerts, by])).toEqual([
    ['open', 1, null],
    ['open', 2, null],
    ['acknowledged', 2, 'ann'],
    ['cleared', 2, 'ann'],
    ['resolved', 2, 'ann'],
  ]);
  expect(changes.at(-1)).toMatchObject({
    explanation: 'One posting of 7.5 BTC. It adds up again.',
    openedAtMs: AT_MS,
  });
});

test('stopped after any event and restored, it says the same', () => {
  const first = createDesk();
  first.play([...OPENED, raised('a1')]);
  const page = first.ofType(PageAsked)[0]?.page ?? '';
  const script: readonly Step[] = [
    ...OPENED,
    raised('b1', { incident: 'A11:op-7', severity: 'medium' }),
    raised('a1'),
    { event: TickPassed.of({ atMs: AT_MS + 1_000, gapMs: 0 }) },
    failed(page),
    raised('a2'),
    raised('b2', { incident: 'A11:op-7' }),
    ACKNOWLEDGED,
    CLEARED,
    raised('a3'),
    RESOLVED,
    raised('a4', { severity: 'low' }),
  ];
  const straight = createDesk();
  straight.play(script);
  expect(straight.ofType(PageAsked)).toHaveLength(4);
  for (let stop = 1; stop <= script.length; stop += 1) {
    const desk = createDesk();
    desk.play(script.slice(0, stop));
    desk.restart();
    desk.play(script.slice(stop));
    expect(desk.outputs).toEqual(straight.outputs);
  }
});
