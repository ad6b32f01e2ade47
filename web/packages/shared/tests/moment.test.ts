import { expect, test } from 'vitest';
import { lastDayBefore } from '../src';

test('what ends before a day is good until the day before, over months and leap years', () => {
  expect(lastDayBefore('2026-06-01')).toBe('2026-05-31');
  expect(lastDayBefore('2028-03-01')).toBe('2028-02-29');
  expect(lastDayBefore('2027-01-01')).toBe('2026-12-31');
});
