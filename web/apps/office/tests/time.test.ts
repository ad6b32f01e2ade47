import { expect, test } from 'vitest';
import { clockOf, minutesOf } from '../src/clock';
import { dayAfter, dayOf, daysBetween, isDay, monthBefore, monthTo } from '../src/days';
import { instantOf, typedMoment } from '../src/moments';

test('a time of day is kept in minutes', () => {
  expect([clockOf(5), clockOf(1230), clockOf(1560)]).toEqual(['00:05', '20:30', '26:00']);
  expect(['04:00', '0:30', '09:05', ' 24:00 '].map(minutesOf)).toEqual([240, 30, 545, 1440]);
  expect(['24:30', '25:00', '9:61', '4', 'nine', ''].map(minutesOf)).toEqual([null, null, null, null, null, null]);
});

test('days follow each other over the ends of months and leap days', () => {
  expect([dayAfter('2026-02-28', 1), dayAfter('2028-02-28', 1)]).toEqual(['2026-03-01', '2028-02-29']);
  expect([dayAfter('2026-01-01', -1), dayAfter('2026-12-31', 1)]).toEqual(['2025-12-31', '2027-01-01']);
  expect([daysBetween('2026-05-01', '2026-05-01'), daysBetween('2026-02-27', '2026-03-01')]).toEqual([1, 3]);
});

test('a day that is none is none', () => {
  expect(['2026-02-28', '2026-02-31', '2026-5-1', '', '<b>'].map(isDay)).toEqual([true, false, false, false, false]);
});

test('a month is told by its first and last day', () => {
  expect(monthBefore('2026-01-01')).toEqual({ from: '2025-12-01', last: '2025-12-31' });
  expect(monthBefore('2026-03-15')).toEqual({ from: '2026-02-01', last: '2026-02-28' });
  expect(monthTo('2026-03-15')).toEqual({ from: '2026-03-01', last: '2026-03-15' });
});

test('a day is that of the shop and not of the computer', () => {
  expect(dayOf(new Date('2026-05-01T16:30:00Z'), 'Asia/Shanghai')).toBe('2026-05-02');
  expect(dayOf(new Date('2026-05-01T16:30:00Z'), 'America/New_York')).toBe('2026-05-01');
});

test('a moment is typed by the clock of the shop, also where clocks are put forward', () => {
  expect(typedMoment('2026-05-01T06:30:00Z', 'Asia/Shanghai')).toBe('2026-05-01T14:30');
  expect(instantOf('2026-05-01T14:30', 'Asia/Shanghai')).toBe('2026-05-01T06:30:00.000Z');
  expect(instantOf('2026-03-29T12:00', 'Europe/London')).toBe('2026-03-29T11:00:00.000Z');
  expect(instantOf(typedMoment('2026-05-01T06:30:00.000Z'))).toBe('2026-05-01T06:30:00.000Z');
  expect([typedMoment(null), instantOf(''), instantOf('nonsense')]).toEqual(['', null, null]);
});
