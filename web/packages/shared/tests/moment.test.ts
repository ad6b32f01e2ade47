import { expect, test } from 'vitest';
import { lastDayBefore, tillWhen } from '../src';

test('what ends before a day is good until the day before, over months and leap years', () => {
  expect(lastDayBefore('2026-06-01')).toBe('2026-05-31');
  expect(lastDayBefore('2028-03-01')).toBe('2028-02-29');
  expect(lastDayBefore('2027-01-01')).toBe('2026-12-31');
});

test('what ends today is told by its hour, what ends later by its day too', () => {
  const now = new Date(2026, 4, 1, 12, 0);
  expect(tillWhen(new Date(2026, 4, 1, 14, 5).toISOString(), now)).toBe('14:05');
  expect(tillWhen(new Date(2026, 4, 2, 0, 30).toISOString(), now)).toBe('2026-05-02 00:30');
});
