import { expect, test } from 'vitest';
import { faultsIn, isEmptyGift, triggerFault } from '../src/views/journeys/checks';
import { conditionOf, inSegment, isOpen, rowsOf, segmentOf } from '../src/views/journeys/conditions';
import { added, connected, freshStep, isSpare, removed } from '../src/views/journeys/edits';
import { EMPTY, led, lettersOf, waysOf, withWay, type Drawing, type Step } from '../src/views/journeys/graph';
import { inOrder, laidOut, ranksOf } from '../src/views/journeys/layout';
import { foundIn, minorOf } from '../src/views/journeys/simulation';
import { partsOf, percentOf, spanMinutes, spanOf } from '../src/views/journeys/units';

const write: Step = { kind: 'act', do: 'message', template: 'back', channels: ['sms'], valid_minutes: 60, next: 'end' };
const winBack: Drawing = {
  start: 'ten',
  nodes: {
    ten: { kind: 'wait', until: 'time', minute: 600, next: 'write' },
    write: { ...write, next: 'week' },
    week: { kind: 'wait_for', fact: 'order.settled', timeout_minutes: 10_080, happened: 'end', timed_out: 'again' },
    again: write,
    end: { kind: 'exit' },
  },
  triggers: [{ kind: 'manual' }],
};

test('a step knows its ways, and each can lead elsewhere', () => {
  const branch: Step = { kind: 'branch', condition: inSegment('s'), yes: 'a', no: 'b' };
  expect(waysOf(branch)).toEqual([{ name: 'yes', to: 'a' }, { name: 'no', to: 'b' }]);
  expect(waysOf(withWay(branch, 'no', 'c'))[1]).toEqual({ name: 'no', to: 'c' });
  const split = freshStep('split', 'a');
  expect(waysOf(withWay(split, 'way:1', 'b'))).toEqual([{ name: 'way:0', to: 'a' }, { name: 'way:1', to: 'b' }]);
  const sent: Step = { kind: 'wait_sent', step: 'w', timeout_minutes: 5, sent: 'a', not_sent: 'a', reasons: { no_consent: 'a' } };
  expect(waysOf(withWay(sent, 'reason:no_consent', 'b')).at(-1)).toEqual({ name: 'reason:no_consent', to: 'b' });
  expect(waysOf(led(sent, () => 'z')).every((way) => way.to === 'z')).toBe(true);
});

test('a new step stands in the middle of a way, and the old drawing stays as it was', () => {
  const { drawing, name } = added(EMPTY, 'wait', { from: '', way: '' });
  expect(drawing.start).toBe(name);
  expect(waysOf(drawing.nodes[name] as Step)).toEqual([{ name: 'next', to: 'end' }]);
  const second = added(drawing, 'wait', { from: name, way: 'next' });
  expect(second.name).not.toBe(name);
  expect(waysOf(second.drawing.nodes[name] as Step)[0]?.to).toBe(second.name);
  expect(Object.keys(EMPTY.nodes)).toEqual(['end']);
});

test('who would have come to a removed step goes on where it led; what only it led to goes too', () => {
  const less = removed(winBack, 'week');
  expect(waysOf(less.nodes.write as Step)[0]?.to).toBe('end');
  expect(Object.keys(less.nodes).sort()).toEqual(['end', 'ten', 'write']);
  expect(removed(winBack, 'ten').start).toBe('write');
});

test('the last end of a journey has to stay', () => {
  expect(isSpare(EMPTY, 'end')).toBe(false);
  expect(removed(EMPTY, 'end')).toBe(EMPTY);
  expect(isSpare(winBack, 'again')).toBe(true);
});

test('a drawing that is whole has no faults', () => {
  expect([...faultsIn(winBack)]).toEqual([]);
});

test('what is wrong is told at its step', () => {
  const lost = connected(winBack, { from: 'ten', way: 'next' }, 'nowhere');
  expect(faultsIn(lost).get('ten')).toEqual(['target']);
  expect(faultsIn(lost).get('write')).toEqual(['unreachable']);
  const looped = connected(winBack, { from: 'again', way: 'next' }, 'ten');
  expect(faultsIn(connected(looped, { from: 'week', way: 'happened' }, 'ten')).get('ten')).toContain('loop');
  const bare = added(winBack, 'message', { from: 'ten', way: 'next' });
  expect(faultsIn(bare.drawing).get(bare.name)).toEqual(['template', 'channels']);
  for (const [sort, fault] of [['gift', 'gift'], ['tag', 'tag'], ['task', 'text'], ['branch', 'condition'], ['wait_sent', 'step']] as const) {
    const more = added(winBack, sort, { from: 'ten', way: 'next' });
    expect(faultsIn(more.drawing).get(more.name), sort).toContain(fault);
  }
});

test('an amount that is none is told at its step, and so is a filter that is not filled in', () => {
  const { drawing, name } = added(winBack, 'gift', { from: 'ten', way: 'next' });
  const gift = { ...(drawing.nodes[name] as Extract<Step, { do: 'gift' }>), gift: { points: 5 } };
  const costing = (cost_minor: number) => faultsIn({ ...drawing, nodes: { ...drawing.nodes, [name]: { ...gift, cost_minor } } }).get(name);
  expect(costing(-1)).toEqual(['amount']);
  expect(costing(500)).toBeUndefined();
  const bill = (value: number) => conditionOf([{ field: 'due_minor', is: 'at_least', value }]);
  const week = winBack.nodes.week as Extract<Step, { kind: 'wait_for' }>;
  expect(faultsIn({ ...winBack, nodes: { ...winBack.nodes, week: { ...week, where: bill(-1) } } }).get('week')).toEqual(['filter']);
  expect(triggerFault({ kind: 'fact', fact: 'order.settled', where: bill(-1) })).toBe('filter');
  expect(triggerFault({ kind: 'fact', fact: 'order.settled', where: bill(30_000) })).toBeNull();
});

test('a trigger of a segment needs one', () => {
  expect(triggerFault({ kind: 'schedule', every: 'day', segment_id: '' })).toBe('condition');
  expect(triggerFault({ kind: 'segment', segment_id: 's' })).toBeNull();
  expect(triggerFault({ kind: 'manual' })).toBeNull();
});

test('shares have to come to a whole, with a name for each way', () => {
  const uneven = { ...EMPTY, start: 's', nodes: { ...EMPTY.nodes, s: freshStep('split', 'end') } };
  expect(faultsIn(uneven).size).toBe(0);
  const split = uneven.nodes.s as Extract<Step, { kind: 'split' }>;
  const short = { ...split, ways: split.ways.map((way) => ({ ...way, weight: 4_000 })) };
  expect(faultsIn({ ...uneven, nodes: { ...uneven.nodes, s: short } }).get('s')).toEqual(['weights']);
});

test('a gift of nothing is empty, whichever way it says so', () => {
  expect(isEmptyGift({})).toBe(true);
  expect(isEmptyGift({ points: 0, coupon_types: [] })).toBe(true);
  expect(isEmptyGift({ coupon_types: ['NEW5'] })).toBe(false);
});

test('steps stand below what leads to them, also where a loop makes that impossible', () => {
  expect(inOrder(winBack)).toEqual(['ten', 'write', 'week', 'again', 'end']);
  expect(ranksOf(winBack).get('end')).toBe(4);
  const looped = connected(winBack, { from: 'again', way: 'next' }, 'ten');
  expect(laidOut(looped).size).toBe(5);
});

test('rows say a filter, and leave alone what they cannot say', () => {
  const bill = { field: 'due_minor', is: 'at_least' as const, value: 30_000 };
  expect(rowsOf(conditionOf([bill]))).toEqual([bill]);
  expect(rowsOf(conditionOf([bill, { ...bill, is: 'less' }]))).toHaveLength(2);
  expect(rowsOf(null)).toEqual([]);
  expect(rowsOf({ kind: 'not', part: conditionOf([bill]) })).toBeNull();
  expect(segmentOf(inSegment('a'))).toBe('a');
  expect(segmentOf(conditionOf([bill]))).toBeNull();
  expect(isOpen({ kind: 'all', parts: [] })).toBe(true);
});

test('lengths of time and shares are typed as people write them', () => {
  expect(spanOf(2_880)).toEqual({ count: 2, unit: 'day' });
  expect(spanOf(90)).toEqual({ count: 90, unit: 'minute' });
  expect(spanMinutes(2, 'hour')).toBe(120);
  expect(partsOf(percentOf(1_234))).toBe(1_234);
});

test('what a simulation found is told by month and by end, and a cost never too low', () => {
  const found = foundIn({ members: 3, 'month:2026-05': 2, 'month:2026-04': 1, 'end:exit': 1, 'end:goal_reached': 2, no_consent: 4 });
  expect(found.months.map((one) => one.month)).toEqual(['2026-04', '2026-05']);
  expect(found.ends[0]).toEqual({ why: 'goal_reached', count: 2 });
  expect(found.heldBack).toEqual([{ reason: 'no_consent', count: 4 }]);
  expect(minorOf(50_001, 2)).toBe(6);
});

test('two drawings are the same whatever order their steps were kept in', () => {
  const turned = { ...winBack, nodes: Object.fromEntries(Object.entries(winBack.nodes).reverse()) };
  expect(lettersOf(turned)).toBe(lettersOf(winBack));
  expect(lettersOf({ ...winBack, triggers: [] })).not.toBe(lettersOf(winBack));
  expect(lettersOf({ ...winBack, start: 'week' })).not.toBe(lettersOf(winBack));
});
