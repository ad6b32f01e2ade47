import { expect, test } from 'vitest';
import { figureFrom, figureText } from '../src/inputs/figures';
import { NO_NUMBER } from '../src/inputs/numbers';
import { conditionOf, dayNumber, dayText, newRow, rowsFrom } from '../src/views/offers/conditions';
import { definitionData, definitionFrom, EMPTY } from '../src/views/offers/definition';
import { effectAtFirst, effectData, effectFrom, KINDS, piecesOf, saidOf, sayInstead } from '../src/views/offers/effects';
import { goodsFrom, withPart } from '../src/views/offers/goods';
import { monthAfter, sortedFor, weeksOf, type Running } from '../src/views/offers/month';
import { placeOf, placeText, stateOf, versionState, type Version } from '../src/views/offers/offer';
import { figuresIn, offersIn } from '../src/views/offers/result';

const TEA_TIME = [
  { kind: 'one_of', field: 'weekday', values: [1, 2, 3, 4, 5] },
  { kind: 'within', field: 'minute_of_day', low: 840, high: 1020 },
  { kind: 'one_of', field: 'tier', values: ['silver'] },
];

test('a figure is typed as people write it and kept as a whole number', () => {
  expect(figureFrom('money', '9.90', 'CNY')).toBe(990);
  expect(figureFrom('money', '1,000', 'CNY')).toBe(100_000);
  expect(figureFrom('percent', '12.5', 'CNY')).toBe(1250);
  expect(figureFrom('times', '1.5', 'CNY')).toBe(15_000);
  expect(figureFrom('count', '2', 'CNY')).toBe(2);
  expect(figureFrom('count', '1,000', 'CNY')).toBe(1000);
});

test('what is no figure is not taken for none: no limit would be the opposite of a mistyped one', () => {
  expect(figureFrom('count', ' ', 'CNY')).toBe(null);
  for (const wrong of ['x', '1.234', '=1+1', '1e3', '-1']) expect(figureFrom('percent', wrong, 'CNY')).toBe(NO_NUMBER);
  expect(figureFrom('count', '2.5', 'CNY')).toBe(NO_NUMBER);
  expect(figureText('count', NO_NUMBER, 'CNY')).toBe('');
});

test('an offset may be below zero', () => {
  expect(figureFrom('offset', '-3', 'CNY')).toBe(-3);
  expect(figureFrom('offset', '12', 'CNY')).toBe(12);
  expect(figureFrom('offset', '--3', 'CNY')).toBe(null);
  for (const value of [-365, -1, 0, 7]) expect(figureFrom('offset', figureText('offset', value, 'CNY'), 'CNY')).toBe(value);
});

test('a figure is shown without digits that say nothing, and read back to the same', () => {
  expect(figureText('percent', 5000, 'CNY')).toBe('50');
  expect(figureText('percent', 1250, 'CNY')).toBe('12.5');
  expect(figureText('times', 20_000, 'CNY')).toBe('2');
  expect(figureText('money', 100_050, 'CNY')).toBe('1000.5');
  expect(figureText('money', 10_000, 'CNY')).toBe('100');
  expect(figureText('money', 500, 'JPY')).toBe('500');
  expect(figureText('count', null, 'CNY')).toBe('');
  for (const as of ['money', 'percent', 'times', 'count'] as const) {
    for (const value of [0, 1, 10, 99, 100, 10_000, 12_345]) expect(figureFrom(as, figureText(as, value, 'CNY'), 'CNY')).toBe(value);
  }
});

test('conditions become rows and are stored as they were', () => {
  const condition = { kind: 'all', parts: TEA_TIME };
  const rows = rowsFrom(condition);
  expect(rows.map((row) => row.shape)).toEqual(['choice', 'span', 'choice']);
  expect(conditionOf(rows)).toEqual(condition);
});

test('a condition that no row can say is kept', () => {
  const either = { kind: 'any', parts: TEA_TIME };
  expect(rowsFrom(either)).toEqual([{ shape: 'other', stored: either }]);
  expect(conditionOf(rowsFrom(either)).parts).toEqual([either]);
});

test('one value and a lower bound read as the rows that people choose', () => {
  const one = { kind: 'compare', field: 'tender', is: 'equal', value: 'stored_value' };
  expect(rowsFrom(one)).toEqual([{ shape: 'choice', field: 'tender', values: ['stored_value'] }]);
  const from = { kind: 'within', field: 'spend', low: 3000, high: null };
  expect(rowsFrom(from)).toEqual([{ shape: 'figure', field: 'spend', is: 'at_least', value: 3000 }]);
  expect(rowsFrom({ kind: 'compare', field: 'member', is: 'equal', value: true })).toEqual([{ shape: 'yes', field: 'member', yes: true }]);
  expect(rowsFrom(undefined)).toEqual([]);
  expect(newRow('spend')).toEqual({ shape: 'figure', field: 'spend', is: 'at_least', value: null });
});

test('days are those of the business day', () => {
  expect(dayNumber('2026-05-01')).toBe(20260501);
  expect(dayNumber('2026-5-1')).toBe(null);
  expect(dayText(20260501)).toBe('2026-05-01');
  expect(dayText(null)).toBe('');
});

test('every kind begins with an effect whose parts are all asked for', () => {
  for (const kind of KINDS) {
    const effect = effectAtFirst(kind);
    const asked = new Set(piecesOf(kind, effect).map((piece) => piece.part));
    expect(Object.keys(effect).filter((part) => !asked.has(part)), kind).toEqual([]);
    expect(effectData(kind, effectFrom(kind, effectData(kind, effect))), kind).toEqual(effectData(kind, effect));
  }
});

test('what is asked of units only is not sent for the whole bill', () => {
  const each = { per: 'unit', basis_points: 3000, units_max: 1, with_extras: true };
  expect(effectData('percent', each)).toEqual(each);
  expect(effectData('percent', { ...each, per: 'order' })).toEqual({ per: 'order', basis_points: 3000 });
});

test('a special price is a price or a percentage, never both', () => {
  const [by] = piecesOf('price', {});
  const stored = effectFrom('price', { price_minor: 1500, basis_points: null });
  expect(by && saidOf(by, stored)).toBe('price_minor');
  const instead = by ? sayInstead(by, stored, 'basis_points') : {};
  expect(instead).toEqual({ basis_points: null });
  expect(effectData('price', { ...instead, basis_points: 500 })).toEqual({ basis_points: 500 });
});

test('a definition survives its form', () => {
  const stored = {
    kind: 'nth',
    effect: { n: 2, m: 1, basis_points: 5000, same: 'goods', with_extras: false },
    goods: { tags: ['tea'] },
    condition: { kind: 'all', parts: TEA_TIME },
    groups: ['招牌'],
    stack: 'only_with',
    only_with: ['会员'],
    on_return: 'share',
    priority: 3,
    limits: [{ whose: 'member', span: 'day', uses: 1, amount_minor: null, on_last: 'refuse' }],
  };
  expect(definitionData(definitionFrom(stored))).toEqual(stored);
});

test('what a kind has no use for is not sent', () => {
  const points = { ...EMPTY, kind: 'points_multiplier' as const, effect: { multiplier_basis_points: 20_000 }, groups: ['a'], stack: 'alone' };
  const sent = definitionData({ ...points, limits: [{ whose: 'all', span: 'ever', uses: 1, amount_minor: 5, on_last: 'clip' }] });
  expect(sent.limits).toEqual([]);
  expect('stack' in sent).toBe(false);
  const bundle = definitionData({ ...EMPTY, kind: 'bundle', effect: effectAtFirst('bundle'), goods: { tags: ['tea'] } });
  expect(bundle.goods).toEqual({});
});

test('goods that name nothing are everything', () => {
  expect(goodsFrom({ products: [], tags: ['tea'], excluded_tags: ['x'] })).toEqual({ tags: ['tea'], excluded_tags: ['x'] });
  expect(withPart({ tags: ['tea'] }, 'tags', [])).toEqual({});
  expect(withPart({ tags: ['tea'] }, 'products', ['p'])).toEqual({ tags: ['tea'], products: ['p'] });
});

test('where an offer stands follows from its days', () => {
  const now = new Date('2026-05-10T00:00:00Z');
  const offer = (begins: string, ends: string | null, state = 'active') => stateOf({ state, effective_at: begins, ends_at: ends }, now);
  expect(offer('2026-05-01T00:00:00Z', null)).toBe('running');
  expect(offer('2026-05-11T00:00:00Z', null)).toBe('planned');
  expect(offer('2026-05-01T00:00:00Z', '2026-05-10T00:00:00Z')).toBe('ended');
  expect(offer('2026-05-01T00:00:00Z', null, 'stopped')).toBe('stopped');
  expect(placeOf(placeText('region', 'r1'))).toEqual({ level: 'region', place_id: 'r1' });
  expect(placeOf('')).toEqual({ level: 'organisation', place_id: null });
});

test('an older version holds until the one after it begins', () => {
  const now = new Date('2026-05-10T00:00:00Z');
  const version = (number: number, begins: string, state = 'active') =>
    ({ version: number, effective_at: begins, ends_at: null, state }) as Version;
  const first = version(1, '2026-05-01T00:00:00Z');
  const planned = version(2, '2026-06-01T00:00:00Z');
  const stopped = version(3, '2026-05-09T00:00:00Z', 'stopped');
  expect(versionState([planned, first], first, now)).toBe('running');
  expect(versionState([planned, first], planned, now)).toBe('planned');
  expect(versionState([stopped, planned, first], planned, now)).toBe('replaced');
  expect(versionState([stopped, planned, first], first, now)).toBe('replaced');
  expect(versionState([stopped, planned, first], stopped, now)).toBe('stopped');
});

test('a month has whole weeks from Monday on', () => {
  const weeks = weeksOf('2026-05');
  expect(weeks[0]?.[0]).toBe('2026-04-27');
  expect(weeks.at(-1)?.[6]).toBe('2026-05-31');
  expect(weeks.every((week) => week.length === 7)).toBe(true);
  expect(monthAfter('2026-12', 1)).toBe('2027-01');
  expect(monthAfter('2026-01', -1)).toBe('2025-12');
});

test('what runs all month long stands apart from what begins or ends in it', () => {
  const one = (id: string, first: string, last: string): Running => ({ id, name: id, sort: 'offer', first, last });
  const all = [one('always', '', ''), one('week', '2026-05-04', '2026-05-10'), one('past', '', '2026-04-30'), one('later', '2026-05-20', '')];
  const { throughout, within } = sortedFor('2026-05', all);
  expect(throughout.map((each) => each.id)).toEqual(['always']);
  expect(within.map((each) => each.id)).toEqual(['week', 'later']);
});

test('the figures of a back-test are read where they are, and nothing is made of what is not', () => {
  const result = { totals: { orders: 9, draft_minor: 1200 }, paying: { members_less: 2 }, burn: { used_up_on: '2026-05-03' }, offers: [{ name_zh: '半价', name_en: 'Half', draft: true, orders: 3, cost_minor: 5, given_minor: 0 }] };
  expect(figuresIn(result)).toMatchObject({ orders: 9, draft_minor: 1200, members_less: 2, used_up_on: '2026-05-03', not_proved: 0 });
  expect(offersIn(result)[0]).toMatchObject({ name_en: 'Half', draft: true, orders: 3 });
  expect(figuresIn(null).orders).toBe(0);
});
