import { expect, test } from 'vitest';
import { told } from '../src/inputs/gifts';
import words from '../src/views/programme/parts.zh-CN.json';
import { cleaned, FRESH, freshRow, oddsOf, PARTS, pathOf, type Part } from '../src/views/programme/parts';
import { KINDS, phaseOf } from '../src/views/programme/programme';

const NOW = Date.parse('2026-05-04T02:00:00Z');

test('parts that do not belong to a choice are not sent', () => {
  const goal = { kind: 'spend_minor', count: 3, amount_minor: 5_000 };
  const task = cleaned(PARTS.task, { goal, window: { kind: 'week', days: 7 }, gift: { points: 1 }, repeat: 'once' });
  expect(task).toEqual({ goal: { kind: 'spend_minor', amount_minor: 5_000 }, window: { kind: 'week' }, gift: { points: 1 }, repeat: 'once' });
  expect(cleaned(PARTS.draw, { tickets: { kind: 'order', free: 1, min_due_minor: 100 }, price_points: 5 })).toMatchObject({
    tickets: { kind: 'order', min_due_minor: 100 },
  });
  expect(cleaned(PARTS.draw, { tickets: { kind: 'order' }, price_points: 5 })).not.toHaveProperty('price_points');
  expect(cleaned(PARTS.pass, { code: 'A', coupon_type: '' })).not.toHaveProperty('coupon_type');
});

test('the least amount of a first order may be left to the server', () => {
  expect(cleaned(PARTS.referral, { min_due_minor: null, rush_max: 5 })).toEqual({ rush_max: 5 });
  expect(cleaned(PARTS.referral, { min_due_minor: 2_000 })).toEqual({ min_due_minor: 2_000 });
});

test('a new row has a code of its own, letters and digits alone', () => {
  const prizes = { name: 'prizes', fresh: { code: '', weight: 1 } };
  expect(freshRow(prizes, [])).toEqual({ code: 'p1', weight: 1 });
  expect(freshRow(prizes, [{ code: 'p2' }])).toEqual({ code: 'p3', weight: 1 });
  expect(freshRow({ name: 'streak', fresh: { days: null } }, [])).toEqual({ days: null });
});

test('a limit that is not set stays nothing', () => {
  expect(cleaned(PARTS.mall_item, { per_member: null })).toMatchObject({ per_member: null });
});

test('the part that the server names is found wherever it lies', () => {
  expect(pathOf(PARTS.draw, 'weight', 'draw')).toBe('draw.prizes.weight');
  expect(pathOf(PARTS.pass, 'list_price_minor', 'pass')).toBe('pass.refund.list_price_minor');
  expect(pathOf(PARTS.pass, 'other', 'pass')).toBe('');
});

test('odds are parts of all weights, with what brings nothing last', () => {
  const found = oddsOf({ prizes: [{ code: 'a', weight: 1 }, { code: 'b', weight: 9 }], blank_weight: 90 });
  expect(found.map((one) => [one.weight, one.total])).toEqual([
    [1, 100],
    [9, 100],
    [90, 100],
  ]);
  expect(found.at(-1)?.name).toBeNull();
  expect(oddsOf({ prizes: [{ weight: 1 }], blank_weight: 0 })).toHaveLength(1);
});

function named(parts: readonly Part[], above: string): string[] {
  return parts.flatMap((part) => {
    const path = `${above}.${part.name}`;
    const choices = 'choices' in part ? part.choices.map((code) => `choice.${path}.${code}`) : [];
    return [`part.${path}`, ...choices, ...('parts' in part ? named(part.parts, path) : [])];
  });
}

test('every kind, part and choice has its word', () => {
  const known = new Set(Object.keys(words));
  for (const kind of KINDS) {
    const needed = [`kind.${kind}`, `kind_how.${kind}`, ...named(PARTS[kind], kind)];
    expect(needed.filter((key) => !known.has(key)), kind).toEqual([]);
    expect(Object.keys(FRESH[kind]).filter((name) => !PARTS[kind].some((part) => part.name === name)), kind).toEqual([]);
  }
});

test('a programme runs from its day to its end unless it was stopped', () => {
  const rest = { id: '1', version: 1, kind: 'task' as const, name_zh: '', name_en: '', level: 'organisation' as const, place_id: null, definition: {} };
  const at = (effective_at: string, ends_at: string | null, state = 'active') => phaseOf({ ...rest, effective_at, ends_at, state }, NOW);
  expect(at('2026-05-01T00:00:00Z', null)).toBe('running');
  expect(at('2026-06-01T00:00:00Z', null)).toBe('coming');
  expect(at('2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z')).toBe('over');
  expect(at('2026-04-01T00:00:00Z', null, 'stopped')).toBe('stopped');
});

test('a gift leaves out what is empty, and keeps a nought: an amount below one begins with it', () => {
  expect(told({ points: null, bonus_minor: 0, coupon_types: [], item_zh: '' })).toEqual({ bonus_minor: 0 });
  expect(told({ points: 5, item_en: 'Mug', coupon_types: ['TEA'] })).toEqual({ points: 5, item_en: 'Mug', coupon_types: ['TEA'] });
});
