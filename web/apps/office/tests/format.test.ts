import { expect, test } from 'vitest';
import { dayIn, dayOfIn, momentIn, percentText } from '../src/format';

test('a day is written as its reader writes it', () => {
  expect(dayIn('zh-CN', '2026-05-01')).toBe('2026年5月1日');
  expect(dayIn('en', '2026-05-01')).toBe('1 May 2026');
});

test('a moment is told on the clock of the place', () => {
  expect(momentIn('zh-CN', '2026-05-01T16:05:00Z', 'Asia/Shanghai')).toBe('2026年5月2日 00:05');
  expect(momentIn('en', '2026-05-01T06:05:00Z', 'Asia/Shanghai')).toBe('1 May 2026, 14:05');
});

test('the day of an instant is that of the place', () => {
  expect(dayOfIn('en', '2026-09-01T16:05:00Z', 'Asia/Shanghai')).toBe('2 Sept 2026');
  expect(dayOfIn('zh-CN', '2026-09-01T16:05:00Z', 'Asia/Shanghai')).toBe('2026年9月2日');
});

test('a rate in basis points has no digit too many', () => {
  expect(percentText(200)).toBe('2%');
  expect(percentText(1250)).toBe('12.5%');
  expect(percentText(-5)).toBe('−0.05%');
  expect(percentText(0)).toBe('0%');
});
