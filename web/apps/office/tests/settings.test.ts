import { expect, test } from 'vitest';
import { FIELDS } from '../src/views/settings/fields';
import fields from '../src/views/settings/fields.zh-CN.json';
import { understood, written, NO_NUMBER } from '../src/inputs/numbers';
import { changedBy, limitsAt, newestAt, standingAt, versionAt, type Setting } from '../src/views/settings/terms';

const EAST = { region: 'east', store: null };
const S1 = { region: 'east', store: 's1' };
const BRAND = { region: null, store: null };
const NOW = Date.parse('2026-05-04T02:00:00Z');

function setting(level: string, place_id: string | null, value: number, more: Partial<Setting> = {}): Setting {
  return { level, place_id, value, effective_at: '2026-05-01T00:00:00Z', version: 1, locked: false, low: null, high: null, taken_away: false, ...more };
}
const brand = setting('organisation', null, 1, { low: 1, high: 3 });
const east = setting('region', 'east', 2, { low: 1, high: 2 });

test('the nearest setting wins and says where it comes from', () => {
  expect(standingAt([brand, east], S1, NOW, 1)).toEqual({ value: 2, source: east });
  expect(standingAt([brand, east], BRAND, NOW, 1)).toEqual({ value: 1, source: brand });
  expect(standingAt([], S1, NOW, 7)).toEqual({ value: 7, source: null });
});

test('a store that leaves the range of its region counts for nothing', () => {
  const far = setting('store', 's1', 3);
  expect(standingAt([brand, east, far], S1, NOW, 1).value).toBe(2);
  const limits = limitsAt([brand, east, far], S1, NOW);
  expect(limits.high).toEqual({ at: 2, by: east });
  expect(limits.low).toEqual({ at: 1, by: brand });
});

test('what a level locked is closed to those below', () => {
  const closed = { ...brand, locked: true };
  expect(limitsAt([closed, east], S1, NOW).lockedBy).toBe(closed);
  expect(standingAt([closed, east], S1, NOW, 5).value).toBe(1);
  expect(limitsAt([closed], BRAND, NOW).lockedBy).toBeNull();
});

test('what begins later does not hold yet, and the newer version of one moment wins', () => {
  const later = { ...east, value: 3, version: 2, effective_at: '2026-06-01T00:00:00Z' };
  const again = { ...east, value: 1, version: 3 };
  expect(newestAt([east, later], 'region', EAST, NOW)).toBe(east);
  expect(newestAt([east, again], 'region', EAST, NOW)).toBe(again);
  expect(versionAt([east, later], EAST)).toBe(2);
});

test('a change is told by the stores that it reaches', () => {
  const stores = [
    { id: 's1', region_id: 'east' },
    { id: 's2', region_id: 'east' },
  ];
  const own = setting('store', 's2', 1);
  const found = changedBy([brand, own], east, { stores, at: NOW, shipped: 1 });
  expect(found).toEqual([{ store: stores[0], before: 1, after: 2 }]);
});

test('a number is understood as it is typed, and what is none is never silently nothing', () => {
  expect(understood('12.5', 2)).toBe(1250);
  expect(understood('1,234.50', 2)).toBe(123450);
  expect(understood('', 2)).toBeNull();
  for (const text of ['1.234', '-1', 'zwölf', '1e3', '=1+1', '9'.repeat(20)]) expect(understood(text, 2), text).toBe(NO_NUMBER);
  expect(understood('3.0', 0)).toBe(NO_NUMBER);
  expect(written(1250, 2)).toBe('12.5');
  expect(written(1250, 2, true)).toBe('12.50');
  expect(written(45_000, 6)).toBe('0.045');
  expect(written(0, 2)).toBe('0');
});

test('where no months at all means for ever, a word says so', () => {
  const months = FIELDS.filter(({ takes }) => takes.kind === 'whole' && takes.unit === 'months' && takes.low === 0);
  expect(months.map((one) => one.name)).toEqual(['earning.expiry_months', 'top_up.bonus_expiry_months', 'top_up.principal_expiry_months']);
  expect(months.filter((one) => !(`zero.${one.name}` in fields))).toEqual([]);
});

test('every rule has a name, says what it changes, and has a word for each choice', () => {
  const known = new Set(Object.keys(fields));
  for (const { name, group, takes } of FIELDS) {
    const needed = [`name.${name}`, `effect.${name}`, `group.${group}`, ...(takes.kind === 'choice' ? takes.choices.map((code) => `choice.${name}.${code}`) : [])];
    expect(needed.filter((key) => !known.has(key)), name).toEqual([]);
  }
});

test('what is taken away leaves its value, range and lock to the level above', () => {
  const gone = setting('region', 'east', 2, { version: 2, effective_at: '2026-05-03T00:00:00Z', taken_away: true });
  const own = setting('store', 's1', 3);
  expect(standingAt([brand, east, gone], S1, NOW, 1)).toEqual({ value: 1, source: brand });
  expect(newestAt([east, gone], 'region', EAST, NOW)).toBeNull();
  expect(limitsAt([brand, east, gone, own], S1, NOW).high).toEqual({ at: 3, by: brand });
  expect(standingAt([brand, east, gone, own], S1, NOW, 1).value).toBe(3);
  expect(versionAt([east, gone], EAST)).toBe(2);
  const again = setting('region', 'east', 2, { version: 3, effective_at: '2026-05-04T00:00:00Z' });
  expect(standingAt([brand, east, gone, again], S1, NOW, 1).value).toBe(2);
});

test('the preview of a taking away tells what will count instead', () => {
  const stores = [{ id: 's1', region_id: 'east' }];
  const gone = setting('region', 'east', 2, { version: 2, effective_at: '2026-05-04T00:00:00Z', taken_away: true });
  expect(changedBy([brand, east], gone, { stores, at: NOW, shipped: 1 })).toEqual([{ store: stores[0], before: 2, after: 1 }]);
});
