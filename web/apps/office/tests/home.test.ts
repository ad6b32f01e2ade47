import { expect, test } from 'vitest';
import type { ReportRow, Told } from '../src/figures';
import { hoursOf, reportOf, weekdayIn } from '../src/views/home/home';

function hour(key: string, now: number, before: number): ReportRow {
  const named = { label_zh: '', label_en: '', note_zh: '', note_en: '' };
  return { key, ...named, figures: { sales_minor: now }, before: { sales_minor: before } };
}
function told(rows: ReportRow[]): Told {
  const span = { from: '2026-05-12', to: '2026-05-13', as_of: '2026-05-12T07:00:00Z' };
  const total = hour('', 0, 0);
  return { report: 'hours', span, compared: null, stores: [], currency: 'CNY', made_at: span.as_of, rows, total };
}

test('hours without sales stand between those with some', () => {
  expect(hoursOf(told([hour('10', 1800, 0), hour('12', 0, 900)]))).toEqual([
    { name: '10:00', now: 1800, before: 0 },
    { name: '11:00', now: 0, before: 0 },
    { name: '12:00', now: 0, before: 900 },
  ]);
});

test('an hour after midnight belongs to the evening before, and is called as the clock calls it', () => {
  expect(hoursOf(told([hour('23', 1, 0), hour('25', 2, 0)])).map((one) => one.name)).toEqual(['23:00', '00:00', '01:00']);
});

test('a day without a single hour has no bars', () => {
  expect(hoursOf(told([]))).toEqual([]);
});

test('a weekday is called as its reader calls it', () => {
  expect(weekdayIn('zh-CN', '2026-05-12')).toBe('星期二');
  expect(weekdayIn('en', '2026-05-12')).toBe('Tuesday');
});

test('a figure leads to the report where it stands, of the same day where that is told by store', () => {
  expect(reportOf('sales_minor')).toEqual({ name: 'sales', query: { chart: 'sales_minor' } });
  expect(reportOf('points_given')).toEqual({ name: 'value', query: { chart: 'points_given', period: 'today', compare: 'weekday' } });
  expect(reportOf('low_marks_open')).toBeNull();
});
