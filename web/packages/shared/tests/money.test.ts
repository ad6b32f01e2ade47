import { expect, test } from 'vitest';
import { formatAmount, formatCount, formatMoney, parseAmount, quickAmounts } from '../src';

test('amounts are written from whole minor units', () => {
  expect(formatMoney(0, 'CNY')).toBe('¥0.00');
  expect(formatMoney(5, 'CNY')).toBe('¥0.05');
  expect(formatMoney(123_456_789, 'CNY')).toBe('¥1,234,567.89');
  expect(formatMoney(-590, 'CNY')).toBe('−¥5.90');
  expect(formatAmount(-590, 'CNY')).toBe('−5.90');
});

test('a currency without minor units has no point', () => {
  expect(formatMoney(1200, 'JPY')).toBe('¥1,200');
  expect(parseAmount('1200', 'JPY')).toBe(1200);
  expect(parseAmount('12.5', 'JPY')).toBeNull();
});

test('counts are grouped', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatCount(-50)).toBe('−50');
});

test('typed amounts become whole minor units, exactly', () => {
  expect(parseAmount('12', 'CNY')).toBe(1200);
  expect(parseAmount('12.', 'CNY')).toBe(1200);
  expect(parseAmount('0.1', 'CNY')).toBe(10);
  expect(parseAmount('1.15', 'CNY')).toBe(115);
  expect(parseAmount('4.35', 'CNY')).toBe(435);
});

test('what is no amount is refused', () => {
  for (const text of ['', '.', '1.234', '-5', '1e3', '1,000', 'abc', '9999999999']) {
    expect(parseAmount(text, 'CNY')).toBeNull();
  }
});

test('every amount survives being written and read again', () => {
  for (let minor = 0; minor < 20_000; minor += 37) {
    expect(parseAmount(formatAmount(minor, 'CNY').replace(',', ''), 'CNY')).toBe(minor);
  }
});

test('quick amounts begin with the exact sum and go on with notes that cover it', () => {
  expect(quickAmounts(5600, 100)).toEqual([5600, 6000, 10_000, 20_000]);
  expect(quickAmounts(7860, 100)).toEqual([7860, 8000, 10_000, 20_000]);
  expect(quickAmounts(10_000, 100)[0]).toBe(10_000);
  expect(quickAmounts(820, 1)).toEqual([820, 850, 900, 1000]);
});
