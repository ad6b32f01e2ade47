import { expect, test } from 'vitest';
import { fileAt } from '../src/views/accountant/files';
import { byStore, closingByAge, inMoney, inShort, pointsCost, totalOf, type Line } from '../src/views/accountant/liability';
import { checksIn } from '../src/views/accountant/proof';

const NOTHING = { opening: 0, issued: 0, used: 0, put_back: 0, expired: 0, taken_back: 0, paid_back: 0, transferred: 0, held: 0, pending: 0, kept: 0, closing: 0 };
const line = (store_id: string, account: string, age: number, flow: Partial<Line>): Line => ({
  store_id, account, unit: account === 'points' ? 'PT' : 'CNY', age_days_from: age, ...NOTHING, ...flow,
});
const store = (id: string, more: { pass_deferred_minor?: number; points_unit_cost?: number }) => ({
  id, name_zh: id, name_en: id, pass_deferred_minor: 0, deposits_minor: 0, points_unit_cost: 0, ...more,
});
const check = (account: string, unit: string) => ({ account, unit, lots: 0, accounts: 0, held_lots: 0, held_accounts: 0, agrees: true });
const statement = {
  stores: [store('S1', { pass_deferred_minor: 500, points_unit_cost: 3 }), store('S2', {})],
  checks: [check('principal', 'CNY'), check('points', 'PT')],
  lines: [
    line('S1', 'principal', 0, { issued: 10_000, used: -2_500, closing: 7_500 }),
    line('S1', 'principal', 366, { opening: 900, closing: 900, kept: 100 }),
    line('S2', 'principal', 0, { issued: 300, closing: 300 }),
    line('S1', 'points', 0, { issued: 50, closing: 50 }),
  ],
};

test('what is owed adds up by unit, by store and by age', () => {
  expect(inShort(statement).map((row) => [row.account, row.flow.opening, row.flow.issued, row.flow.used, row.flow.closing])).toEqual([
    ['principal', 900, 10_300, -2_500, 8_700],
    ['points', 0, 50, 0, 50],
  ]);
  expect(byStore(statement).map((row) => [row.storeId, row.account, row.flow.closing])).toEqual([
    ['S1', 'principal', 8_400],
    ['S2', 'principal', 300],
    ['S1', 'points', 50],
  ]);
  expect(closingByAge(statement.lines, 'principal', 'CNY')).toEqual([7_800, 0, 0, 0, 900]);
});

test('in money it is principal with what is held, passes, and points at their cost', () => {
  const rows = inMoney(statement);
  expect(rows.map((row) => [row.principal, row.passes, row.deferred, row.points])).toEqual([
    [8_500, 500, 9_000, 2],
    [300, 0, 300, 0],
  ]);
  expect(totalOf(rows).deferred).toBe(9_300);
});

test('half a minor unit of points goes away from zero', () => {
  expect([50, 49, -50, 0].map((points) => pointsCost(points, 1))).toEqual([1, 0, -1, 0]);
});

test('a report is asked for as a file in the language of its reader', () => {
  expect(fileAt('/liability', { from: '2026-05-01', on: '2026-05-31' }, 'xlsx', 'en')).toBe('/api/v1/liability?from=2026-05-01&on=2026-05-31&format=xlsx&lang=en');
  expect(fileAt('/reports/stores', { store_id: ['a', 'b'], on: '' }, 'csv', 'zh-CN')).toBe('/api/v1/reports/stores?store_id=a&store_id=b&format=csv&lang=zh');
  expect(fileAt('/page', {}, null, 'en')).toBe('/api/v1/page?lang=en');
});

test('the report of a proof is read check by check', () => {
  const told = { name: 'lots', rows_checked: 7, more: false, differences: [{ what: 'remaining', subject: 'a', account: null, wanted: 3, found: 2 }] };
  expect(checksIn({ checks: [told] })).toEqual([{ name: 'lots', rows: 7, more: false, differences: [told.differences[0]] }]);
  expect(checksIn(null)).toEqual([]);
});
